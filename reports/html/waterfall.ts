import type { Results, TrialResult } from '../../lab/run/results.ts';
import type { Waterfall } from '../../lab/trace/waterfall.ts';
import { formatBytes, plural } from '../format.ts';
import { formatMetric, METRIC_WORDS } from '../metrics.ts';
import { markup, type Markup } from './escape.ts';
import { boundedRows, rowBounds } from './bounded-rows.ts';
import type { StreamKeys } from './bottleneck/stream-keys.ts';
import { medianTrial, trialChoices } from './detail/choose.ts';
import { choiceOptions, trialLink } from './detail/pick-html.ts';
import { lanesHtml, type LaneScales } from './lanes.ts';
import { numbersHtml } from './numbers.ts';
import { rowHtml, share } from './row-svg.ts';
import { waterfallRows } from './rows.ts';
import { axisLabels, metricLines, type MetricLine, type TimeAxis } from './time-axis.ts';

/** What one waterfall of the report is drawn from. */
export interface WaterfallInput {
  readonly id: string;
  readonly strategy: string;
  readonly trial: TrialResult | undefined;
  readonly waterfall: Waterfall;
  readonly results: Results;
  readonly axis: TimeAxis;
  readonly scales: LaneScales;
  readonly keys: StreamKeys;
  /** Ids of the trials the reader can choose instead. */
  readonly available: ReadonlySet<string>;
}

/** One load, from the first SYN to the last byte, with the network's state under it. */
export function waterfallHtml(input: WaterfallInput): Markup {
  const { axis, waterfall, results, strategy, id } = input;
  const rows = waterfallRows(waterfall, {
    bandwidthBps: results.network.downlink.bandwidthBps,
    resolutionMs: axis.end / RESOLUTION,
    keys: input.keys,
  });
  const whole = `trials/${encodeURIComponent(input.trial?.id ?? '')}/waterfall.json`;
  const { drawn, leftOut } = boundedRows(
    rows,
    (row, index) => rowHtml(row, axis.end, index === 0),
    rowBounds(results.strategies.length),
    input.trial ? whole : 'its waterfall.json',
  );
  const lines = metricLines(waterfall.metrics, axis.end);
  const levels = Math.max(1, ...lines.map((line) => line.level + 1));
  return markup`<article class="waterfall" id="${id}" data-strategy="${strategy}" aria-labelledby="${id}-title">
<header><h3 id="${id}-title">${strategy}${strategy === results.baseline && markup` <span class="tag tag-baseline">baseline</span>`}</h3>
${captionHtml(input)}
${pickHtml(input)}</header>
<div class="wf-scroll"><div class="wf-canvas levels-${levels}">
<svg class="wf-grid" aria-hidden="true">${axis.ticks.map(
    ({ at, minor }) =>
      markup`<g class="${minor ? 'minor' : 'major'}"><line x1="${share(at, axis.end)}" x2="${share(at, axis.end)}" y1="0" y2="100%"/></g>`,
  )}</svg>
<div class="wf-head"><span class="wf-label"></span><svg class="wf-axis" width="100%" height="18" aria-hidden="true">${axisLabels(axis)}</svg></div>
<ul class="wf-rows" aria-label="Resources of ${strategy}, in order of their start">
${drawn}</ul>
${lanesHtml(waterfall, input.scales, input.keys)}
<svg class="wf-lines" role="img" aria-label="${linesLabel(lines)}">${lines.map((line) => lineSvg(line, axis.end))}</svg>
</div></div>
${leftOut > 0 && leftOutNote(leftOut, input)}
${waterfall.disagreements.length > 0 && markup`<p class="note">The vantage points disagree in this trial: ${waterfall.disagreements.slice(0, MOST_DISAGREEMENTS).join('; ')}${waterfall.disagreements.length > MOST_DISAGREEMENTS && `; and ${waterfall.disagreements.length - MOST_DISAGREEMENTS} more, in its waterfall.json`}.</p>`}
${numbersHtml(waterfall, strategy, Math.max(LEAST_NUMBERS, Math.floor(NUMBERS_OF_ALL / results.strategies.length)))}
</article>`;
}

function leftOutNote(leftOut: number, { trial }: WaterfallInput): Markup {
  const where = trial ? trialLink(trial.id, 'waterfall.json', 'waterfall.json') : 'waterfall.json';
  return markup`<p class="note left-out">${plural(leftOut, 'more row')} in ${where}. Drawn are what the first paint waits for, what failed, was pushed or hinted, then what took longest.</p>`;
}

function captionHtml({ trial, results }: WaterfallInput): Markup {
  const primary = results.primaryMetric;
  const value = trial?.metrics[primary];
  const bytes = trial && [
    `${formatBytes(trial.receivedBytes)} received`,
    `${formatBytes(trial.wastedBytes)} wasted`,
    plural(trial.requestCount, 'request'),
    plural(trial.connectionCount, 'connection'),
    plural(trial.queueDrops, 'queue drop'),
  ];
  return markup`<p class="wf-meta">${trial && markup`Trial <code>${trial.id}</code>, block ${trial.block}: ${trial.id === medianTrial(results, trial.strategy) && 'nearest to the median '}${METRIC_WORDS[primary].title.toLowerCase()}${value !== undefined && markup`, <strong>${formatMetric(primary, value)}</strong>`}. ${bytes?.join(', ')}. Raw: ${trialLink(trial.id, 'waterfall.json', 'waterfall')}, ${EVIDENCE.map(([file, words], index) => [index > 0 && ', ', trialLink(trial.id, file, words)])}.`}</p>`;
}

/** Other trials of the strategy; nothing where there is no choice. */
function pickHtml({ results, strategy, available, trial }: WaterfallInput): Markup | undefined {
  const choices = trialChoices(results, strategy, available);
  return choices.length < 2
    ? undefined
    : markup`<label class="tool needs-script">Trial <select class="trial-pick">${choiceOptions(results, choices, trial?.id)}</select></label>`;
}

function lineSvg(line: MetricLine, end: number): Markup {
  const x = share(line.at, end);
  const y = LABEL_TOP + line.level * LABEL_STEP;
  const isLeft = line.side === 'left';
  const kinds = line.names.map((name) => `line-${name.toLowerCase()}`).join(' ');
  return markup`<g class="line ${kinds}"><line x1="${x}" x2="${x}" y1="${y - 10}" y2="100%"/><text x="${x}" y="${y}" dx="${isLeft ? -4 : 4}" text-anchor="${isLeft ? 'end' : 'start'}">${line.label}</text></g>`;
}

function linesLabel(lines: readonly MetricLine[]): string {
  return lines.length === 0 ? 'No paint or load event was seen.' : lines.map((line) => line.label).join(', ');
}

const EVIDENCE = [
  ['browser.json.gz', 'browser'],
  ['emulator.json.gz', 'server and network'],
  ['trace.json.gz', 'trace'],
] as const;
// Arrivals closer than a thousandth of the axis look like one on any screen.
const RESOLUTION = 1000;
const MOST_DISAGREEMENTS = 10;
// Rows of numbers in all waterfalls, and in each at least.
const NUMBERS_OF_ALL = 500;
const LEAST_NUMBERS = 20;
const LABEL_TOP = 12;
const LABEL_STEP = 15;
