import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import pc from 'picocolors';
import { medianOf } from '../../reports/digest.ts';
import { METRIC_WORDS } from '../../reports/metrics.ts';
import type { MetricName, MetricSummary, Results } from '../run/results.ts';
import { bytesText, metricText, msText, shiftIntervalText, shiftText } from './format.ts';

const ALWAYS: readonly MetricName[] = ['firstContentfulPaint', 'largestContentfulPaint', 'loadEventEnd'];

/**
 * Strategies down, metrics across: medians and, against the baseline, the shift with its 95 % interval. Where the
 * terminal is too narrow, the metrics that the answer is not about give way; the report has them.
 */
export function resultTable(results: Results, width = Infinity): string {
  const metrics = [...new Set([results.primaryMetric, ...ALWAYS])];
  const withFilm = tableOf(results, metrics, results.films.length > 0);
  if (widthOf(withFilm) <= width) return withFilm;
  for (let count = metrics.length; count > 1; count--) {
    const table = tableOf(results, metrics.slice(0, count));
    if (widthOf(table) <= width) return table;
  }
  return tableOf(results, metrics.slice(0, 1));
}

function widthOf(table: string): number {
  return Math.max(
    ...stripVTControlCharacters(table)
      .split('\n')
      .map((line) => line.length),
  );
}

function tableOf(results: Results, columns: readonly MetricName[], film = false): string {
  const primary = results.primaryMetric;
  const table = new Table({
    head: [
      'strategy',
      ...columns.flatMap((metric) => {
        const title = METRIC_WORDS[metric].short;
        return metric === primary ? [title, `vs ${results.baseline}\n[95 %]`] : [title];
      }),
      ...(film ? [speedIndexTitle(results)] : []),
      'pushes used,\nall loads',
      'wasted\n/ load',
      'n',
    ],
    style: { head: [], border: [], compact: true },
    colAligns: ['left'],
  });
  for (const { name, notLoaded } of results.strategies) {
    const summaryOf = (metric: MetricName) =>
      results.summaries.find((summary) => summary.strategy === name && summary.metric === metric);
    const trials = results.trials.filter(
      (trial) => trial.strategy === name && trial.status === 'ok' && !trial.warmup,
    );
    const pushes = trials.flatMap((trial) => trial.pushes);
    const adopted = pushes.filter(({ outcome }) => outcome === 'adopted').length;
    table.push([
      name === results.answer.winner ? pc.bold(name) : name,
      ...columns.flatMap((metric) => {
        const summary = summaryOf(metric);
        const value = metricText(metric, summary?.median);
        return metric === primary ? [value, shiftCell(summary, metric)] : [value];
      }),
      ...(film ? [pc.dim(speedIndexCell(results, name))] : []),
      notLoaded !== undefined ? 'refused' : pushes.length === 0 ? '–' : `${adopted} of ${pushes.length}`,
      bytesText(medianOf(trials.map(({ wastedBytes }) => wastedBytes))),
      String(trials.length),
    ]);
  }
  return table.toString();
}

/** No verdict hangs on it: one load, or the middle of a few. */
function speedIndexTitle({ films, strategies }: Results): string {
  return films.length > strategies.length ? 'Speed Index,\nfilms' : 'Speed Index,\n1 film';
}

function speedIndexCell({ films }: Results, strategy: string): string {
  const values = films.flatMap((film) =>
    film.strategy === strategy && film.speedIndexMs !== undefined ? [film.speedIndexMs] : [],
  );
  return msText(values.length === 0 ? undefined : medianOf(values));
}

function shiftCell(summary: MetricSummary | undefined, metric: MetricName): string {
  const shift = summary?.shift;
  if (shift === undefined) return '';
  const shiftAlone = shiftText(metric, shift.median);
  // Fewer pairs than six have a range, not a 95 % interval.
  if (shift.pairs < 6) return pc.dim(shiftAlone);
  const text = `${shiftAlone} [${shiftIntervalText(metric, shift.interval)}]`;
  if (shift.verdict === 'faster') return pc.green(text);
  if (shift.verdict === 'slower') return pc.red(text);
  return pc.dim(text);
}
