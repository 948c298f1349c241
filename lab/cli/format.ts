import type { MetricName } from '../run/results.ts';

/** A metric as a reader wants it: unitless for layout shift, seconds from 10 s on, else milliseconds. */
export function metricValue(metric: MetricName, value: number): string {
  if (metric === 'cumulativeLayoutShift') return value.toFixed(3);
  return Math.abs(value) >= 10_000 ? `${(value / 1000).toFixed(2)} s` : `${value.toFixed(0)} ms`;
}

export function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
