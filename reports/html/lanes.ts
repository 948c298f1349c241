import type { NetworkLanes, Step, Waterfall } from '../../lab/trace/waterfall.ts';
import { formatBytes, formatShare, plural } from '../format.ts';
import { bottleneckSlots, linkUse, occupancyMs } from './bottleneck/slots.ts';
import type { StreamKeys } from './bottleneck/stream-keys.ts';
import { slotsHtml } from './bottleneck/strip-svg.ts';
import { downsampleSteps } from './downsample.ts';
import { markup, type Hole, type Markup } from './escape.ts';
import { share } from './row-svg.ts';

/** What the lanes of all waterfalls have in common: scales, or queue depths could not be compared by eye. */
export interface LaneScales {
  readonly end: number;
  readonly queueTop: number;
  readonly queueLimit: number;
  readonly windowTop: number;
  /** Of the downlink. */
  readonly bandwidthBps: number;
}

/** Scales for every waterfall of a report. */
export function sharedScales(
  waterfalls: readonly Waterfall[],
  network: { readonly downlink: { readonly queueLimitBytes: number; readonly bandwidthBps: number } },
  end: number,
): LaneScales {
  const lanes = waterfalls.map((waterfall) => waterfall.lanes);
  const queuePeak = peakOf(lanes.map((lane) => lane.downlinkQueueBytes));
  const windowPeak = peakOf(
    lanes.flatMap((lane) =>
      lane.connections.flatMap(({ cwndBytes, flightBytes }) => [cwndBytes, flightBytes]),
    ),
  );
  const { queueLimitBytes: queueLimit, bandwidthBps } = network.downlink;
  // The limit belongs on the plot unless it would press the queue flat (bufferbloat); then the label alone names it.
  const queueTop =
    queueLimit <= Math.max(queuePeak, 1) * FLATTEST ? Math.max(queueLimit, queuePeak) : queuePeak;
  return { end, queueTop: queueTop * AIR || 1, queueLimit, windowTop: windowPeak * AIR || 1, bandwidthBps };
}

/** Bottleneck, queue and congestion windows under a waterfall, on its time axis. */
export function lanesHtml(waterfall: Waterfall, scales: LaneScales, keys: StreamKeys): Markup {
  const { lanes } = waterfall;
  const { bandwidthBps, end } = scales;
  const busy = lanes.connections.filter((connection) => peakOf([connection.flightBytes]) > 0);
  const shown = busy.slice(0, MOST_CONNECTIONS);
  const hidden = busy.length - shown.length;
  return markup`<div class="wf-lanes">
${slotsHtml(bottleneckSlots(waterfall, bandwidthBps, end / COLUMNS), keys, end)}
${useLane(waterfall, scales)}
${queueLane(lanes, scales)}
${shown.map((connection) => windowLane(connection, scales))}
${hidden > 0 && markup`<p class="wf-more">${plural(hidden, 'more connection', 'more connections')} not drawn.</p>`}
</div>`;
}

function useLane(waterfall: Waterfall, { end, bandwidthBps }: LaneScales): Markup {
  // Less than a few packets a step would draw the packets and not the rate.
  const stepMs = Math.max(end / USE_STEPS, FEWEST_PACKETS * occupancyMs(SEGMENT_BYTES, bandwidthBps));
  const use = linkUse(waterfall, bandwidthBps, end, stepMs);
  const mean = use.reduce((total, [, value]) => total + value, 0) / use.length;
  return laneHtml(
    'bandwidth use',
    markup`<span class="key key-limit">100 % of the downlink</span>`,
    `mean ${formatShare(mean, 0)}`,
    markup`<line class="limit" x1="0" x2="${X}" y1="${y(1, AIR)}" y2="${y(1, AIR)}"/>${series('use', use, end, AIR)}`,
    undefined,
  );
}

function queueLane(lanes: NetworkLanes, scales: LaneScales): Markup {
  const count = (direction: string, kind: 'drop' | 'loss'): number =>
    lanes.drops.filter((drop) => drop.direction === direction && kindOf(drop) === kind).length;
  const drops = [
    [count('downlink', 'drop'), 'drop', 'drops'],
    [count('downlink', 'loss'), 'loss', 'losses'],
    [count('uplink', 'drop'), 'uplink drop', 'uplink drops'],
    [count('uplink', 'loss'), 'uplink loss', 'uplink losses'],
  ] as const;
  const notes = drops.filter(([total]) => total > 0).map(([total, one, many]) => plural(total, one, many));
  const isLimitShown = scales.queueLimit <= scales.queueTop;
  return laneHtml(
    'downlink queue',
    markup`<span class="key key-limit">limit ${formatBytes(scales.queueLimit)}${!isLimitShown && ' (off the scale)'}</span>`,
    [`peak ${formatBytes(peakOf([lanes.downlinkQueueBytes]))}`, ...notes].join(', '),
    markup`${isLimitShown && markup`<line class="limit" x1="0" x2="${X}" y1="${y(scales.queueLimit, scales.queueTop)}" y2="${y(scales.queueLimit, scales.queueTop)}"/>`}${series('queue', lanes.downlinkQueueBytes, scales.end, scales.queueTop)}`,
    distinctDrops(lanes.drops, scales.end).map(
      (drop) =>
        markup`<use class="drop-${drop.direction}" href="#mark-${kindOf(drop)}" x="${share(drop.time, scales.end)}" y="${drop.direction === 'downlink' ? 6 : LANE_HEIGHT - 6}"/>`,
    ),
  );
}

