import { formatBytes, formatMs } from '../../reports/format.ts';
import { formatMetric, formatMetricInterval, formatMetricShift } from '../../reports/metrics.ts';
import type { MetricName } from '../run/results.ts';

/** The report's numbers for a terminal: its typographic spaces become plain ones, so that text can be searched. */
const plain = (text: string): string => text.replace(/[\u00a0\u2009\u202f]/g, ' ');

export const metricText = (metric: MetricName, value: number | undefined): string =>
  plain(formatMetric(metric, value));

export const shiftText = (metric: MetricName, value: number): string =>
  plain(formatMetricShift(metric, value));

export const shiftIntervalText = (metric: MetricName, interval: { low: number; high: number }): string =>
  plain(formatMetricInterval(metric, interval, true));

export const msText = (ms: number | undefined): string => plain(formatMs(ms));

export const bytesText = (bytes: number | undefined): string => plain(formatBytes(bytes));
