import { etagFor, type ContentCoding, type SiteResource } from './site.ts';

/** A response without its stream. */
export interface NegotiatedResponse {
  readonly status: 200 | 304;
  /** Without `:status`. Names in lower case. */
  readonly headers: Record<string, string>;
  /** Empty for 304 and for HEAD. */
  readonly body: Buffer;
  readonly coding: ContentCoding;
  /** Behind the body. */
  readonly trailers?: Readonly<Record<string, string>> | undefined;
}

export type RequestHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * The response to a GET or HEAD (`:method`) of this resource, as a server of static files gives it: content coding by
 * Accept-Encoding (RFC 9110 §12.5.3), 304 by If-None-Match (§13.1.2). Pure; never fails on odd headers.
 */
export function negotiate(resource: SiteResource, requestHeaders: RequestHeaders): NegotiatedResponse {
  const coding = chooseCoding(resource, fieldOf(requestHeaders, 'accept-encoding'));
  const body = coding === 'identity' ? resource.body : (resource.encodings[coding] ?? resource.body);
  const etag = etagFor(resource, coding);
  const varies = resource.encodings.br !== undefined || resource.encodings.gzip !== undefined;

  // What a 304 repeats (§15.4.5), then what only the full response says.
  const validators: Record<string, string> = {};
  if (resource.cacheControl !== undefined) validators['cache-control'] = resource.cacheControl;
  if (etag !== undefined) validators['etag'] = etag;
  const vary = withAcceptEncoding(resource.headers['vary'], varies);
  if (vary !== undefined) validators['vary'] = vary;

  if (etag !== undefined && matchesEtag(fieldOf(requestHeaders, 'if-none-match'), etag)) {
    return { status: 304, headers: validators, body: Buffer.alloc(0), coding };
  }
  const headers: Record<string, string> = {
    'content-type': resource.contentType,
    ...(coding === 'identity' ? {} : { 'content-encoding': coding }),
    'content-length': String(body.length),
    ...resource.headers,
    ...validators,
  };
  if (fieldOf(requestHeaders, ':method') === 'HEAD') {
    return { status: 200, headers, body: Buffer.alloc(0), coding };
  }
  const { trailers } = resource;
  if (trailers === undefined || body.length === 0) return { status: 200, headers, body, coding };
  // Announced (RFC 9110 §6.6.2).
  headers['trailer'] = Object.keys(trailers).join(', ');
  return { status: 200, headers, body, coding, trailers };
}

/**
 * The available coding with the highest weight. At equal weight the smaller one, and uncompressed last unless the
 * client weighs it higher by name: that is what servers with precompressed files do.
 */
function chooseCoding(resource: SiteResource, acceptEncoding: string | undefined): ContentCoding {
  if (acceptEncoding === undefined) return 'identity';
  const weights = parseWeights(acceptEncoding);
  const weightOf = (coding: string) => weights.get(coding) ?? weights.get('*') ?? 0;
  let best: ContentCoding = 'identity';
  // Unlisted, identity is acceptable but no one asked for it.
  let bestWeight = weights.get('identity') ?? 0;
  for (const coding of ['gzip', 'br'] as const) {
    const weight = weightOf(coding);
    if (resource.encodings[coding] === undefined || weight === 0 || weight < bestWeight) continue;
    best = coding;
    bestWeight = weight;
  }
  return best;
}

/** `gzip;q=0.5, br` → gzip 0.5, br 1. A malformed weight counts as 0: not asked for. */
function parseWeights(field: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const element of field.split(',')) {
    const [name = '', ...parameters] = element.split(';').map((part) => part.trim().toLowerCase());
    if (name === '') continue;
    const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
    const digits = weight?.replace(/^q\s*=\s*/, '');
    const valid = digits === undefined || /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(digits);
    weights.set(name, valid ? Number(digits ?? 1) : 0);
  }
  return weights;
}

/** Weak comparison: `W/` does not matter, `*` matches what exists. */
function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch.trim() === '*') return true;
  // Commas may stand inside the quotes, so tags are matched, not split.
  const tags = ifNoneMatch.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.some((tag) => tag.replace(/^W\//, '') === etag);
}

function withAcceptEncoding(vary: string | undefined, varies: boolean): string | undefined {
  if (!varies) return vary;
  if (vary === undefined) return 'accept-encoding';
  const names = vary.split(',').map((name) => name.trim().toLowerCase());
  return names.includes('accept-encoding') || names.includes('*') ? vary : `${vary}, accept-encoding`;
}

function fieldOf(headers: RequestHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
