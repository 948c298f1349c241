import type { SiteGraph } from './graph.ts';
import type { SiteHosts } from './origins.ts';

/**
 * What a site is, once loaded. Plain values; nothing here reads a file. A `path` is path and query of what the site
 * itself has; of what another of its hosts has, it is the whole URL.
 */

/** One file of a site, ready to be sent. */
export interface SiteResource {
  /** Without a query, percent-encoded as a browser sends it. */
  readonly path: string;
  /** With a charset where a real server sends one. */
  readonly contentType: string;
  /** The file as it is (identity coding). */
  readonly body: Buffer;
  /** Precompressed bodies; only for text, and only where smaller than `body`. Empty if the site is uncompressed. */
  readonly encodings: { readonly br?: Buffer; readonly gzip?: Buffer };
  /** Strong validator of the identity body, quoted; see `etagFor`. Absent where the site sends none. */
  readonly etag?: string;
  /** Absent where the site sends none. */
  readonly cacheControl?: string;
  /** Further response headers, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Fields behind the body, names in lower case; absent: none. */
  readonly trailers?: Readonly<Record<string, string>> | undefined;
}

export type ContentCoding = 'identity' | 'gzip' | 'br';

/** A resource that the entry page leads to, and how. */
export interface Finding {
  /** As the browser will request it: what a push or a Link field must name. */
  readonly path: string;
  /** E.g. `<link rel=stylesheet> in /` or `@import in /css/a.css`. */
  readonly reason: string;
}

/** A reference to a host that the lab does not serve. */
export interface ExternalFinding {
  readonly url: string;
  readonly reason: string;
}

export interface Site extends SiteHosts {
  readonly name: string;
  /** Absolute folder of site.yaml. */
  readonly folder: string;
  /** Path of the page that is loaded. */
  readonly entry: string;
  /** By path; use `findResource` for one that came off the wire. */
  readonly resources: ReadonlyMap<string, SiteResource>;
  /** What must be there before the first paint, in document order. */
  readonly critical: readonly Finding[];
  /** Everything the entry page and its style sheets refer to and the site has, in document order. */
  readonly used: readonly Finding[];
  /** What each of these, and the page, itself refers to and the site has, in document order; only style sheets lead on. */
  readonly children: ReadonlyMap<string, readonly string[]>;
  /** The first other page of the site that the entry page links to, and its critical resources. */
  readonly nextPage?: { readonly path: string; readonly critical: readonly string[] } | undefined;
  /** Referred to, on a host of the site, but not there. */
  readonly missing: readonly Finding[];
  readonly externals: readonly ExternalFinding[];
  /** Recorded from real loads; absent: the site has none. */
  readonly graph?: SiteGraph | undefined;
}

/** The resource of that path, query ignored as by a server of static files. */
export function findResource(site: Pick<Site, 'resources'>, requestPath: string): SiteResource | undefined {
  // Most have no query, and no resource has one in its path.
  return site.resources.get(requestPath) ?? site.resources.get(requestPath.split(/[?#]/, 1)[0]!);
}

/** Whether a path leads to the entry page, by whichever of its names. */
export function isEntry(site: Pick<Site, 'entry' | 'resources'>, requestPath: string): boolean {
  const page = findResource(site, site.entry);
  // `/` and `/index.html` share the body of one file; another host that has the file as well is no entry.
  return (
    requestPath.startsWith('/') && page !== undefined && findResource(site, requestPath)?.body === page.body
  );
}

/** The strong validator of one coding of a resource: byte-wise different bodies have different ones (RFC 9110 §8.8.3). */
export function etagFor(resource: SiteResource, coding: ContentCoding): string | undefined {
  if (resource.etag === undefined || coding === 'identity') return resource.etag;
  return `${resource.etag.slice(0, -1)}-${coding}"`;
}
