import zlib from 'node:zlib';
import { preloadDestination } from './link-header.ts';
import type { ResolvedStrategy } from './strategies/decide.ts';
import { findResource, type ContentCoding, type Site, type SiteResource } from './site/site.ts';

/** The page asks for this after its load event; answered with 204 and the pushes of `during-interactive`. */
export const BEACON_PATH = '/.well-known/push-lab/interactive';

const BEACON_SCRIPT = `<script>addEventListener('load',()=>setTimeout(()=>fetch('${BEACON_PATH}')))</script>`;

/** The HTML as a strategy has it sent. Made when the trial begins, for compressing takes tens of milliseconds. */
export class PageMarkup {
  readonly #site: Site;
  readonly #hasBeacon: boolean;
  readonly #made = new Map<string, SiteResource>();
  readonly #headEnds = new Map<Buffer, number>();

  constructor(site: Site, strategy: ResolvedStrategy) {
    this.#site = site;
    this.#hasBeacon = strategy.when === 'during-interactive' && strategy.how === 'push';
    for (const [path, paths] of Object.entries(strategy.pages ?? { [site.entry]: strategy.paths })) {
      const page = this.page(path, strategy.how === 'preload-tag' ? paths : []);
      if (strategy.when !== 'interleaved') continue;
      this.headEndBytes(page.body, 'identity');
      const { br, gzip } = page.encodings;
      if (br !== undefined) this.headEndBytes(br, 'br');
      if (gzip !== undefined) this.headEndBytes(gzip, 'gzip');
    }
  }

  /** With `<link rel=preload>` of these paths as the first things in the head. */
  page(path: string, preloadTags: readonly string[]): SiteResource {
    const page = findResource(this.#site, path);
    if (page === undefined) throw new Error(`the site has no ${path}`);
    if (preloadTags.length === 0 && !this.#hasBeacon) return page;
    const key = [path, ...preloadTags].join(' ');
    const made = this.#made.get(key) ?? this.#make(page, preloadTags);
    this.#made.set(key, made);
    return made;
  }

  /** Of a body that `page` came with; see headEndBytes. */
  headEndBytes(body: Buffer, coding: ContentCoding): number {
    const bytes = this.#headEnds.get(body) ?? headEndBytes(body, coding);
    this.#headEnds.set(body, bytes);
    return bytes;
  }

  #make(page: SiteResource, preloadTags: readonly string[]): SiteResource {
    const tags = preloadTags.map((path) =>
      preloadTag(path, findResource(this.#site, path)?.contentType ?? ''),
    );
    // One byte, one character: whatever the page's charset, nothing else changes.
    const html = page.body.toString('latin1');
    const withTags = insert(html, /<head(?:\s[^>]*)?>/i, tags.join(''), 'behind');
    const body = Buffer.from(
      this.#hasBeacon ? insert(withTags, /<\/body\s*>/i, BEACON_SCRIPT, 'before') : withTags,
      'latin1',
    );
    const { br, gzip } = page.encodings;
    return {
      ...page,
      body,
      // Other bytes, another validator (RFC 9110 §8.8.3).
      ...(page.etag !== undefined && {
        etag: `${page.etag.slice(0, -1)}-${tags.length}${this.#hasBeacon ? 'b' : ''}"`,
      }),
      encodings: {
        ...(br !== undefined && { br: zlib.brotliCompressSync(body) }),
        ...(gzip !== undefined && {
          gzip: zlib.gzipSync(body, { level: zlib.constants.Z_BEST_COMPRESSION }),
        }),
      },
    };
  }
}

/**
 * How many bytes of an HTML body, as sent, bring the browser to the end of its head: all of it where it has no `</head>`.
 * A compressed body is tried by halving, for the coding decides what a prefix yields.
 */
function headEndBytes(body: Buffer, coding: ContentCoding): number {
  const needed = headEnd(decodePrefix(body, coding));
  if (needed === undefined) return body.length;
  if (coding === 'identity') return needed;
  let [low, high] = [1, body.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (decodePrefix(body.subarray(0, middle), coding).length >= needed) high = middle;
    else low = middle + 1;
  }
  return low;
}

function headEnd(html: Buffer): number | undefined {
  const match = /<\/head\s*>/i.exec(html.toString('latin1'));
  return match === null ? undefined : match.index + match[0].length;
}

function decodePrefix(prefix: Buffer, coding: ContentCoding): Buffer {
  try {
    if (coding === 'br') {
      return zlib.brotliDecompressSync(prefix, { finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH });
    }
    return coding === 'gzip' ? zlib.gunzipSync(prefix, { finishFlush: zlib.constants.Z_SYNC_FLUSH }) : prefix;
  } catch {
    // Too short for the coding's own header.
    return Buffer.alloc(0);
  }
}

function preloadTag(path: string, contentType: string): string {
  const destination = preloadDestination(contentType) ?? 'fetch';
  const cors = destination === 'font' || destination === 'fetch' ? ' crossorigin' : '';
  const href = path.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
  return `<link rel="preload" href="${href}" as="${destination}"${cors}>`;
}

/** At the first match; where there is none, at the end of the document. */
function insert(html: string, place: RegExp, text: string, side: 'before' | 'behind'): string {
  const match = place.exec(html);
  if (match === null) return html + text;
  const at = match.index + (side === 'behind' ? match[0].length : 0);
  return html.slice(0, at) + text + html.slice(at);
}
