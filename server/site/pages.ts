import { findReferences } from './critical.ts';
import type { SiteHosts } from './origins.ts';
import { findResource, type Site } from './site.ts';

/**
 * The site as one of its pages sees it: that page is the entry, and what is critical, used or missing is so for it.
 * @param next what follows it; left out: the first other page it links to
 */
export function siteFrom(site: Site, path: string, next?: string): Site {
  const { linkedPages, ...references } = findReferences({ ...site, entry: path });
  // site.yaml may list what is critical for its own entry.
  const critical = path === site.entry ? site.critical : references.critical;
  const nextPage = describePage(next ?? linkedPages[0], site);
  return { ...site, ...references, entry: path, critical, nextPage };
}

/** A page and what its first paint waits for. */
export function describePage(
  path: string | undefined,
  site: SiteHosts & Pick<Site, 'resources'>,
): Site['nextPage'] {
  if (path === undefined) return undefined;
  const { critical } = findReferences({ ...site, entry: path });
  return { path, critical: critical.map((finding) => finding.path) };
}

/** Paths of the HTML pages there are, sorted. */
export function pagePaths(site: Pick<Site, 'resources'>): string[] {
  return [...site.resources.keys()].filter((path) => path.startsWith('/') && isPage(site, path)).sort();
}

export function isPage(site: Pick<Site, 'resources'>, path: string): boolean {
  return findResource(site, path)?.contentType.startsWith('text/html') === true;
}
