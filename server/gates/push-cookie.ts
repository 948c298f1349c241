import { createHash } from 'node:crypto';

/**
 * A cookie that remembers what was pushed to this client: so many hashes of path and ETag, oldest first. Exact but for
 * 48-bit collisions, where the cookie of H2O is smaller, but never drops an entry and knows no ETags.
 */
export const PUSH_COOKIE_NAME = 'lab-pushed';

/** RFC 6265 §6.1: what a browser keeps of a cookie, name, value and attributes together. */
const MAX_COOKIE_BYTES = 4096;
const HASH_BYTES = 6;
/** 8 characters of base64url, no separator: 6 bytes need no padding. */
const HASH_CHARACTERS = (HASH_BYTES / 3) * 4;
/** More than fit behind the name and the shortest attributes. */
const MAX_ENTRIES = MAX_COOKIE_BYTES / HASH_CHARACTERS;

export interface PushedEntry {
  /** Path and query. */
  readonly path: string;
  /** Of the response that was pushed: a changed one is another entry. */
  readonly etag?: string | undefined;
}

/** Hashes of what was pushed, oldest first. */
export type PushedSet = ReadonlySet<string>;

/** From a Cookie field, or several; empty if there is none of this name or it is not one of ours. */
export function readPushCookie(cookieHeader: string | readonly string[] | undefined): PushedSet {
  const text = typeof cookieHeader === 'string' ? cookieHeader : (cookieHeader ?? []).join(';');
  const prefix = `${PUSH_COOKIE_NAME}=`;
  const pairs = text.split(';').map((pair) => pair.trim());
  const value = pairs.find((pair) => pair.startsWith(prefix))?.slice(prefix.length) ?? '';
  const isOurs =
    value.length <= MAX_COOKIE_BYTES &&
    value.length % HASH_CHARACTERS === 0 &&
    /^[A-Za-z0-9_-]*$/.test(value);
  if (!isOurs) return new Set();
  return new Set(
    Array.from({ length: value.length / HASH_CHARACTERS }, (_, at) =>
      value.slice(at * HASH_CHARACTERS, (at + 1) * HASH_CHARACTERS),
    ),
  );
}

export function wasPushed(set: PushedSet, entry: PushedEntry): boolean {
  return set.has(hashOf(entry));
}

/** With these as the newest; the oldest are dropped where a cookie would not hold them all. */
export function withPushed(set: PushedSet, entries: readonly PushedEntry[]): PushedSet {
  const added = new Set(entries.map(hashOf));
  const older = [...set].filter((hash) => !added.has(hash));
  return new Set([...older, ...added].slice(-MAX_ENTRIES));
}

/**
 * Value of the Set-Cookie field (RFC 6265 §4.1), bounded to what a browser keeps. Lasts `maxAgeSeconds`, or as long as
 * the browser runs.
 */
export function setCookieField(
  set: PushedSet,
  { path, maxAgeSeconds }: { readonly path: string; readonly maxAgeSeconds?: number },
): string {
  const lifetime = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`;
  const attributes = `; Path=${path}${lifetime}; Secure; HttpOnly; SameSite=Lax`;
  const frameBytes = PUSH_COOKIE_NAME.length + 1 + attributes.length;
  const fitting = Math.max(0, Math.floor((MAX_COOKIE_BYTES - frameBytes) / HASH_CHARACTERS));
  const kept = [...set].slice(Math.max(0, set.size - fitting));
  return `${PUSH_COOKIE_NAME}=${kept.join('')}${attributes}`;
}

function hashOf({ path, etag = '' }: PushedEntry): string {
  // No path has a line break in it, so path and ETag cannot run into each other.
  const digest = createHash('sha256').update(`${path}\n${etag}`).digest();
  return digest.subarray(0, HASH_BYTES).toString('base64url');
}
