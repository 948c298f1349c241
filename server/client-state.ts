import type { IncomingHttpHeaders } from 'node:http2';
import { cacheState, readCacheDigestField } from './digest/cache-digest.ts';
import {
  casperContains,
  casperSetCookieField,
  readCasperCookie,
  withCasperPaths,
} from './digest/casper-cookie.ts';
import { readPushCookie, setCookieField, wasPushed, withPushed } from './gates/push-cookie.ts';
import { authorityOf, requestedPath, requestFor } from './request-target.ts';
import { negotiate } from './site/negotiate.ts';
import { hostOf } from './site/origins.ts';
import { etagFor, findResource, type Site } from './site/site.ts';
import type { ClientState } from './strategies/decide.ts';
import type { Gate } from './strategies/strategy.ts';

/** What the connection knows that the request does not say. */
export type ConnectionState = Pick<ClientState, 'pushAllowed' | 'pushed' | 'cwndBytes' | 'bdpBytes'> & {
  /** Those it may speak for. */
  readonly hosts: ReadonlySet<string>;
};

/** Reads a request's fields for what the gates ask. */
export function clientState(
  headers: IncomingHttpHeaders,
  site: Site,
  connection: ConnectionState,
): ClientState {
  const cookies = readPushCookie(headers.cookie);
  const casper = readCasperCookie(headers.cookie);
  const digests = readCacheDigestField(headers['cache-digest']);
  const { hosts, ...known } = connection;
  return {
    ...known,
    speaksFor: (path) => hosts.has(hostOf(path, site)),
    saveData: /^\s*on\b/i.test(String(headers['save-data'] ?? '')),
    inPushCookie: (path) => wasPushed(cookies, { path, etag: etagOf(path, headers, site) }),
    inCacheDigest: (path) =>
      casperContains(casper, path) ||
      cacheState(digests, urlFor(path, headers, site), etagOf(path, headers, site)) === 'fresh',
    bytesOf: (path) => bodyOf(path, headers, site)?.body.length ?? 0,
    htmlBytes: bodyOf(requestedPath(headers, site), headers, site)?.body.length ?? 0,
  };
}

/** Set-Cookie fields by which the next visit's gates know what this one got. */
export function cookiesOf(
  gates: readonly Gate[],
  paths: readonly string[],
  headers: IncomingHttpHeaders,
  site: Site,
): string[] {
  if (paths.length === 0) return [];
  const fields: string[] = [];
  if (gates.includes('push-cookie')) {
    const entries = paths.map((path) => ({ path, etag: etagOf(path, headers, site) }));
    fields.push(setCookieField(withPushed(readPushCookie(headers.cookie), entries), { path: '/' }));
  }
  if (gates.includes('cache-digest')) {
    const field = casperSetCookieField(withCasperPaths(readCasperCookie(headers.cookie), paths));
    if (field !== undefined) fields.push(field);
  }
  return fields;
}

/** As the client keeps it. */
function urlFor(path: string, headers: IncomingHttpHeaders, site: Site): string {
  const request = requestFor(path, headers, site);
  return `https://${authorityOf({ ':authority': request.authority }, site)}${request.path}`;
}

function bodyOf(path: string, headers: IncomingHttpHeaders, site: Site) {
  const resource = findResource(site, path);
  if (resource === undefined) return undefined;
  // Conditions and method of the page's request do not hold for what goes with it.
  return negotiate(resource, { 'accept-encoding': headers['accept-encoding'] });
}

function etagOf(path: string, headers: IncomingHttpHeaders, site: Site): string | undefined {
  const resource = findResource(site, path);
  const coding = bodyOf(path, headers, site)?.coding;
  return resource && coding && etagFor(resource, coding);
}
