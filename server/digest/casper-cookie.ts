import { createHash } from 'node:crypto';
import { BitReader, BitWriter, decodeBase64Url, readGolombSet, writeGolombSet } from './golomb-rice.ts';

/**
 * H2O's cache-aware server push (`http2-casper`): a cookie that remembers which paths the client was sent, as a
 * Golomb-coded set. Keys, coding and cookie are those of H2O 2.2.5 (lib/http2/casper.c, deps/golombset), as read in its
 * source: the key is of the path and query alone, no ETag, so a changed file counts as cached until the cookie is gone.
 * Differently from H2O, the cookie is also found among others in one header line, and one with keys beyond the capacity
 * or cut off is taken for empty.
 */
export const CASPER_COOKIE_NAME = 'h2o_casper';

/** `capacity-bits` of `http2-casper: ON`: about 100 paths with 1 in 100 taken for cached wrongly. */
const CAPACITY_BITS = 13;
/** Fixed in H2O whatever the capacity. */
const REMAINDER_BITS = 6;
const COOKIE_ATTRIBUTES = '; Path=/; Expires=Tue, 01 Jan 2030 00:00:00 GMT; Secure';
/** Longer ones are not looked at; all keys there are take 8192 × 7 bits, 9.6 kB of base64url. */
const MAX_COOKIE_CHARACTERS = 65_536;

/** Keys of the paths the client was sent. */
export type CasperFingerprint = ReadonlySet<number>;

/** Low bits of the SHA-1 of the path, read as a little-endian integer: the byte order of the machines H2O ran on. */
export function casperKey(path: string): number {
  return createHash('sha1').update(path).digest().readUInt32LE() % 2 ** CAPACITY_BITS;
}

/** From a Cookie field, or several; several cookies add up, and what is none counts as empty. */
export function readCasperCookie(cookieHeader: string | readonly string[] | undefined): CasperFingerprint {
  const text = typeof cookieHeader === 'string' ? cookieHeader : (cookieHeader ?? []).join(';');
  const keys = new Set<number>();
  if (text.length > MAX_COOKIE_CHARACTERS) return keys;
  for (const pair of text.split(';')) {
    const [name, value = ''] = pair.trim().split('=', 2);
    if (name !== CASPER_COOKIE_NAME) continue;
    // H2O reads the usual base64 alphabet too.
    const bytes = decodeBase64Url(value.replaceAll('+', '-').replaceAll('/', '_'));
    if (bytes === undefined) continue;
    for (const key of readGolombSet(new BitReader(bytes), REMAINDER_BITS, 2 ** CAPACITY_BITS) ?? [])
      keys.add(key);
  }
  return keys;
}

/** Whether the client was sent this path, or one that shares its key. */
export function casperContains(fingerprint: CasperFingerprint, path: string): boolean {
  return fingerprint.has(casperKey(path));
}

export function withCasperPaths(fingerprint: CasperFingerprint, paths: readonly string[]): CasperFingerprint {
  return new Set([...fingerprint, ...paths.map(casperKey)]);
}

/** Value of the Set-Cookie field; undefined, as with H2O, while there is nothing to remember. */
export function casperSetCookieField(fingerprint: CasperFingerprint): string | undefined {
  if (fingerprint.size === 0) return undefined;
  const writer = new BitWriter();
  writeGolombSet(writer, fingerprint, REMAINDER_BITS);
  return `${CASPER_COOKIE_NAME}=${writer.toBuffer().toString('base64url')}${COOKIE_ATTRIBUTES}`;
}
