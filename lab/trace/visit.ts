import type { ConnectionEvidence, EmulatorEvidence, TimedValue } from '../emulator/evidence.ts';
import type { StreamEvidence } from './streams.ts';

/** One page among several that share connections: from its navigationStart to that of the page after it. */
export interface Visit {
  /** CLOCK_MONOTONIC ms; -Infinity where nothing was loaded before, so that the connections' set-up belongs to it. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/** The only page of its connections. */
export const WHOLE: Visit = { fromMs: -Infinity, untilMs: Infinity };

/** The streams that a visit is told from. */
export interface VisitStreams {
  /** Requested by this page, or promised on such a stream. */
  readonly own: readonly StreamEvidence[];
  /** Promised to an earlier page and taken by this one. */
  readonly inherited: readonly StreamEvidence[];
  /** Promised to this page, and taken by a later one. */
  readonly leftOver: ReadonlySet<StreamEvidence>;
  /** What later pages asked for although it was left over for them. */
  readonly askedAgain: readonly StreamEvidence[];
}

/** A promise belongs to the page whose stream it came on, however late it came. */
export function streamsOf(streams: readonly StreamEvidence[], { fromMs, untilMs }: Visit): VisitStreams {
  const byKey = new Map(streams.map((stream) => [keyOf(stream), stream]));
  const began = new Map(streams.map((stream) => [stream, beganMs(stream, byKey)]));
  const isOwn = (stream: StreamEvidence) => began.get(stream)! >= fromMs && began.get(stream)! < untilMs;
  const own = streams.filter(isOwn);
  const inherited = streams.filter((stream) => {
    const { adopted = -Infinity } = stream.browser;
    return began.get(stream)! < fromMs && adopted >= fromMs && adopted < untilMs;
  });
  const leftOver = new Set(own.filter(({ browser }) => (browser.adopted ?? -Infinity) >= untilMs));
  const urls = new Set([...leftOver].map(({ browser }) => browser.url));
  const askedAgain = streams.filter(
    (stream) =>
      began.get(stream)! >= untilMs && stream.browser.requested !== undefined && urls.has(stream.browser.url),
  );
  return { own, inherited, leftOver, askedAgain };
}

function beganMs(stream: StreamEvidence, byKey: ReadonlyMap<string, StreamEvidence>): number {
  const { browser, server, connection } = stream;
  const streamId = browser.associatedStreamId ?? server.associatedStreamId;
  const parent = streamId === undefined ? stream : (byKey.get(keyOf({ connection, streamId })) ?? stream);
  return (
    parent.browser.requested ??
    parent.server.requested ??
    browser.promiseReceived ??
    server.promised ??
    -Infinity
  );
}

function keyOf({ connection, streamId }: { connection: number; streamId: number }): string {
  return `${connection}/${streamId}`;
}

/**
 * What the emulator saw of a visit: series and drops of its time, server events of its streams, connections that were
 * open meanwhile. When each byte was sent stays whole, for streams are placed by it; so do counts and lateness.
 */
export function duringVisit(
  emulator: EmulatorEvidence,
  visit: Visit,
  { own, inherited }: Pick<VisitStreams, 'own' | 'inherited'>,
): EmulatorEvidence {
  if (visit.fromMs === -Infinity && visit.untilMs === Infinity) return emulator;
  const keys = new Set([...own, ...inherited].map(keyOf));
  const connections = emulator.connections.filter(
    ({ synMs, closedMs = Infinity }) => synMs < visit.untilMs && closedMs >= visit.fromMs,
  );
  const open = new Set(connections.map(({ id }) => id));
  return {
    ...emulator,
    connections: connections.map((connection) => cutConnection(connection, visit)),
    queueBytes: {
      uplink: cut(emulator.queueBytes.uplink, visit),
      downlink: cut(emulator.queueBytes.downlink, visit),
    },
    ...(emulator.backgroundBusy && {
      backgroundBusy: emulator.backgroundBusy.filter(([, endMs]) => isDuring(endMs, visit)),
    }),
    drops: emulator.drops.filter(({ atMs }) => isDuring(atMs, visit)),
    server: emulator.server.filter((event) => {
      if (!open.has(event.connection)) return false;
      if ('streamId' in event) return keys.has(keyOf(event));
      return event.kind === 'gated' ? isDuring(event.atMs, visit) : event.atMs < visit.untilMs;
    }),
  };
}

function isDuring(atMs: number, { fromMs, untilMs }: Visit): boolean {
  return atMs >= fromMs && atMs < untilMs;
}

function cutConnection(connection: ConnectionEvidence, visit: Visit): ConnectionEvidence {
  return {
    ...connection,
    cwndSegments: cut(connection.cwndSegments, visit),
    flightBytes: cut(connection.flightBytes, visit),
    deliveredBytes: cut(connection.deliveredBytes, visit),
    ...(connection.passages && {
      passages: connection.passages.filter(([, endMs]) => isDuring(endMs, visit)),
    }),
  };
}

/** The steps within the visit, and the one that still holds as it begins. */
function cut(series: readonly TimedValue[], { fromMs, untilMs }: Visit): TimedValue[] {
  const holding = series.findLast(([atMs]) => atMs < fromMs);
  const within = series.filter(([atMs]) => atMs >= fromMs && atMs < untilMs);
  if (holding === undefined || within[0]?.[0] === fromMs) return within;
  return [[fromMs, holding[1]], ...within];
}
