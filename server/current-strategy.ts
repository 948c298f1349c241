import type { CurrentTask } from './server-task.ts';
import type { ResolvedStrategy } from './strategies/decide.ts';

/** The strategy as it acts at the moment: during a prelude it sends nothing ahead. */
export function currentStrategy({ strategy, isPrelude }: CurrentTask): ResolvedStrategy {
  return isPrelude() ? { ...strategy, how: 'none', paths: [], children: {}, pages: undefined } : strategy;
}

/** What goes with a page; undefined: it is none that the strategy knows. */
export function pathsOfPage(task: CurrentTask, path: string): readonly string[] | undefined {
  const { pages = {}, paths } = currentStrategy(task);
  if (Object.hasOwn(pages, path)) return pages[path];
  return path === task.site.entry ? paths : undefined;
}
