import type { MetricName, MetricSummary, Results, TrialResult } from '../lab/run/results.ts';
import { pathOf } from '../lab/trace/path-of.ts';
import type { PushOutcome } from '../lab/trace/waterfall.ts';

/** Outcomes in the order of a push's life, and what they mean to someone who never read a NetLog. */
export const OUTCOME_WORDS: Readonly<Record<PushOutcome, string>> = {
  adopted: 'used by the page',
  unclaimed: 'received, never asked for',
  mismatch: 'taken up, then rejected because the request did not match',
  refused: 'the browser answered REFUSED_STREAM',
  'cancelled-by-client': 'the browser reset it',
  'cancelled-by-server': 'the server reset it',
  'not-received': 'the promise or its response never reached the browser',
};

export const OUTCOMES = Object.keys(OUTCOME_WORDS) as readonly PushOutcome[];

/** The trials a strategy is judged by: finished, and not the warm-up. */
export function countedTrials(results: Results, strategy: string): readonly TrialResult[] {
  return results.trials.filter(
    (trial) => trial.strategy === strategy && trial.status === 'ok' && !trial.warmup,
  );
}

/** Attempts that were disturbed by the machine, per strategy: whom they hit shows whether they bias the comparison. */
export interface Disturbances {
  readonly strategy: string;
  /** Loads of the measured blocks, all attempts. */
  readonly loads: number;
  /** Disturbed, discarded and loaded again. */
  readonly repeated: number;
  /** Disturbed at the last attempt as well: missing in the numbers. */
  readonly lost: number;
}

export function disturbances(results: Results): readonly Disturbances[] {
  return results.strategies.map(({ name }) => {
    const loads = results.trials.filter(({ strategy, warmup }) => strategy === name && !warmup);
    const disturbed = loads.filter(({ status }) => status === 'disturbed');
    const repeated = disturbed.filter(({ repeatedAs }) => repeatedAs !== undefined).length;
    return { strategy: name, loads: loads.length, repeated, lost: disturbed.length - repeated };
  });
}

/** Places of the plan that are filled: of a trial that was repeated only the last attempt is one. */
export function settledTrials({ trials }: Results): readonly TrialResult[] {
  return trials.filter(({ repeatedAs }) => repeatedAs === undefined);
}

export function findSummary(
  results: Results,
  strategy: string,
  metric: MetricName,
): MetricSummary | undefined {
  return results.summaries.find((summary) => summary.strategy === strategy && summary.metric === metric);
}

/** Of a journey: what a strategy moved for one page, medians over its counted trials; pushes are sums over them. */
export interface StepCost {
  readonly receivedBytes: number;
  readonly wastedBytes: number;
  readonly leftOverBytes: number;
  readonly pushes: number;
  readonly usedHere: number;
  readonly usedLater: number;
  /** Pushes of earlier pages that this one took. */
  readonly takenOver: number;
}

export function stepCosts(results: Results, strategy: string): readonly StepCost[] {
  const trials = countedTrials(results, strategy);
  return (results.journey?.steps ?? []).map((_, index) => {
    const steps = trials.flatMap(({ steps: all }) => all?.[index] ?? []);
    const pushes = steps.flatMap((step) => step.pushes);
    const used = pushes.filter(({ outcome }) => outcome === 'adopted');
    const medianBytes = (key: 'receivedBytes' | 'wastedBytes' | 'leftOverBytes') =>
      medianOf(steps.map((step) => step[key]));
    return {
      receivedBytes: medianBytes('receivedBytes'),
      wastedBytes: medianBytes('wastedBytes'),
      leftOverBytes: medianBytes('leftOverBytes'),
      pushes: pushes.length,
      usedHere: used.filter(({ usedOnStep }) => usedOnStep === undefined).length,
      usedLater: used.filter(({ usedOnStep }) => usedOnStep !== undefined).length,
      takenOver: steps.reduce((sum, { takenOver }) => sum + takenOver.length, 0),
    };
  });
}

/** What a strategy cost in bytes and pushes: medians over its counted trials, sums for the pushes. */
export interface StrategyCost {
  readonly strategy: string;
  readonly trials: number;
  readonly receivedBytes: number;
  readonly wastedBytes: number;
  readonly requests: number;
  readonly connections: number;
  readonly queueDrops: number;
  readonly maxQueueBytes: number;
  readonly duplicates: number;
  readonly outcomes: ReadonlyMap<PushOutcome, number>;
}

export function strategyCosts(results: Results): readonly StrategyCost[] {
  return results.strategies.map(({ name }) => {
    const trials = countedTrials(results, name);
    const over = (pick: (trial: TrialResult) => number): number => medianOf(trials.map(pick));
    return {
      strategy: name,
      trials: trials.length,
      receivedBytes: over((trial) => trial.receivedBytes),
      wastedBytes: over((trial) => trial.wastedBytes),
      requests: over((trial) => trial.requestCount),
      connections: over((trial) => trial.connectionCount),
      queueDrops: over((trial) => trial.queueDrops),
      maxQueueBytes: over((trial) => trial.maxQueueBytes),
      duplicates: over((trial) => trial.duplicates.length),
      outcomes: countOutcomes(trials.flatMap((trial) => trial.pushes)),
    };
  });
}

/** One path a strategy pushed, over all its counted trials. */
export interface PushedPath {
  readonly path: string;
  readonly count: number;
  readonly outcomes: ReadonlyMap<PushOutcome, number>;
  readonly duplicates: number;
  /** Per push; the sums are over all trials. */
  readonly medianReceivedBytes: number;
  readonly receivedBytes: number;
  readonly wastedBytes: number;
}

/** In order of first appearance: the order the strategy pushed them in. */
export function pushedPaths(results: Results, strategy: string): readonly PushedPath[] {
  const byPath = new Map<string, TrialResult['pushes']>();
  for (const push of countedTrials(results, strategy).flatMap((trial) => trial.pushes)) {
    const path = pathOf(push.url);
    const known = byPath.get(path);
    if (known) known.push(push);
    else byPath.set(path, [push]);
  }
  return [...byPath].map(([path, pushes]) => ({
    path,
    count: pushes.length,
    outcomes: countOutcomes(pushes),
    duplicates: pushes.filter((push) => push.duplicate).length,
    medianReceivedBytes: medianOf(pushes.map((push) => push.receivedBytes)),
    receivedBytes: sum(pushes.map((push) => push.receivedBytes)),
    wastedBytes: sum(pushes.map((push) => push.wastedBytes)),
  }));
}

/** Equal lines counted, most frequent first: a thousand equal disagreements are one fact. */
export function countLines(lines: readonly string[]): readonly (readonly [line: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return [...counts].sort(([, left], [, right]) => right - left);
}

/** The middle value, the mean of the two in the middle; 0 of nothing. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
  return (lower + upper) / 2;
}

function countOutcomes(pushes: TrialResult['pushes']): ReadonlyMap<PushOutcome, number> {
  const counts = new Map<PushOutcome, number>();
  for (const { outcome } of pushes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return counts;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
