import { ABSENT, formatDate, plural } from '../format.ts';
import { markup, type Markup } from '../html/escape.ts';
import { shiftHtml } from '../html/shift-html.ts';
import { formatMetric, METRIC_WORDS } from '../metrics.ts';
import type { IndexEntry } from './index-entry.ts';
import type { RunDigest, StrategyDigest } from './run-digest.ts';
import { commonRange, sparklineSvg, type SparkPoint } from './sparkline.ts';

/**
 * The newest run's strategies: median and shift of the metric that its answer is about, and how both went over the runs
 * that may be held against it. Empty where no run can be read. `runs` are oldest first.
 */
export function historyHtml(runs: readonly IndexEntry[]): Markup | undefined {
  const all = runs.flatMap(({ startedAt, run }) => ('problem' in run ? [] : [{ startedAt, ...run }]));
  const newest = all.at(-1);
  if (newest === undefined) return undefined;
  const alike = all.filter(({ conditions }) => conditions === newest.conditions);
  const shown = alike.slice(-MOST_POINTS);
  const { metric, baseline, strategies } = newest;
  const medians = linesOf(strategies, shown, ({ median }) => median);
  const shifts = linesOf(
    strategies,
    shown,
    ({ shift }) => shift?.median,
    ({ shift }) => shift?.verdict,
  );
  const ranges = [commonRange(medians, false), commonRange(shifts, true)] as const;
  const title = METRIC_WORDS[metric].title;
  const overRuns = `over ${plural(shown.length, 'run')}`;
  const isLine = shown.length > 1;
  return markup`${all.length > 1 && markup`<p class="lead">${leadOf(all.length, alike.length)}${changedWords(strategies, shown)}</p>`}
<div class="table-scroll"><table class="history"><caption class="visually-hidden">${title} of the newest run, and ${overRuns} under the same conditions</caption>
<thead><tr><th scope="col">Strategy</th><th scope="col" class="num">${title}, newest</th>${isLine && markup`<th scope="col">Median ${overRuns}</th>`}<th scope="col" class="num">Against ${baseline}</th>${isLine && markup`<th scope="col">Shift ${overRuns}</th>`}</tr></thead>
<tbody>${strategies.map((strategy, index) => {
    const spark = (signed: boolean): Markup => {
      const points = (signed ? shifts : medians)[index] ?? [];
      const ofRuns = `of ${plural(points.filter((point) => point !== undefined).length, 'run')}`;
      const label = signed
        ? `${strategy.name} against ${baseline}, shift ${ofRuns}`
        : `${strategy.name}, median ${ofRuns}`;
      return markup`<td>${sparklineSvg({ label, metric, signed, points, range: ranges[signed ? 1 : 0] })}</td>`;
    };
    return markup`<tr><th scope="row">${strategy.name}</th><td class="num">${formatMetric(metric, strategy.median)}</td>${isLine && spark(false)}<td class="num">${shiftHtml(metric, strategy.shift, strategy.name === baseline ? 'reference' : ABSENT)}</td>${isLine && (strategy.name === baseline ? markup`<td></td>` : spark(true))}</tr>
`;
  })}</tbody></table></div>`;
}

function leadOf(all: number, alike: number): string {
  const others = all - alike;
  if (others === 0) return `${plural(alike, 'run')} under the same conditions.`;
  return `${plural(alike, 'run')} under the conditions of the newest; ${plural(others, 'other differs', 'others differ')} in network, browser, page, hosts, metric or baseline and ${others === 1 ? 'is' : 'are'} only in the list.`;
}

/** Which lines are shorter because an earlier strategy of the same name was another. */
function changedWords(strategies: readonly StrategyDigest[], runs: readonly RunDigest[]): string | false {
  const changed = strategies.filter(({ name, settings }) =>
    runs.some((run) => run.strategies.some((other) => other.name === name && other.settings !== settings)),
  );
  if (changed.length === 0) return false;
  const names = changed.map(({ name }) => name).join(', ');
  return ` Left out of its line: ${names}, in runs in which it was set up otherwise.`;
}

function linesOf(
  strategies: readonly StrategyDigest[],
  runs: readonly (RunDigest & { readonly startedAt: string })[],
  pick: (strategy: StrategyDigest) => number | undefined,
  verdictOf: (strategy: StrategyDigest) => SparkPoint['verdict'] = () => undefined,
): readonly (readonly (SparkPoint | undefined)[])[] {
  return strategies.map(({ name, settings }) =>
    runs.map((run) => {
      const found = run.strategies.find((other) => other.name === name && other.settings === settings);
      const value = found && pick(found);
      return value === undefined
        ? undefined
        : { value, when: formatDate(run.startedAt), verdict: verdictOf(found!) };
    }),
  );
}

const MOST_POINTS = 60;
