import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { contentType as contentTypeFor } from 'mime-types';
import type { SiteEntry } from './files.ts';
import type { SiteFile } from './site-file.ts';
import type { SiteResource } from './site.ts';

const brotliCompressAsync = promisify(brotliCompress);
const gzipAsync = promisify(gzip);

/** What servers compress: text and its like. Bitmaps and fonts are compressed formats already. */
const COMPRESSIBLE = /^(?:text\/|image\/svg\+xml|application\/(?:[\w.-]+\+)?(?:json|xml|javascript|wasm)\b)/;

/** Shorter bodies fit into one packet anyway; the usual threshold of servers. */
const MIN_COMPRESSED_BYTES = 256;

/** Builds the response data of one file: type, codings, validator, headers of site.yaml. */
export async function makeResource(
  entry: SiteEntry,
  settings: Pick<SiteFile, 'compression' | 'etag'>,
  fields: {
    readonly headers: Readonly<Record<string, string>>;
    readonly trailers: Readonly<Record<string, string>>;
  },
): Promise<SiteResource> {
  const { 'content-type': givenType, 'cache-control': givenCacheControl, ...headers } = fields.headers;
  const contentType = givenType ?? contentTypeOf(entry.path);
  // A page is asked for again and again, what it refers to may be kept: the common setting of static hosts.
  const cacheControl =
    givenCacheControl ?? (contentType.startsWith('text/html') ? 'no-cache' : 'max-age=600');
  const compress =
    settings.compression === 'on' &&
    COMPRESSIBLE.test(contentType) &&
    entry.body.length >= MIN_COMPRESSED_BYTES;
  return {
    path: entry.path,
    contentType,
    body: entry.body,
    encodings: compress ? await compressBody(entry.body) : {},
    ...(settings.etag === 'on' ? { etag: strongEtag(entry.body) } : {}),
    // An empty value in site.yaml leaves the header out.
    ...(cacheControl === '' ? {} : { cacheControl }),
    headers,
    ...(Object.keys(fields.trailers).length > 0 && { trailers: fields.trailers }),
  };
}

function contentTypeOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const extension = name.includes('.') ? name.slice(name.lastIndexOf('.')) : '';
  return (extension !== '' && contentTypeFor(extension)) || 'application/octet-stream';
}

/** Several hosts may have the same file. */
const compressed = new WeakMap<Buffer, SiteResource['encodings']>();

async function compressBody(body: Buffer): Promise<SiteResource['encodings']> {
  const known = compressed.get(body);
  if (known !== undefined) return known;
  const [br, gz] = await Promise.all([
    brotliCompressAsync(body, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
      },
    }),
    gzipAsync(body, { level: constants.Z_BEST_COMPRESSION }),
  ]);
  const encodings = {
    ...(br.length < body.length ? { br } : {}),
    ...(gz.length < body.length ? { gzip: gz } : {}),
  };
  compressed.set(body, encodings);
  return encodings;
}

/** 96 bits of SHA-256: no two bodies of one URL will ever share it. */
function strongEtag(body: Buffer): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"`;
}
