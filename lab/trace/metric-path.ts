import { keyOf } from './contention.ts';
import { overlapMs, type Interval } from './intervals.ts';
import type { BottleneckUse, PageMetrics, ResourceTimeline, Waterfall } from './waterfall.ts';

/** Beyond this after a paint, a response was not what it waited for. */
const AFTER_MS = 1;

/** A response that the metric waited for. Times: ms since navigationStart. */
export interface AwaitedResponse {
  readonly path: string;
  readonly by: 'request' | 'push';
  /** Asked for because of a 103. */
  readonly hinted: boolean;
  /** The browser asked for it; for a push: when it took it up. */
  readonly askedMs?: number | undefined;
  /** Its last byte was at the browser's socket. */
  readonly arrivedMs: number;
  /** See BodyTimes. */
  readonly flight?: number | undefined;
}

/**
 * Where the time up to a metric went. The parts add up:
 * metric = document.receivedMs + the seven of `bottleneck` + transitMs + browserMs.
 */
export interface MetricPath {
  /** The document's request was at the server; its last byte at the browser. */
  readonly document: {
    readonly path: string;
    readonly receivedMs: number;
    readonly arrivedMs: number;
    readonly flight?: number | undefined;
  };
  /** The last of those the metric waits for to arrive before it, the document aside. */
  readonly resource?: AwaitedResponse | undefined;
  /** Which of the two came last: what the metric waited for. */
  readonly gate: 'document' | 'resource';
  /** The downlink's bottleneck from the document's request until the gate's last byte had left it, ms. */
  readonly bottleneck: {
    /** Idle while the origin thought. */
    readonly thinkMs: number;
    /** Idle otherwise: nothing to send, or no window to send it. */
    readonly idleMs: number;
    readonly documentMs: number;
    /** What else the metric waits for. */
    readonly neededMs: number;
    /** Pushes the page used, but not for this metric. */
    readonly pushedMs: number;
    /** Pushed or hinted, and never used. */
    readonly wastedMs: number;
    /** Other requests, frames without a body, background traffic. */
    readonly otherMs: number;
  };
  /** From leaving the bottleneck to the browser's socket. */
  readonly transitMs: number;
  /** From there to the metric: parsing, style, layout, drawing, and whatever the network does not explain. */
  readonly browserMs: number;
}

export type PathMetric = Exclude<keyof PageMetrics, 'cumulativeLayoutShift'>;

/**
 * First paints wait for the document and what blocks rendering, everything else for all that the page requested. Undefined
 * where the metric or the emulator's record of the bottleneck is missing.
 */
export function metricPath(
  waterfall: Waterfall,
  metric: PathMetric,
  thinkMs: number,
): MetricPath | undefined {
  const { resources, lanes, metrics } = waterfall;
  const valueMs = metrics[metric];
  const document = resources.find(({ type }) => type === 'document');
  const uses = lanes.bottleneck;
  if (valueMs === undefined || document?.requestReceived === undefined || uses === undefined)
    return undefined;
  const isPaint = metric === 'firstPaint' || metric === 'firstContentfulPaint';
  const isNeeded = (row: ResourceTimeline) =>
    row !== document && !row.external && (isPaint ? row.renderBlocking : true);
  const before = resources
    .filter((row) => isNeeded(row) && arrival(row) <= valueMs + AFTER_MS && crossed(row))
    .sort((a, b) => arrival(a) - arrival(b));
  const resource = before.at(-1);
  const page = documentArrival(document, valueMs);
  if (page === undefined) return undefined;
  const gate = resource === undefined || page.arrivedMs >= arrival(resource) ? 'document' : 'resource';
  const arrivedMs = gate === 'document' ? page.arrivedMs : arrival(resource!);
  const passedMs = gate === 'document' ? page.passedMs : resource!.passEnd!;
  return {
    document: {
      path: document.path,
      receivedMs: document.requestReceived,
      arrivedMs: page.arrivedMs,
      ...(document.flight !== undefined && { flight: document.flight }),
    },
    ...(resource !== undefined && { resource: awaited(resource) }),
    gate,
    bottleneck: shareOut(uses, {
      window: [document.requestReceived, passedMs],
      thinkMs,
      classOf: classes(waterfall, document, isNeeded),
    }),
    transitMs: arrivedMs - passedMs,
    browserMs: valueMs - arrivedMs,
  };
}

