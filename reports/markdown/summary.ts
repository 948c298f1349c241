import type { MetricName, Results } from '../../lab/run/results.ts';
import { disturbances, findSummary, strategyCosts, type StrategyCost } from '../digest.ts';
import { ABSENT, formatBytes, formatDate, formatMs, formatP, plural } from '../format.ts';
import {
  formatMetric,
  formatMetricInterval,
  formatMetricShift,
  measuredMetrics,
  METRIC_WORDS,
} from '../metrics.ts';
import { networkText } from '../network-text.ts';
import { escapeMarkdown, markdownTable } from './markdown.ts';

/** Job summaries hold 1 MiB; notes beyond these are counted. */
const MOST_NOTES = 50;
const MOST_NOTE_CHARACTERS = 1000;
const MOST_STRATEGIES = 200;

/** The answer for a job summary or a pull request: GitHub-flavoured Markdown, far below 1 MiB. */
export function renderMarkdown(results: Results): string {
  const { scenario, answer, partial, startedAt } = results;
  const notes = notesOf(results);
  return [
    `## ${escapeMarkdown(scenario.name)}`,
    `**${escapeMarkdown(answer.sentence)}**`,
    ...(answer.reason === undefined ? [] : [`Why ${escapeMarkdown(answer.reason)}.`]),
    ...(partial ? ['Interrupted: only finished trials are counted.'] : []),
    comparison(results),
    '### Pushes and bytes',
    costs(results),
    '### Conditions',
    conditions(results)
      .map((line) => `- ${line}`)
      .join('\n'),
    ...(notes.length === 0 ? [] : ['### Notes', notes.map((note) => `- ${note}`).join('\n')]),
    `<sub>push lab ${escapeMarkdown(results.lab.version)}, ${escapeMarkdown(formatDate(startedAt))}, ` +
      `seed ${results.seed}. Medians; differences are Hodges–Lehmann shifts over paired blocks with 95 % intervals, ` +
      'p-values signed-rank, Holm-adjusted.</sub>',
    '',
  ].join('\n\n');
}

/** Strategies down, metrics across; the metric the answer is about with its difference and verdict. */
function comparison(results: Results): string {
  const [primary, ...others] = measuredMetrics(results);
  if (primary === undefined) return 'No trial was measured.';
  const head = [
    'strategy',
    METRIC_WORDS[primary].title,
    `against ${escapeMarkdown(results.baseline)}`,
    '95 % interval',
    'p',
    'verdict',
    ...others.map((metric) => METRIC_WORDS[metric].title),
    'loads',
  ];
  const rows = results.strategies.slice(0, MOST_STRATEGIES).map(({ name }) => {
    const summary = findSummary(results, name, primary);
    const shift = summary?.shift;
    const own = escapeMarkdown(name);
    return [
      name === results.answer.winner ? `**${own}**` : own,
      formatMetric(primary, summary?.median),
      shift === undefined ? ABSENT : formatMetricShift(primary, shift.median),
      shift === undefined ? ABSENT : formatMetricInterval(primary, shift.interval, true),
      shift === undefined ? ABSENT : formatP(shift.pAdjusted),
      shift === undefined ? 'baseline' : VERDICT_WORDS[shift.verdict],
      ...others.map((metric: MetricName) => formatMetric(metric, findSummary(results, name, metric)?.median)),
      String(summary?.n ?? 0),
    ];
  });
  return markdownTable(head, rows);
}

const VERDICT_WORDS = {
  faster: 'faster',
  slower: 'slower',
  'no-difference': 'no difference proven',
  'too-few-trials': 'too few trials',
} as const;

function costs(results: Results): string {
  const rows = strategyCosts(results)
    .slice(0, MOST_STRATEGIES)
    .map((cost) => [
      escapeMarkdown(cost.strategy),
      outcomesText(cost),
      formatBytes(cost.receivedBytes),
      formatBytes(cost.wastedBytes),
      String(cost.requests),
      String(cost.queueDrops),
    ]);
  return markdownTable(
    ['strategy', 'pushes, all loads', 'received per load', 'wasted per load', 'requests', 'queue drops'],
    rows,
  );
}

/** `12 adopted, 2 unclaimed` */
function outcomesText({ outcomes }: StrategyCost): string {
  if (outcomes.size === 0) return ABSENT;
  return [...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
}

function conditions({ network, site, browser, scenario, strategies, runs, concurrency }: Results): string[] {
  const tcp = [
    network.congestionControl,
    `initial window ${network.initialWindowSegments} segments`,
    ...(network.pacing ? ['paced'] : []),
  ];
  return [
    `network ${escapeMarkdown(network.name)}: ${networkText(network)}; ${tcp.join(', ')}`,
    `page ${escapeMarkdown(site.name)} ${escapeMarkdown(site.entry)}, ${scenario.cache} cache` +
      (scenario.thinkMs > 0 ? `, the origin thinks for ${formatMs(scenario.thinkMs)}` : ''),
    `browser ${escapeMarkdown(browser.name)} ${escapeMarkdown(browser.version)}`,
    `${plural(runs, 'measured load')} of each of ${plural(strategies.length, 'strategy', 'strategies')}, ` +
      `${concurrency} side by side`,
  ];
}

/** What was discarded, and what a reader should know before believing the numbers. */
function notesOf(results: Results): string[] {
  const discarded = disturbances(results).filter(({ repeated, lost }) => repeated + lost > 0);
  const notes = [
    ...discarded.map(
      ({ strategy, loads, repeated, lost }) =>
        `${strategy}: ${repeated + lost} of ${plural(loads, 'load')} disturbed by the machine and discarded` +
        (lost > 0 ? `, ${lost} of them not made good` : ''),
    ),
    ...results.warnings,
  ];
  const shown = notes.slice(0, MOST_NOTES).map((note) => escapeMarkdown(shorten(note)));
  return notes.length > shown.length ? [...shown, `and ${notes.length - shown.length} more`] : shown;
}

function shorten(text: string): string {
  return text.length <= MOST_NOTE_CHARACTERS ? text : `${text.slice(0, MOST_NOTE_CHARACTERS - 1)}…`;
}
