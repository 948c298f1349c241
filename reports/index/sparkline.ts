import { formatMetric, formatMetricShift } from '../metrics.ts';
import type { MetricName, MetricSummary } from '../../lab/run/results.ts';
import { paddedRange } from '../html/axis.ts';
import { markup, type Markup } from '../html/escape.ts';

/** One number per run, oldest first; undefined where a run has none. */
export interface Sparkline {
  readonly label: string;
  readonly metric: MetricName;
  /** Differences have a zero to be compared with. */
  readonly signed: boolean;
  readonly points: readonly (SparkPoint | undefined)[];
  readonly range: readonly [low: number, high: number];
}

export interface SparkPoint {
  readonly value: number;
  /** When the run was, for the reader. */
  readonly when: string;
  readonly verdict?: NonNullable<MetricSummary['shift']>['verdict'] | undefined;
}

/** What all lines of one column have in common, so that they can be compared with each other. */
export function commonRange(
  lines: readonly (readonly (SparkPoint | undefined)[])[],
  signed: boolean,
): readonly [low: number, high: number] {
  const values = lines.flat().flatMap((point) => point?.value ?? []);
  return paddedRange(signed ? [0, ...values] : values, 0.02);
}

/** A line as wide as a word or two. A proven difference is a full dot, one that is not proven an empty one. */
export function sparklineSvg({ label, metric, signed, points, range: [low, high] }: Sparkline): Markup {
  const x = (index: number): number =>
    points.length < 2 ? WIDTH / 2 : EDGE + (index / (points.length - 1)) * (WIDTH - 2 * EDGE);
  const y = (value: number): number => HEIGHT - EDGE - ((value - low) / (high - low)) * (HEIGHT - 2 * EDGE);
  const text = signed ? formatMetricShift : formatMetric;
  const known = points.flatMap((point, index) => (point ? [{ ...point, index }] : []));
  const said = known.slice(-MOST_SAID).map(({ value }) => text(metric, value));
  const line = known.map(({ index, value }) => `${px(x(index))},${px(y(value))}`).join(' ');
  return markup`<svg class="spark" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}, oldest first: ${said.length === 0 ? 'nothing' : said.join(', ')}">
${signed && markup`<line class="zero" x1="0" x2="${WIDTH}" y1="${px(y(0))}" y2="${px(y(0))}"/>`}
<polyline points="${line}"/>
${known.map(
  ({ index, value, when, verdict }) =>
    markup`<circle class="${toneOf(verdict)}${index === points.length - 1 && ' newest'}" cx="${px(x(index))}" cy="${px(y(value))}" r="${index === points.length - 1 ? 3.5 : 2.2}"><title>${when}: ${text(metric, value)}</title></circle>`,
)}</svg>`;
}

function toneOf(verdict: SparkPoint['verdict']): string {
  if (verdict === undefined) return 'plain';
  return verdict === 'faster' || verdict === 'slower' ? verdict : 'unproven';
}

function px(value: number): string {
  return value.toFixed(1);
}

const WIDTH = 200;
const HEIGHT = 34;
const EDGE = 5;
/** By a screen reader; the list below has them all. */
const MOST_SAID = 10;
