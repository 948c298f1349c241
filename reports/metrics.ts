import type { MetricName, Results } from '../lab/run/results.ts';
import { ABSENT, formatMs, formatMsInterval, formatShiftMs, formatUnitless } from './format.ts';

/** What a metric is called in a report, in three lengths. */
export interface MetricWords {
  readonly title: string;
  /** For marks in a waterfall. */
  readonly short: string;
  readonly meaning: string;
}

export const METRIC_WORDS: Readonly<Record<MetricName, MetricWords>> = {
  firstPaint: {
    title: 'First paint',
    short: 'FP',
    meaning: 'the first pixel that differs from a blank page',
  },
  firstContentfulPaint: {
    title: 'First contentful paint',
    short: 'FCP',
    meaning: 'the first text or image on the screen',
  },
  largestContentfulPaint: {
    title: 'Largest contentful paint',
    short: 'LCP',
    meaning: 'the largest text block or image in the viewport, when it was last replaced by a larger one',
  },
  domContentLoadedEventEnd: {
    title: 'DOMContentLoaded',
    short: 'DCL',
    meaning: 'document parsed, deferred scripts run, handlers of the event done',
  },
  loadEventEnd: {
    title: 'Load',
    short: 'load',
    meaning: 'all sub-resources there, handlers of the load event done',
  },
  cumulativeLayoutShift: {
    title: 'Layout shift',
    short: 'CLS',
    meaning: 'how much the page jumped without being asked; no unit, 0 is best',
  },
};

/** The metrics that were measured at all: the one the answer is about first, the others in the order of the document. */
export function measuredMetrics(results: Results): readonly MetricName[] {
  const inOrder = (Object.keys(METRIC_WORDS) as MetricName[]).filter(
    (metric) =>
      results.summaries.some((summary) => summary.metric === metric) ||
      results.trials.some((trial) => trial.status === 'ok' && trial.metrics[metric] !== undefined),
  );
  return [
    ...inOrder.filter((metric) => metric === results.primaryMetric),
    ...inOrder.filter((metric) => metric !== results.primaryMetric),
  ];
}

/** A value of a metric in its unit. */
export function formatMetric(metric: MetricName, value: number | undefined): string {
  if (metric !== 'cumulativeLayoutShift') return formatMs(value);
  return value === undefined ? ABSENT : formatUnitless(value);
}

/** A difference of two values of a metric, signed. */
export function formatMetricShift(metric: MetricName, value: number): string {
  if (metric !== 'cumulativeLayoutShift') return formatShiftMs(value);
  const text = formatUnitless(value);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** An interval of values, or of differences where `signed`. */
export function formatMetricInterval(
  metric: MetricName,
  interval: { readonly low: number; readonly high: number },
  signed = false,
): string {
  if (metric !== 'cumulativeLayoutShift') return formatMsInterval(interval.low, interval.high, signed);
  const end = (value: number): string => (signed ? formatMetricShift(metric, value) : formatUnitless(value));
  return `${end(interval.low)} to ${end(interval.high)}`;
}
