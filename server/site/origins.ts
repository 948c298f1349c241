/**
 * Another host that serves parts of a site. What it serves is named by its whole URL wherever something of the site
 * itself is named by path and query.
 */
export interface SiteOrigin {
  readonly hostname: string;
  /** `shared`: the site's certificate names it too; `own`: it has one that names nobody else. */
  readonly certificate: 'shared' | 'own';
  /** `shared`: its name leads to the site's address; `own`: to one that nobody else has. */
  readonly address: 'shared' | 'own';
  /** `refused`: what comes over a connection that was opened for another host is answered 421 (RFC 9110 §15.5.20). */
  readonly coalescing: 'allowed' | 'refused';
}

/** The hosts of a site: its own, and others. */
export interface SiteHosts {
  readonly hostname: string;
  readonly origins: readonly SiteOrigin[];
}

/** What a URL is called within the site; undefined where none of its hosts has it. */
export function pathWithin(url: URL, { hostname, origins }: SiteHosts): string | undefined {
  const path = url.pathname + url.search;
  if (url.protocol !== 'https:') return undefined;
  if (url.host === hostname) return path;
  return origins.some((origin) => origin.hostname === url.host) ? `https://${url.host}${path}` : undefined;
}

/** The URL of something that is called so within the site. */
export function urlOf(path: string, { hostname }: Pick<SiteHosts, 'hostname'>): string {
  return path.startsWith('/') ? `https://${hostname}${path}` : path;
}

/** How people may write what another host serves: `//host/path`, or with the scheme; paths stay what they are. */
export function canonicalPath(written: string, site: SiteHosts): string {
  const isPath = written.startsWith('/') && !written.startsWith('//');
  if (isPath || !URL.canParse(written, urlOf('/', site))) return written;
  const url = new URL(written, urlOf('/', site));
  return pathWithin(url, site) ?? url.href;
}

/** Host of what is called so within the site. */
export function hostOf(path: string, { hostname }: Pick<SiteHosts, 'hostname'>): string {
  return path.startsWith('/') ? hostname : new URL(path).host;
}

/**
 * The hosts that a connection opened for one of them may speak for: its certificate names them, and their names lead to
 * its address (RFC 9113 §9.1.1); without those that refuse to be spoken for.
 */
export function hostsOfConnection(openedFor: string, { hostname, origins }: SiteHosts): ReadonlySet<string> {
  const shared = origins.filter(
    ({ certificate, address }) => certificate === 'shared' && address === 'shared',
  );
  const isShared = openedFor === hostname || shared.some((origin) => origin.hostname === openedFor);
  if (!isShared) return new Set([openedFor]);
  const willing = shared.filter(({ coalescing }) => coalescing === 'allowed');
  return new Set([openedFor, hostname, ...willing.map((origin) => origin.hostname)]);
}
