import type { MetricName, Results, TrialResult } from './results.ts';

/** What the statistics need of a result. */
export interface SummaryInput {
  readonly trials: readonly TrialResult[];
  /** In the order of the report. */
  readonly strategies: readonly { readonly name: string }[];
  readonly baseline: string;
  readonly primaryMetric: MetricName;
  readonly network: Pick<Results['network'], 'baseRttMs' | 'downlink' | 'uplink'>;
  /** Origin think time; named in the answer where there is any. */
  readonly thinkMs?: number;
  /** What of a trial the metrics are of, where that is not all of it: `page 2 of 2 (/post.html)`. */
  readonly subject?: string;
  /** The server is an edge, so far from its origin. */
  readonly edge?: { readonly rttMs: number } | undefined;
  /** Of the run: the bootstrap repeats with it. */
  readonly seed: number;
}

/** Level of every verdict, after Holm. */
export const ALPHA = 0.05;

/** Values of a metric under a strategy. */
export function valuesOf(trials: readonly TrialResult[], strategy: string, metric: MetricName): number[] {
  return trials.flatMap((trial) => {
    const value = trial.metrics[metric];
    return trial.strategy === strategy && value !== undefined ? [value] : [];
  });
}

/** `strategy` minus `other`, block by block; blocks where either is missing do not count. */
export function pairedDifferences(
  trials: readonly TrialResult[],
  strategy: string,
  other: string,
  metric: MetricName,
): number[] {
  const byBlock = (name: string) =>
    new Map(
      trials.filter((trial) => trial.strategy === name).map((trial) => [trial.block, trial.metrics[metric]]),
    );
  const others = byBlock(other);
  return [...byBlock(strategy)].flatMap(([block, value]) => {
    const reference = others.get(block);
    return value === undefined || reference === undefined ? [] : [value - reference];
  });
}
