import type { MetricName, MetricSummary, Results } from '../../lab/run/results.ts';
import { countedTrials, findSummary } from '../digest.ts';
import { ABSENT, formatP, formatShare } from '../format.ts';
import {
  formatMetric,
  formatMetricInterval,
  formatMetricShift,
  measuredMetrics,
  METRIC_WORDS,
} from '../metrics.ts';
import { costHtml } from './cost.ts';
import { markup, type Markup } from './escape.ts';
import { shiftHtml, VERDICT_WORDS } from './shift-html.ts';
import { distributionStrip, shiftStrip } from './strips.ts';
import { stripSvg } from './strips-svg.ts';

/** Strategies against each other: all metrics at a glance, then each in full, then what they cost in bytes. */
export function comparisonHtml(results: Results): Markup {
  const metrics = measuredMetrics(results);
  const missing = (Object.keys(METRIC_WORDS) as MetricName[]).filter((metric) => !metrics.includes(metric));
  return markup`<section id="comparison" aria-labelledby="comparison-title">
<h2 id="comparison-title">Comparison</h2>
<p class="lead">Medians over the measured trials; under them the shift against <strong>${results.baseline}</strong>, paired by block. The answer is about <strong>${METRIC_WORDS[results.primaryMetric].title.toLowerCase()}</strong>, chosen before the run.</p>
${metrics.length > 0 ? [overviewHtml(results, metrics), panelsHtml(results, metrics)] : markup`<p class="note">No trial produced a metric.</p>`}
${missing.length > 0 && markup`<p class="note">Not measured in any trial: ${missing.map((metric) => METRIC_WORDS[metric].title).join(', ')}.</p>`}
${costHtml(results)}
</section>`;
}

function overviewHtml(results: Results, metrics: readonly MetricName[]): Markup {
  return markup`<div class="table-scroll"><table class="overview"><caption class="visually-hidden">Median of every metric and shift against ${results.baseline}, per strategy</caption>
<thead><tr><th scope="col">Strategy</th>${metrics.map((metric) => markup`<th scope="col" class="num${metric === results.primaryMetric && ' primary'}">${METRIC_WORDS[metric].title}</th>`)}</tr></thead>
<tbody>${results.strategies.map(
    ({ name }) =>
      markup`<tr${name === results.answer.winner && WINNER}><th scope="row">${name}${tagsOf(results, name)}</th>${metrics.map((metric) => overviewCell(results, name, metric))}</tr>
`,
  )}</tbody></table></div>`;
}

function overviewCell(results: Results, strategy: string, metric: MetricName): Markup {
  const summary = findSummary(results, strategy, metric);
  const isPrimary = metric === results.primaryMetric && ' primary';
  if (!summary) return markup`<td class="num${isPrimary}"><span class="none">${ABSENT}</span></td>`;
  const { shift } = summary;
  return markup`<td class="num${isPrimary}"><span class="median">${formatMetric(metric, summary.median)}</span>${shiftHtml(metric, shift, strategy === results.baseline ? 'reference' : 'no pair')}</td>`;
}

/** One panel per metric. With a script they are tabs; without, and on paper, they follow each other. */
function panelsHtml(results: Results, metrics: readonly MetricName[]): Markup {
  return markup`<div class="tabs needs-script" role="tablist" aria-label="Metric">${metrics.map(
    (metric, index) =>
      markup`<button type="button" role="tab" id="tab-${metric}" aria-controls="panel-${metric}" aria-selected="${index === 0 ? 'true' : 'false'}" tabindex="${index === 0 ? 0 : -1}">${METRIC_WORDS[metric].title}</button>`,
  )}</div>
<div class="panels">${metrics.map((metric, index) => panelHtml(results, metric, index === 0))}</div>`;
}

