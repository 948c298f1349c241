import type { Results, TrialResult } from '../../../lab/run/results.ts';
import { countedTrials } from '../../digest.ts';

/**
 * Ids of counted trials, those a reader wants first: of every strategy the median trial, the fastest and the slowest
 * by the primary metric, then the others in the order they ran.
 */
export function detailOrder(results: Results): readonly string[] {
  const perStrategy = results.strategies.map(({ name }) => {
    const ranked = rankedTrials(results, name);
    return [medianTrial(results, name), ranked[0]?.id, ranked.at(-1)?.id];
  });
  const first = [0, 1, 2].flatMap((place) => perStrategy.flatMap((ids) => ids[place] ?? []));
  const others = results.trials.filter(({ status, warmup }) => status === 'ok' && !warmup);
  return [...new Set([...first, ...others.map(({ id }) => id)])];
}

export function medianTrial(results: Results, strategy: string): string | undefined {
  return Object.hasOwn(results.medianTrials, strategy) ? results.medianTrials[strategy] : undefined;
}

/** A trial that can be drawn, and what it is called in a list. */
export interface TrialChoice {
  readonly id: string;
  readonly place: string;
  readonly trial: TrialResult;
}

/** The trials of a strategy of which the page has the details, fastest first. */
export function trialChoices(
  results: Results,
  strategy: string,
  available: ReadonlySet<string>,
): readonly TrialChoice[] {
  const ranked = rankedTrials(results, strategy);
  return ranked.flatMap((trial, index) => {
    if (!available.has(trial.id)) return [];
    const place =
      trial.id === medianTrial(results, strategy)
        ? 'median'
        : index === 0
          ? 'fastest'
          : index === ranked.length - 1
            ? 'slowest'
            : `${index + 1} of ${ranked.length}`;
    return [{ id: trial.id, place, trial }];
  });
}

function rankedTrials(results: Results, strategy: string): readonly TrialResult[] {
  const value = (trial: TrialResult): number => trial.metrics[results.primaryMetric] ?? Infinity;
  // Infinity less Infinity is no number, and no order.
  return [...countedTrials(results, strategy)].sort((left, right) =>
    value(left) === value(right) ? 0 : value(left) - value(right),
  );
}
