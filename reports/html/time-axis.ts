import type { Waterfall } from '../../lab/trace/waterfall.ts';
import { METRIC_WORDS } from '../metrics.ts';
import { formatMs } from '../format.ts';
import { markup, type Markup } from './escape.ts';
import { share } from './row-svg.ts';
import { niceStep, niceTicks, tickDigits } from './axis.ts';
import { placeLabels, type LabelPlace } from './labels.ts';

/** 0 to `end` ms: the same for every waterfall of a report, or they could not be compared by eye. */
export interface TimeAxis {
  readonly end: number;
  readonly ticks: readonly { readonly at: number; readonly label: string; readonly minor: boolean }[];
}

/** Long enough for the last thing any of the waterfalls shows. */
export function sharedAxis(waterfalls: readonly Waterfall[]): TimeAxis {
  return axisUntil(Math.max(...waterfalls.map(lastMoment)));
}

/** Long enough for this moment, and at least a millisecond. */
export function axisUntil(lastMs: number): TimeAxis {
  const end = Math.max(1, lastMs) * 1.02;
  const step = niceStep(end, 8);
  const fine = niceStep(step, 5);
  const inSeconds = step >= 1000;
  const digits = (size: number): number => (inSeconds ? tickDigits(size / 1000) : tickDigits(size));
  const label = (at: number, size: number): string =>
    inSeconds ? `${(at / 1000).toFixed(digits(size))}\u00a0s` : `${at.toFixed(digits(size))}\u00a0ms`;
  return {
    end,
    ticks: [
      ...niceTicks(0, end, 8).map((at) => ({ at, label: label(at, step), minor: false })),
      ...finely(end, fine)
        .filter((at) => Math.abs(at / step - Math.round(at / step)) > 1e-6)
        .map((at) => ({ at, label: label(at, fine), minor: true })),
    ],
  };
}

/** Its labels, for an SVG as wide as the plots. */
export function axisLabels(axis: TimeAxis): readonly Markup[] {
  return axis.ticks.map(({ at, label, minor }) => {
    const isLast = at / axis.end > 0.97;
    const anchor = at === 0 ? 'start' : isLast ? 'end' : 'middle';
    return markup`<text class="${minor ? 'minor' : 'major'}" x="${share(at, axis.end)}" y="12" text-anchor="${anchor}">${label}</text>`;
  });
}

function finely(end: number, step: number): readonly number[] {
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
}

/** Lanes go on while a connection idles, so they do not count. */
export function lastMoment(waterfall: Waterfall): number {
  const { metrics, resources, pushes, hints, connections } = waterfall;
  const moments = [
    metrics.firstPaint,
    metrics.firstContentfulPaint,
    metrics.largestContentfulPaint,
    metrics.domContentLoadedEventEnd,
    metrics.loadEventEnd,
    ...resources.flatMap((resource) => [resource.startTime, resource.responseEnd, resource.sendEnd]),
    ...pushes.flatMap((push) => [
      push.promised,
      push.responseEnd,
      push.sendEnd,
      push.reset,
      push.takenBy ? undefined : push.adopted,
    ]),
    ...hints.flatMap((hint) => [hint.sent, hint.received]),
    ...connections.flatMap((connection) => [connection.connectEnd, connection.secureConnectionEnd]),
  ];
  // A loop, not a spread: a page may have thousands of streams.
  return moments.reduce<number>(
    (last, at) => (at !== undefined && Number.isFinite(at) ? Math.max(last, at) : last),
    0,
  );
}

/** A vertical line of a waterfall, with the place of its label. */
export interface MetricLine extends LabelPlace {
  readonly at: number;
  readonly names: readonly string[];
  readonly label: string;
}

/** Lines for the metrics of one load. Those of one moment share a line and a label. */
export function metricLines(metrics: Waterfall['metrics'], end: number): readonly MetricLine[] {
  const moments = LINES.flatMap((metric) => {
    const at = metrics[metric];
    return at === undefined ? [] : [{ at, name: METRIC_WORDS[metric].short }];
  }).sort((left, right) => left.at - right.at);
  const groups: { at: number; names: string[] }[] = [];
  for (const { at, name } of moments) {
    const last = groups.at(-1);
    if (last && at - last.at < SAME_MOMENT_MS) last.names.push(name);
    else groups.push({ at, names: [name] });
  }
  for (const { names } of groups) names.sort((left, right) => ORDER.indexOf(left) - ORDER.indexOf(right));
  const labels = groups.map(({ at, names }) => `${names.join(' ')} ${formatMs(at)}`);
  const places = placeLabels(
    groups.map(({ at }, index) => ({
      at: at / end,
      width: ((labels[index]?.length ?? 0) * CHARACTER + LABEL_AIR) / NARROWEST_PLOT,
    })),
  );
  return groups.map((group, index) => ({
    ...group,
    label: labels[index] ?? '',
    level: places[index]?.level ?? 0,
    side: places[index]?.side ?? 'right',
  }));
}

const LINES = [
  'firstPaint',
  'firstContentfulPaint',
  'largestContentfulPaint',
  'domContentLoadedEventEnd',
  'loadEventEnd',
] as const;
const ORDER = LINES.map((metric) => METRIC_WORDS[metric].short);
// CSS pixels. Labels are placed for the narrowest plot there is (paper); on a wider one they only have more room.
const NARROWEST_PLOT = 470;
const CHARACTER = 6.2;
const LABEL_AIR = 14;
// Below the resolution of every metric.
const SAME_MOMENT_MS = 0.5;
