import { formatMetric, formatMetricShift, METRIC_WORDS } from '../metrics.ts';
import { markup, type Markup } from './escape.ts';
import { stripTicks, type Strip, type StripRow } from './strips.ts';

// Drawn at one size and scaled as a whole, so that text keeps its distance from the dots.
const WIDTH = 460;
const LABEL = 112;
const VALUE = 72;
const ROW = 28;
const AXIS = 26;
const PLOT = WIDTH - LABEL - VALUE;

/** A strip plot that needs no script: for print, and for readers who run none. */
export function stripSvg(strip: Strip, baseline: string): Markup {
  const height = strip.rows.length * ROW + AXIS;
  const x = (value: number): number => LABEL + ((value - strip.low) / (strip.high - strip.low)) * PLOT;
  const { unit, ticks } = stripTicks(strip, 6);
  const title = METRIC_WORDS[strip.metric].title;
  const label = strip.signed
    ? `${title}: difference from ${baseline} in the same block, per strategy`
    : `${title}: every trial, per strategy`;
  return markup`<svg class="strip" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label}">
${ticks.map(
  (
    tick,
  ) => markup`<line class="grid" x1="${px(x(tick.value))}" x2="${px(x(tick.value))}" y1="0" y2="${height - AXIS}"/>
<text class="tick" x="${px(x(tick.value))}" y="${height - 10}" text-anchor="middle">${tick.label}</text>`,
)}
<text class="tick" x="${WIDTH}" y="${height - 10}" text-anchor="end">${unit}</text>
${strip.signed && markup`<line class="zero" x1="${px(x(0))}" x2="${px(x(0))}" y1="0" y2="${height - AXIS}"/>`}
${strip.rows.map((row, index) => rowSvg(strip, row, index * ROW + ROW / 2, x))}
</svg>`;
}

function rowSvg(strip: Strip, row: StripRow, y: number, x: (value: number) => number): Markup {
  const format = strip.signed ? formatMetricShift : formatMetric;
  return markup`<g class="${toneOf(row)}">
<text class="name" x="0" y="${y + 4}">${shortened(row.strategy, 17)}</text>
<line class="base" x1="${LABEL}" x2="${LABEL + PLOT}" y1="${y}" y2="${y}"/>
${
  row.interval &&
  markup`<rect class="interval" x="${px(x(row.interval.low))}" y="${y - 11}" width="${px(
    Math.max(1, x(row.interval.high) - x(row.interval.low)),
  )}" height="22"/>`
}
${row.dots.map((dot) => markup`<circle class="dot" cx="${px(x(dot.value))}" cy="${px(y + dot.lane * 8)}" r="2.6"/>`)}
${
  row.estimate !== undefined &&
  markup`<line class="estimate" x1="${px(x(row.estimate))}" x2="${px(x(row.estimate))}" y1="${y - 12}" y2="${y + 12}"/>
<text class="value" x="${WIDTH}" y="${y + 4}" text-anchor="end">${format(strip.metric, row.estimate)}</text>`
}
</g>`;
}

/** The colour family of a strip; the verdict also stands in words wherever this colour is used. */
export function toneOf(row: StripRow): 'faster' | 'slower' | 'neutral' {
  return row.verdict === 'faster' || row.verdict === 'slower' ? row.verdict : 'neutral';
}

/** A name that has to fit beside a plot: cut at the end, with a mark that it was. */
export function shortened(name: string, length: number): string {
  const characters = [...name];
  return characters.length <= length ? name : `${characters.slice(0, length - 1).join('')}…`;
}

function px(value: number): string {
  return value.toFixed(1);
}
