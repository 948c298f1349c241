import { createHash } from 'node:crypto';
import { BitReader, BitWriter, decodeBase64Url, readGolombSet, writeGolombSet } from './golomb-rice.ts';

/**
 * Cache digests: a client tells in a request what it has in its cache, so that a server need not push it. The form is
 * that of draft-ietf-httpbis-cache-digest-02, the last with Golomb-coded sets (from -03 on they are cuckoo filters), in
 * the `Cache-Digest` header field of its appendix. No browser sends it; a service worker can.
 */

/** The flags of §2, a token each behind the digest. */
export interface CacheDigestFlags {
  /** What the client told before is no longer so. */
  readonly reset: boolean;
  /** Whatever the digests do not have is not in the cache. */
  readonly complete: boolean;
  /** The hashes are of URL and ETag. */
  readonly validators: boolean;
  /** What it has is stale; else all of it is fresh. */
  readonly stale: boolean;
}

export interface CacheDigest extends CacheDigestFlags {
  /** N, the rounded number of entries, and P, the inverse of the probability of a false positive. */
  readonly log2N: number;
  readonly log2P: number;
  readonly hashes: ReadonlySet<number>;
}

export interface CachedResponse {
  /** Effective request URI, percent-encoded: `https://example.com/style.css`. */
  readonly url: string;
  /** With its quotes, and `W/` if weak. */
  readonly etag?: string | undefined;
}

/** Longer fields are not looked at: some 48 kB of digest are 40,000 responses at P = 128. */
const MAX_FIELD_CHARACTERS = 65_536;
/** One or two are usual; every one held is a hash to compute for every push. */
const MAX_DIGESTS = 16;
/** Hashes are kept as numbers. The draft would have 62 bits; P = 2^7 and four million responses take 29. */
const MAX_HASH_BITS = 53;

const NO_FLAGS: CacheDigestFlags = { reset: false, complete: false, validators: false, stale: false };

/** The digest of these responses with a probability of false positives of about 1/2^log2P; log2P is 31 at most. */
export function buildCacheDigest(
  responses: readonly CachedResponse[],
  options: Partial<CacheDigestFlags> & { readonly log2P: number },
): CacheDigest {
  const { log2P } = options;
  // "Rounded to the nearest power of 2": of the logarithm, as the draft's authors' own implementation does.
  const log2N = Math.round(Math.log2(Math.max(responses.length, 1)));
  const digest = { ...NO_FLAGS, ...options, log2N, log2P };
  return { ...digest, hashes: new Set(responses.map((response) => hashOf(response, digest))) };
}

/** The `Cache-Digest` field that conveys these digests. */
export function cacheDigestField(digests: readonly CacheDigest[]): string {
  return digests
    .map((digest) => {
      const flags = (['reset', 'complete', 'validators', 'stale'] as const).filter((flag) => digest[flag]);
      return [digestValue(digest), ...flags].join('; ');
    })
    .join(', ');
}

/**
 * What the client is known to have after this `Cache-Digest` field, `held` being what it told before (§2.2). What is no
 * digest adds nothing; nothing is thrown.
 */
export function readCacheDigestField(
  field: string | readonly string[] | undefined,
  held: readonly CacheDigest[] = [],
): CacheDigest[] {
  const text = typeof field === 'string' ? field : (field ?? []).join(',');
  let digests = [...held];
  if (text.length > MAX_FIELD_CHARACTERS) return digests;
  for (const entity of text.split(',')) {
    const [value = '', ...parameters] = entity.split(';').map((part) => part.trim());
    const flagged = new Set(parameters.map((flag) => flag.toLowerCase()));
    const flags: CacheDigestFlags = {
      reset: flagged.has('reset'),
      complete: flagged.has('complete'),
      validators: flagged.has('validators'),
      stale: flagged.has('stale'),
    };
    if (flags.reset) digests = [];
    const digest = readDigestValue(value, flags);
    if (digest !== undefined && digests.length < MAX_DIGESTS) digests.push(digest);
  }
  return digests;
}

/**
 * Whether this digest has the response (§2.2.1). True may be a false positive. With `validators`, a response is looked
 * for by the ETag that a push would have now: a cached one that has changed since is not found.
 */
export function digestContains(digest: CacheDigest, url: string, etag?: string): boolean {
  return digest.hashes.has(hashOf({ url, etag }, digest));
}

export type CacheState = 'fresh' | 'stale' | 'unknown' | 'not-cached';

/**
 * What the digests say of a response. Fresh: need not be pushed. Stale: with `validators`, a 304 would do. A digest of
 * fresh responses that is complete tells what is not cached; else the response may be there and not told of.
 */
export function cacheState(digests: readonly CacheDigest[], url: string, etag?: string): CacheState {
  const having = digests.filter((digest) => digestContains(digest, url, etag));
  if (having.some(({ stale }) => !stale)) return 'fresh';
  if (having.length > 0) return 'stale';
  return digests.some(({ complete, stale }) => complete && !stale) ? 'not-cached' : 'unknown';
}

/** §2.1.2. The draft does not say which bits truncation leaves; the implementations agree on the most significant. */
function hashOf(
  { url, etag }: CachedResponse,
  { validators, log2N, log2P }: Pick<CacheDigest, 'validators' | 'log2N' | 'log2P'>,
): number {
  const key = validators ? url + (etag ?? '') : url;
  const sha256 = createHash('sha256').update(key).digest();
  return Number(sha256.readBigUInt64BE() >> BigInt(64 - log2N - log2P));
}

/** §2.1.1, base64url. */
function digestValue({ log2N, log2P, hashes }: CacheDigest): string {
  const writer = new BitWriter();
  writer.write(log2N, 5);
  writer.write(log2P, 5);
  writeGolombSet(writer, hashes, log2P);
  return writer.toBuffer().toString('base64url');
}

function readDigestValue(value: string, flags: CacheDigestFlags): CacheDigest | undefined {
  const bytes = decodeBase64Url(value);
  if (bytes === undefined) return undefined;
  const reader = new BitReader(bytes);
  const log2N = reader.read(5);
  const log2P = reader.read(5);
  if (log2N === undefined || log2P === undefined || log2N + log2P > MAX_HASH_BITS) return undefined;
  const hashes = readGolombSet(reader, log2P, 2 ** (log2N + log2P));
  return hashes === undefined ? undefined : { ...flags, log2N, log2P, hashes };
}
