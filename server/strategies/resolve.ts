import type { Site } from '../site/site.ts';
import { findResource } from '../site/site.ts';
import type { ResolvedStrategy } from './decide.ts';
import type { Strategy } from './strategy.ts';

/** Turns `what` into paths of this site, in sending order. `missing`: listed paths the site does not have. */
export function resolveStrategy(
  strategy: Strategy,
  site: Site,
): { resolved: ResolvedStrategy; missing: string[] } {
  const paths = strategy.how === 'none' ? [] : pathsOf(strategy.what, site);
  return {
    resolved: { ...strategy, paths },
    missing: paths.filter((path) => findResource(site, path) === undefined),
  };
}

function pathsOf(what: Strategy['what'], site: Site): readonly string[] {
  if (what === 'critical') return site.critical.map(({ path }) => path);
  if (what === 'all') return site.used.map(({ path }) => path);
  return what;
}
