import type { IncomingHttpHeaders } from 'node:http2';
import { hostOf, type SiteHosts } from './site/origins.ts';

/** What people's own clients may call the site. */
const LOOPBACK_NAMES = ['localhost', '127.0.0.1'];

/** Without the default port, which some clients write (RFC 3986 §6.2.3). */
export function authorityOf(headers: IncomingHttpHeaders, site: SiteHosts): string {
  return (headers[':authority'] ?? site.hostname).toLowerCase().replace(/:443$/, '');
}

/** The host that is asked, whatever the port. */
export function requestedHost(headers: IncomingHttpHeaders, site: SiteHosts): string {
  const host = authorityOf(headers, site).replace(/:\d+$/, '');
  return LOOPBACK_NAMES.includes(host) ? site.hostname : host;
}

/** What is asked for, by the name it has within the site: see Site. */
export function requestedPath(headers: IncomingHttpHeaders, site: SiteHosts): string {
  const path = headers[':path'] ?? '/';
  const host = requestedHost(headers, site);
  return host === site.hostname ? path : `https://${host}${path}`;
}

/** The authority and `:path` by which this client would ask for that; it may call the site by another name or port. */
export function requestFor(
  path: string,
  headers: IncomingHttpHeaders,
  site: SiteHosts,
): { authority: string; path: string } {
  if (path.startsWith('/')) {
    const isAsked = requestedHost(headers, site) === site.hostname;
    return { authority: (isAsked && headers[':authority']) || site.hostname, path };
  }
  const authority = hostOf(path, site);
  return { authority, path: path.slice(`https://${authority}`.length) };
}
