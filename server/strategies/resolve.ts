import type { Site } from '../site/site.ts';
import type { ResolvedStrategy } from './decide.ts';
import type { Strategy } from './strategy.ts';

/** Turns `what` into paths of this site, in sending order. */
export function resolveStrategy(strategy: Strategy, site: Site): ResolvedStrategy {
  return { ...strategy, paths: strategy.how === 'none' ? [] : pathsOf(strategy.what, site) };
}

function pathsOf(what: Strategy['what'], site: Site): readonly string[] {
  if (what === 'critical') return site.critical.map(({ path }) => path);
  if (what === 'all') return site.used.map(({ path }) => path);
  return what;
}
