import type { PageMetrics } from '../trace/waterfall.ts';
import { traceTimeMs, type TraceEvent } from './trace-event.ts';
import { asNumber, asRecord } from './untyped.ts';

export interface TracedNavigation {
  /** navigationStart. */
  readonly timeOriginMonotonicMs: number;
  /** ms since navigationStart. */
  readonly metrics: PageMetrics;
}

/**
 * Paints and load events of one navigation, from the categories `loading` and `blink.user_timing`.
 *
 * @param trace sorted by time
 * @param navigationId the document's CDP loaderId
 * @returns undefined where the trace does not have the navigation
 */
export function metricsFromTrace(
  trace: readonly TraceEvent[],
  navigationId: string,
): TracedNavigation | undefined {
  const start = trace.find(
    (event) => event.name === 'navigationStart' && data(event)['navigationId'] === navigationId,
  );
  if (!start) return undefined;
  const timeOriginMonotonicMs = traceTimeMs(start);
  const frame = start.args['frame'];
  const next = trace.find(
    (event) =>
      event.name === 'navigationStart' &&
      event.args['frame'] === frame &&
      event.ts > start.ts &&
      // The empty document that stands in a new frame meanwhile.
      data(event)['documentLoaderURL'] !== '',
  );
  /** Events of the same document: a frame has one at a time, and paints also say which it is. */
  const own = trace.filter((event) => {
    if (event.args['frame'] !== frame || event.ts < start.ts || event.ts >= (next?.ts ?? Infinity))
      return false;
    const document = data(event)['navigationId'];
    return document === undefined || document === navigationId;
  });
  const sinceStart = (event: TraceEvent | undefined): number | undefined =>
    event && round(traceTimeMs(event) - timeOriginMonotonicMs);
  const first = (name: string): number | undefined => sinceStart(own.find((event) => event.name === name));
  /** An empty document before it has load events as well, and these say not whose they are. */
  const last = (name: string): number | undefined => sinceStart(own.findLast((event) => event.name === name));

  const candidates = own.filter((event) => event.name === 'largestContentfulPaint::Candidate');
  const shifts = own.filter(
    (event) => event.name === 'LayoutShift' && data(event)['had_recent_input'] !== true,
  );
  return {
    timeOriginMonotonicMs,
    metrics: {
      firstPaint: first('firstPaint'),
      firstContentfulPaint: first('firstContentfulPaint'),
      largestContentfulPaint: sinceStart(candidates.at(-1)),
      cumulativeLayoutShift: shifts.reduce((sum, event) => sum + (asNumber(data(event)['score']) ?? 0), 0),
      domContentLoadedEventEnd: last('domContentLoadedEventEnd'),
      loadEventEnd: last('loadEventEnd'),
    },
  };
}

function data(event: TraceEvent): Readonly<Record<string, unknown>> {
  return asRecord(event.args['data']);
}

/** To the trace's own microsecond. */
function round(timeMs: number): number {
  return Math.round(timeMs * 1000) / 1000;
}