function panelHtml(results: Results, metric: MetricName, isFirst: boolean): Markup {
  const words = METRIC_WORDS[metric];
  const shifts = shiftStrip(results, metric);
  return markup`<section class="panel${isFirst && ' current'}" id="panel-${metric}" data-metric="${metric}" aria-labelledby="heading-${metric}">
<h3 id="heading-${metric}">${words.title}</h3>
<p class="lead">${words.meaning[0]?.toUpperCase()}${words.meaning.slice(1)}. ${metric === 'cumulativeLayoutShift' ? 'Smaller is better.' : 'Milliseconds since navigationStart; smaller is faster.'}</p>
<div class="charts">
<figure data-chart="distribution"><figcaption>Every trial, with median and 95 % interval</figcaption>${stripSvg(distributionStrip(results, metric), results.baseline)}</figure>
${shifts && markup`<figure data-chart="shift"><figcaption>Difference from ${results.baseline} in the same block, with shift and 95 % interval</figcaption>${stripSvg(shifts, results.baseline)}</figure>`}
</div>
${metricTableHtml(results, metric)}
</section>`;
}

function metricTableHtml(results: Results, metric: MetricName): Markup {
  const { title } = METRIC_WORDS[metric];
  return markup`<div class="table-scroll"><table class="fine"><caption>${title} per strategy</caption>
<thead><tr><th scope="col">Strategy</th><th scope="col" class="num">n</th><th scope="col" class="num">Median</th><th scope="col" class="num">95 % interval</th><th scope="col" class="num">Range</th><th scope="col" class="num">Shift</th><th scope="col" class="num">95 % interval</th><th scope="col" class="num">Relative</th><th scope="col" class="num">p, Holm</th><th scope="col">Verdict</th></tr></thead>
<tbody>${results.strategies.map(({ name }) => metricRow(results, name, metric))}</tbody></table></div>`;
}

function metricRow(results: Results, strategy: string, metric: MetricName): Markup {
  const summary = findSummary(results, strategy, metric);
  const head = markup`<th scope="row">${strategy}${tagsOf(results, strategy)}</th>`;
  if (!summary) {
    const trials = countedTrials(results, strategy).length;
    return markup`<tr>${head}<td class="num">0</td><td colspan="8" class="none">${trials === 0 ? 'no good trial' : 'not measured'}</td></tr>`;
  }
  return markup`<tr${strategy === results.answer.winner && WINNER}>${head}<td class="num">${summary.n}</td><td class="num"><strong>${formatMetric(metric, summary.median)}</strong></td><td class="num">${summary.n < 2 ? ABSENT : formatMetricInterval(metric, summary.interval)}</td><td class="num">${formatMetricInterval(metric, { low: summary.min, high: summary.max })}</td>${shiftCells(results, summary)}</tr>
`;
}

function shiftCells(results: Results, { shift, metric, strategy }: MetricSummary): Markup {
  if (!shift) {
    return markup`<td colspan="5" class="none">${strategy === results.baseline ? 'reference' : `no block with ${results.baseline}`}</td>`;
  }
  const base = findSummary(results, results.baseline, metric)?.median;
  const relative = base === undefined || base === 0 ? ABSENT : signedShare(shift.median / base);
  return markup`<td class="num">${formatMetricShift(metric, shift.median)}</td><td class="num">${shiftInterval(metric, shift)}</td><td class="num">${relative}</td><td class="num">${formatP(shift.pAdjusted)}</td><td class="shift ${shift.verdict}"><span class="verdict">${VERDICT_WORDS[shift.verdict]}</span></td>`;
}

/** A single difference has no interval, and of few only the range is known. */
function shiftInterval(metric: MetricName, shift: NonNullable<MetricSummary['shift']>): string {
  if (shift.pairs < 2) return ABSENT;
  const interval = formatMetricInterval(metric, shift.interval, true);
  return shift.pairs < FEWEST_PAIRS ? `${interval} (range)` : interval;
}

function signedShare(share: number): string {
  const text = formatShare(share, 1);
  return share > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

function tagsOf(results: Results, strategy: string): readonly Markup[] {
  return [
    ...(strategy === results.baseline ? [markup` <span class="tag tag-baseline">baseline</span>`] : []),
    ...(results.strategies.some(({ name, notLoaded }) => name === strategy && notLoaded !== undefined)
      ? [markup` <span class="tag">push refused</span>`]
      : []),
    ...(strategy === results.answer.winner ? [markup` <span class="tag tag-winner">winner</span>`] : []),
  ];
}

const WINNER = markup` class="winner"`;

// The exact signed-rank test cannot reach 5 % with five pairs: 2 / 2⁵ = 6.25 %.
const FEWEST_PAIRS = 6;
