import { gzipSync } from 'node:zlib';
import type { SiteOrigin } from '../../server/site/origins.ts';
import type { Site, SiteResource } from '../../server/site/site.ts';

/** A site made of nothing but sizes: path → bytes of body (or the body itself). */
export function makeSite(
  files: Readonly<Record<string, number | string>>,
  options: {
    critical?: readonly string[];
    headers?: Readonly<Record<string, Record<string, string>>>;
    gzip?: boolean;
    children?: Readonly<Record<string, readonly string[]>>;
    nextPage?: Site['nextPage'];
    /** Other hosts; of their files the path is the URL. */
    origins?: readonly SiteOrigin[];
  } = {},
): Site {
  const resources = new Map<string, SiteResource>();
  for (const [path, content] of Object.entries(files)) {
    const body = typeof content === 'string' ? Buffer.from(content) : Buffer.alloc(content, path);
    resources.set(path, {
      path,
      contentType: contentTypeOf(path),
      body,
      encodings: options.gzip ? { gzip: gzipSync(body) } : {},
      cacheControl: 'max-age=600',
      headers: options.headers?.[path] ?? {},
    });
  }
  const found = (paths: readonly string[]) => paths.map((path) => ({ path, reason: 'test' }));
  return {
    name: 'test',
    folder: '/',
    entry: '/',
    hostname: 'lab.test',
    origins: options.origins ?? [],
    resources,
    critical: found(options.critical ?? []),
    used: found(Object.keys(files).filter((path) => path !== '/')),
    children: new Map(Object.entries(options.children ?? {})),
    nextPage: options.nextPage,
    missing: [],
    externals: [],
  };
}

function contentTypeOf(path: string): string {
  if (path.endsWith('.css')) return 'text/css';
  if (path.endsWith('.js')) return 'text/javascript';
  if (path.endsWith('.png')) return 'image/png';
  if (path.endsWith('.woff2')) return 'font/woff2';
  return 'text/html; charset=utf-8';
}
