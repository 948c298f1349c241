import Table from 'cli-table3';
import pc from 'picocolors';
import { median } from 'simple-statistics';
import type { MetricName, MetricSummary, Results } from '../run/results.ts';
import { kilobytes, metricValue } from './format.ts';

const COLUMNS: readonly { metric: MetricName; title: string }[] = [
  { metric: 'firstContentfulPaint', title: 'FCP' },
  { metric: 'largestContentfulPaint', title: 'LCP' },
  { metric: 'loadEventEnd', title: 'load' },
];

/** Strategies down, metrics across: median and, against the baseline, the shift with its 95 % interval. */
export function resultTable(results: Results): string {
  const columns = COLUMNS.some(({ metric }) => metric === results.primaryMetric)
    ? COLUMNS
    : [{ metric: results.primaryMetric, title: results.primaryMetric }, ...COLUMNS];
  const table = new Table({
    head: [
      'strategy',
      ...columns.flatMap(({ title, metric }) =>
        metric === results.primaryMetric ? [title, `vs ${results.baseline} [95 %]`] : [title],
      ),
      'pushes used',
      'wasted',
      'n',
    ],
    style: { head: [], border: [], compact: true },
    colAligns: ['left'],
  });
  for (const { name } of results.strategies) {
    const summaryOf = (metric: MetricName) =>
      results.summaries.find((summary) => summary.strategy === name && summary.metric === metric);
    const trials = results.trials.filter(
      (trial) => trial.strategy === name && trial.status === 'ok' && !trial.warmup,
    );
    const pushes = trials.flatMap((trial) => trial.pushes);
    const adopted = pushes.filter(({ outcome }) => outcome === 'adopted').length;
    table.push([
      name === results.answer.winner ? pc.bold(name) : name,
      ...columns.flatMap(({ metric }) => {
        const summary = summaryOf(metric);
        const value = summary === undefined ? '–' : metricValue(metric, summary.median);
        return metric === results.primaryMetric ? [value, shiftCell(summary, metric)] : [value];
      }),
      pushes.length === 0 ? '–' : `${adopted} of ${pushes.length}`,
      trials.length === 0 ? '–' : kilobytes(median(trials.map(({ wastedBytes }) => wastedBytes))),
      String(trials.length),
    ]);
  }
  return table.toString();
}

function shiftCell(summary: MetricSummary | undefined, metric: MetricName): string {
  const shift = summary?.shift;
  if (shift === undefined) return '';
  const signed = (value: number) => (value > 0 ? '+' : '') + metricValue(metric, value);
  // Too few pairs have no 95 % interval.
  if (shift.verdict === 'too-few-trials') return pc.dim(signed(shift.median));
  const text = `${signed(shift.median)} [${signed(shift.interval.low)}, ${signed(shift.interval.high)}]`;
  if (shift.verdict === 'faster') return pc.green(text);
  if (shift.verdict === 'slower') return pc.red(text);
  return pc.dim(text);
}