type Class = Exclude<keyof MetricPath['bottleneck'], 'thinkMs' | 'idleMs'>;

function classes(
  { resources, pushes, hints }: Waterfall,
  document: ResourceTimeline,
  isNeeded: (row: ResourceTimeline) => boolean,
): ReadonlyMap<string, Class> {
  const known = new Map<string, Class>();
  for (const push of pushes)
    known.set(
      keyOf(push.connection, push.promisedStreamId),
      push.outcome === 'adopted' ? 'pushedMs' : 'wastedMs',
    );
  for (const hint of hints) if (!hint.used) known.set(keyOf(hint.connection, hint.streamId), 'wastedMs');
  for (const row of resources) {
    const key = keyOf(row.connection, row.streamId);
    if (row === document) known.set(key, 'documentMs');
    else if (isNeeded(row) && known.get(key) !== 'wastedMs') known.set(key, 'neededMs');
  }
  return known;
}

function shareOut(
  uses: readonly BottleneckUse[],
  {
    window: [startMs, endMs],
    thinkMs,
    classOf,
  }: { window: Interval; thinkMs: number; classOf: ReadonlyMap<string, Class> },
): MetricPath['bottleneck'] {
  const shares = { documentMs: 0, neededMs: 0, pushedMs: 0, wastedMs: 0, otherMs: 0 };
  let busyMs = 0;
  for (const [fromMs, toMs, connection, streamId] of uses) {
    const ms = Math.min(toMs, endMs) - Math.max(fromMs, startMs);
    if (ms <= 0) continue;
    busyMs += ms;
    shares[classOf.get(keyOf(connection, streamId)) ?? 'otherMs'] += ms;
  }
  const thinking: Interval = [startMs, Math.min(startMs + thinkMs, endMs)];
  const busyThinkingMs = overlapMs(
    uses.map(([fromMs, toMs]) => [fromMs, toMs] as const),
    [thinking],
  );
  const idleThinkingMs = Math.max(0, thinking[1] - thinking[0] - busyThinkingMs);
  return { thinkMs: idleThinkingMs, idleMs: endMs - startMs - busyMs - idleThinkingMs, ...shares };
}

/** Its last byte if it was there before the metric; else the first that was: enough to paint from. */
function documentArrival(
  row: ResourceTimeline,
  valueMs: number,
): { arrivedMs: number; passedMs: number } | undefined {
  const { arriveStart, arriveEnd, passStart, passEnd } = row;
  if (arriveEnd !== undefined && passEnd !== undefined && arriveEnd <= valueMs + AFTER_MS)
    return { arrivedMs: arriveEnd, passedMs: passEnd };
  if (arriveStart === undefined || passStart === undefined || arriveStart > valueMs + AFTER_MS)
    return undefined;
  return { arrivedMs: arriveStart, passedMs: passStart };
}

function crossed(row: ResourceTimeline): boolean {
  return (row.deliveredBy === 'request' || row.deliveredBy === 'push') && row.passEnd !== undefined;
}

function arrival(row: ResourceTimeline): number {
  return row.arriveEnd ?? Infinity;
}

function awaited(row: ResourceTimeline): AwaitedResponse {
  return {
    path: row.path,
    by: row.deliveredBy === 'push' ? 'push' : 'request',
    hinted: row.initiator === 'early-hint',
    ...(row.requestStart !== undefined && { askedMs: row.requestStart }),
    arrivedMs: arrival(row),
    ...(row.flight !== undefined && { flight: row.flight }),
  };
}
