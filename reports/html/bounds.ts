import type { Results, TrialResult } from '../../lab/run/results.ts';
import { plural } from '../format.ts';
import { markup, type Markup } from './escape.ts';

/** Of a whole report, so that it opens anywhere and travels by mail: five megabytes less some air. */
export const MOST_REPORT_BYTES = 4_900_000;

/** The first of a list that a page has room for, those that matter most, in the order they were in. */
export function mostImportant<Item>(
  items: readonly Item[],
  most: number,
  importance: (item: Item) => number,
): readonly Item[] {
  if (items.length <= most) return items;
  const ranked = items
    .map((item, index) => ({ index, rank: importance(item) }))
    .sort((left, right) => right.rank - left.rank || left.index - right.index)
    .slice(0, most)
    .map(({ index }) => index);
  const kept = new Set(ranked);
  return items.filter((_, index) => kept.has(index));
}

/** How many are not shown and where they are; nothing where all are. */
export function leftOutHtml(
  leftOut: number,
  one: string,
  where: Markup | string,
  many = `${one}s`,
): Markup | undefined {
  return leftOut > 0
    ? markup`<p class="note left-out">${plural(leftOut, `more ${one}`, `more ${many}`)}, in ${where}.</p>`
    : undefined;
}

/** The result document of a page, and whether it is the whole one. */
export interface EmbeddedResults {
  readonly results: Results;
  readonly whole: boolean;
}

/**
 * What the page carries of its result: all of it while it is small, else every sample but none of the lists that grow
 * with the files of the page. Valid by `resultsSchema` either way.
 */
export function embeddedResults(results: Results, mostBytes = MOST_EMBEDDED_BYTES): EmbeddedResults {
  if (JSON.stringify(results).length <= mostBytes) return { results, whole: true };
  return {
    results: {
      ...results,
      site: { ...results.site, resources: [] },
      strategies: results.strategies.map((strategy) => ({ ...strategy, what: [], paths: [] })),
      trials: results.trials.map(withoutLists),
      films: [],
      medianFilms: {},
    },
    whole: false,
  };
}

function withoutLists(trial: TrialResult): TrialResult {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- left out by name
  const { hints, path, contention, steps, ...kept } = trial;
  return { ...kept, pushes: [], duplicates: [], blockedUrls: [], disagreements: [] };
}

const MOST_EMBEDDED_BYTES = 600_000;