/** Of those that would lie on top of each other, one. */
function distinctDrops(drops: NetworkLanes['drops'], end: number): NetworkLanes['drops'] {
  const at = (drop: NetworkLanes['drops'][number]): string =>
    `${drop.direction} ${kindOf(drop)} ${Math.floor((drop.time / end) * DROP_COLUMNS)}`;
  return [...new Map([...drops].reverse().map((drop) => [at(drop), drop])).values()].reverse();
}

/** Dropped by the queue, for want of room or by CoDel, or lost behind it. */
function kindOf(drop: NetworkLanes['drops'][number]): 'drop' | 'loss' {
  return drop.cause === 'link' ? 'loss' : 'drop';
}

function windowLane(connection: NetworkLanes['connections'][number], scales: LaneScales): Markup {
  return laneHtml(
    `connection ${connection.connection}`,
    markup`<span class="key key-cwnd">cwnd</span><span class="key key-flight">in flight</span>`,
    `peak cwnd ${formatBytes(peakOf([connection.cwndBytes]))}`,
    [
      series('flight', connection.flightBytes, scales.end, scales.windowTop),
      series('cwnd', connection.cwndBytes, scales.end, scales.windowTop),
    ],
    undefined,
  );
}

function laneHtml(title: string, keys: Markup, note: string, drawing: Hole, marks: Hole): Markup {
  return markup`<div class="wf-lane"><div class="wf-label"><span class="lane-title">${title}</span><span class="keys">${keys}</span><span class="lane-note">${note}</span><span class="readout" aria-hidden="true"></span></div><div class="lane-plot"><svg width="100%" height="${LANE_HEIGHT}" viewBox="0 0 ${X} ${Y}" preserveAspectRatio="none" aria-hidden="true">${drawing}</svg>${marks !== undefined && markup`<svg class="lane-marks" width="100%" height="${LANE_HEIGHT}" aria-hidden="true">${marks}</svg>`}</div></div>`;
}

/** A stepped line. The script reads values back from it. */
function series(name: string, steps: readonly Step[], end: number, top: number): Markup {
  return markup`<path class="series ${name}" data-name="${SERIES_WORDS[name] ?? name}" data-top="${Number(top.toFixed(2))}" d="${stepPath(downsampleSteps(steps, 0, end, COLUMNS), end, top, name !== 'cwnd')}"/>`;
}

/** `M x y H x V y … H end` in the units of the lane's viewBox; filled ones begin and end on the ground. */
export function stepPath(steps: readonly Step[], end: number, top: number, isFilled: boolean): string {
  const [first] = steps;
  if (first === undefined) return '';
  let path = `M${x(first[0], end)} ${isFilled ? `${Y}V` : ''}${y(first[1], top)}`;
  let lastX = x(first[0], end);
  let lastY = y(first[1], top);
  for (const [time, value] of steps.slice(1)) {
    const [nextX, nextY] = [x(time, end), y(value, top)];
    if (nextX !== lastX) path += `H${nextX}`;
    if (nextY !== lastY) path += `V${nextY}`;
    [lastX, lastY] = [nextX, nextY];
  }
  return `${path}H${X}${isFilled ? `V${Y}` : ''}`;
}

function x(time: number, end: number): number {
  return Math.round((Math.min(Math.max(time, 0), end) / end) * X);
}

function y(value: number, top: number): number {
  return Math.round((1 - Math.min(Math.max(value / top, 0), 1)) * Y * 10) / 10;
}

function peakOf(series: readonly (readonly Step[])[]): number {
  let peak = 0;
  for (const steps of series) for (const [, value] of steps) peak = Math.max(peak, value);
  return peak;
}

const SERIES_WORDS: Readonly<Record<string, string>> = {
  use: 'use',
  queue: 'queued',
  flight: 'in flight',
  cwnd: 'cwnd',
};

// Units of a lane's viewBox: ten times finer than a screen is wide, so that a zoomed plot is still a plot.
const X = 10_000;
const Y = 100;
const COLUMNS = 1500;
const USE_STEPS = 250;
const FEWEST_PACKETS = 4;
const SEGMENT_BYTES = 1448;
const LANE_HEIGHT = 56;
const AIR = 1.08;
// A limit of up to six times the peak still leaves the queue a sixth of the lane.
const FLATTEST = 6;
// A browser opens at most six connections to an origin that speaks HTTP/1.1.
const MOST_CONNECTIONS = 6;
const DROP_COLUMNS = 1000;
