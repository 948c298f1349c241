import type { Scenario } from '../scenario/scenario.ts';
import type { MetricSummary, Results, StepResult, TrialResult } from './results.ts';
import type { SummaryInput } from './samples.ts';
import { summarise } from './summarise.ts';
import { sumOfMetrics } from './trial-result.ts';

type Journey = NonNullable<Results['journey']>;

/** Statistics of each page of a journey, and of all of them added up. Undefined where trials are one page. */
export function summariseJourney(
  { journey, measure }: Pick<Scenario, 'journey' | 'measure'>,
  input: SummaryInput,
): Journey | undefined {
  if (journey.length < 2) return undefined;
  const summariesOf = (metrics: (steps: readonly StepResult[]) => TrialResult['metrics']): MetricSummary[] =>
    summarise({
      ...input,
      trials: input.trials.map((trial) => ({ ...trial, metrics: trial.steps ? metrics(trial.steps) : {} })),
    }).summaries;
  return {
    measured: measure === 'journey' ? measure : measure + 1,
    steps: journey.map(({ path, afterMs }, index) => ({
      path,
      ...(afterMs !== undefined && { afterMs }),
      summaries: summariesOf((steps) => steps[index]?.metrics ?? {}),
    })),
    total: summariesOf(sumOfMetrics),
  };
}

/** `page 2 of 2 (/post.html)`, for the answer. */
export function describeMeasured({
  journey,
  measure,
}: Pick<Scenario, 'journey' | 'measure'>): string | undefined {
  if (journey.length === 0) return undefined;
  if (measure === 'journey') return `all ${journey.length} pages added up`;
  const { path } = journey[measure]!;
  return journey.length === 1 ? path : `page ${measure + 1} of ${journey.length} (${path})`;
}
