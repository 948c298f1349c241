import { preloadDestination } from '../link-header.ts';
import { childrenInGraph, type GraphNode } from '../site/graph.ts';
import { canonicalPath } from '../site/origins.ts';
import { findResource, isEntry, type Site } from '../site/site.ts';
import type { ResolvedStrategy } from './decide.ts';
import type { ResourceKind, Strategy, What } from './strategy.ts';

/**
 * Turns `what` and `order` into paths for each page of a journey. A list of paths belongs to its first page.
 * @param pages the site as each page sees it, in order
 */
export function resolveForPages(strategy: Strategy, pages: readonly [Site, ...Site[]]): ResolvedStrategy {
  const resolved = pages.map((page, index) => {
    const isList = Array.isArray(strategy.what) && index > 0;
    return resolveStrategy(isList ? { ...strategy, what: [] } : strategy, page);
  });
  return {
    ...resolved[0]!,
    children: Object.assign({}, ...resolved.map(({ children }) => children)) as ResolvedStrategy['children'],
    pages: Object.fromEntries(pages.map(({ entry }, index) => [entry, resolved[index]!.paths])),
  };
}

/** Turns `what` and `order` into paths of this site, in sending order. */
export function resolveStrategy(strategy: Strategy, site: Site): ResolvedStrategy {
  if (strategy.how === 'none' || strategy.how === 'origin-link')
    return { ...strategy, paths: [], children: {} };
  const { what, when } = strategy;
  const perResource = what === 'children' || (what === 'graph' && when === 'with-resource');
  return {
    ...strategy,
    paths: perResource ? [] : inOrder(pathsOf(strategy.what, site), strategy.order, site),
    children: perResource
      ? childrenOfEach(strategy, site, what === 'graph' ? childrenInGraph(nodesOf(site)) : site.children)
      : {},
  };
}

function pathsOf(what: What, site: Site): readonly string[] {
  if (what === 'critical') return site.critical.map(({ path }) => path);
  if (what === 'all') return site.used.map(({ path }) => path);
  if (what === 'graph') return nodesOf(site).map(({ path }) => path);
  if (what === 'next-page') {
    // What this page uses as well is there by then.
    const used = new Set(site.used.map(({ path }) => path));
    const { nextPage } = site;
    return nextPage === undefined
      ? []
      : [nextPage.path, ...nextPage.critical].filter((path) => !used.has(path));
  }
  if (what === 'children') return [];
  if ('types' in what) {
    const wanted = new Set(what.types);
    return site.used.map(({ path }) => path).filter((path) => wanted.has(kindOf(path, site)));
  }
  return [...new Set(what.map((written) => canonicalPath(written, site)))];
}

/** Of the graph, what the site still has. */
function nodesOf(site: Site): readonly GraphNode[] {
  const nodes = site.graph?.[site.entry] ?? [];
  return nodes.filter(({ path }) => findResource(site, path) !== undefined && !isEntry(site, path));
}

function kindOf(path: string, site: Site): ResourceKind {
  const destination = preloadDestination(findResource(site, path)?.contentType ?? '');
  return destination === undefined ? 'other' : (destination as ResourceKind);
}

/** Sorting is stable: within a class, the order of `what`. */
function inOrder(paths: readonly string[], order: Strategy['order'], site: Site): readonly string[] {
  if (order === 'given') return paths;
  if (order === 'smallest-first') {
    return paths.toSorted((a, b) => encodedBytes(a, site) - encodedBytes(b, site));
  }
  const critical = new Set(site.critical.map(({ path }) => path));
  return paths.toSorted((a, b) => Number(critical.has(b)) - Number(critical.has(a)));
}

/** As a browser that accepts every coding gets it. */
function encodedBytes(path: string, site: Site): number {
  const resource = findResource(site, path);
  return (resource?.encodings.br ?? resource?.encodings.gzip ?? resource?.body)?.length ?? 0;
}

/** For every resource but the page: all that it leads to, nearest first. */
function childrenOfEach(
  strategy: Strategy,
  site: Site,
  children: ReadonlyMap<string, readonly string[]>,
): Record<string, readonly string[]> {
  const found: Record<string, readonly string[]> = {};
  for (const parent of children.keys()) {
    if (parent === site.entry) continue;
    const descendants = new Set<string>();
    const pending = [...(children.get(parent) ?? [])];
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      if (next === parent || next === site.entry || descendants.has(next)) continue;
      descendants.add(next);
      pending.push(...(children.get(next.split('?', 1)[0]!) ?? []));
    }
    if (descendants.size === 0) continue;
    found[parent] = inOrder([...descendants], strategy.order, site);
  }
  return found;
}
