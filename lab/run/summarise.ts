import { createRandom } from '../network/random.ts';
import { bootstrapMedianInterval } from '../stats/bootstrap.ts';
import { median, range } from '../stats/descriptive.ts';
import { holmAdjust } from '../stats/holm.ts';
import {
  hodgesLehmannShift,
  signedRankInterval,
  signedRankTest,
  smallestPValue,
} from '../stats/signed-rank.ts';
import { answerQuestion } from './answer.ts';
import {
  METRIC_NAMES,
  type MetricName,
  type MetricSummary,
  type Results,
  type TrialResult,
} from './results.ts';
import { reasonsOf } from './reasons.ts';
import { ALPHA, pairedDifferences, valuesOf, type SummaryInput } from './samples.ts';

export type Summary = Pick<Results, 'summaries' | 'medianTrials' | 'answer' | 'reasons'>;

type Shift = NonNullable<MetricSummary['shift']>;

/**
 * Statistics and answer of a run. Only successful trials outside the warm-up block count. A strategy without a single
 * value of a metric has no summary for it; one without a pair has no shift.
 */
export function summarise(input: SummaryInput): Summary {
  const counted = input.trials.filter((trial) => trial.status === 'ok' && !trial.warmup);
  const random = createRandom(input.seed);
  const summaries = METRIC_NAMES.flatMap((metric) => summariseMetric(input, counted, metric, random));
  const medianTrials = Object.fromEntries(
    input.strategies.flatMap(({ name }) => {
      const trial = medianTrial(counted, name, input.primaryMetric);
      return trial === undefined ? [] : [[name, trial.id]];
    }),
  );
  const answer = answerQuestion(input, counted, summaries);
  const reasons = reasonsOf(input, counted, summaries);
  // Without a winner: of the strategy that was ahead.
  const best =
    reasons.find(({ strategy }) => strategy === answer.winner) ??
    reasons.toSorted((a, b) => a.differenceMs - b.differenceMs)[0];
  if (best === undefined) return { summaries, medianTrials, answer };
  return {
    summaries,
    medianTrials,
    answer: { ...answer, reason: `${best.strategy}: ${best.text}` },
    reasons,
  };
}

function summariseMetric(
  input: SummaryInput,
  trials: readonly TrialResult[],
  metric: MetricName,
  random: () => number,
): MetricSummary[] {
  const compared = input.strategies.flatMap(({ name }) => {
    const differences =
      name === input.baseline ? [] : pairedDifferences(trials, name, input.baseline, metric);
    return differences.length === 0 ? [] : [{ name, differences }];
  });
  const shifts = new Map(shiftsOf(compared).map((shift, index) => [compared[index]?.name, shift]));
  return input.strategies.flatMap(({ name }) => {
    const sample = valuesOf(trials, name, metric);
    if (sample.length === 0) return [];
    const { low: min, high: max } = range(sample);
    const shift = shifts.get(name);
    return [
      {
        strategy: name,
        metric,
        n: sample.length,
        median: median(sample),
        interval: bootstrapMedianInterval(sample, random),
        min,
        max,
        ...(shift === undefined ? {} : { shift }),
      },
    ];
  });
}

/** Shifts of a family of comparisons, with Holm's adjustment over the family. */
function shiftsOf(family: readonly { readonly differences: readonly number[] }[]): Shift[] {
  const pValues = family.map(({ differences }) => signedRankTest(differences).pValue);
  const adjusted = holmAdjust(pValues);
  return family.map(({ differences }, index) => {
    const pAdjusted = adjusted[index] ?? 1;
    const shift = hodgesLehmannShift(differences);
    const { low, high } = signedRankInterval(differences);
    return {
      median: shift,
      interval: { low, high },
      pairs: differences.length,
      pValue: pValues[index] ?? 1,
      pAdjusted,
      verdict: verdictOf(shift, pAdjusted, differences.length, family.length),
    };
  });
}

/**
 * With n pairs no p-value is below 2 / 2^n, and Holm multiplies the smallest by the number of comparisons. Where even
 * that cannot reach the level (one comparison: below 6 pairs; four: below 8), nothing can be concluded, least of all
 * "no difference".
 */
function verdictOf(shift: number, pAdjusted: number, pairs: number, comparisons: number): Shift['verdict'] {
  if (pAdjusted < ALPHA && shift !== 0) return shift < 0 ? 'faster' : 'slower';
  return smallestPValue(pairs) * comparisons >= ALPHA ? 'too-few-trials' : 'no-difference';
}

/** The trial to look at for a strategy: nearest to its median, the earliest of equally near ones. */
function medianTrial(
  trials: readonly TrialResult[],
  strategy: string,
  metric: MetricName,
): TrialResult | undefined {
  const values = valuesOf(trials, strategy, metric);
  if (values.length === 0) return undefined;
  const middle = median(values);
  let nearest: TrialResult | undefined;
  let nearestDistance = Infinity;
  for (const trial of trials) {
    const value = trial.metrics[metric];
    if (trial.strategy !== strategy || value === undefined) continue;
    const distance = Math.abs(value - middle);
    const earlier = distance === nearestDistance && trial.block < (nearest?.block ?? Infinity);
    if (distance < nearestDistance || earlier) [nearest, nearestDistance] = [trial, distance];
  }
  return nearest;
}
