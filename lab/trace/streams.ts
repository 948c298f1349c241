import type { EmulatorEvidence } from '../emulator/evidence.ts';
import type { BrowserEvidence } from './browser-evidence.ts';
import { emptyStream, noteHttp2Event, streamIdOf, type BrowserStream } from './browser-streams.ts';
import { ByteTimes, type Extent } from './byte-times.ts';
import { connectionsOfSessions } from './connections.ts';
import { joinExchanges } from './exchanges.ts';
import type { BodyTimes } from './waterfall.ts';

/**
 * One HTTP/2 stream, or HTTP/1.1 exchange, as all vantage points saw it, joined by connection and stream id; that of an
 * exchange is the number of its request on the connection. Times: CLOCK_MONOTONIC ms;
 * undefined: that vantage point saw no such thing.
 */
export interface StreamEvidence {
  readonly connection: number;
  readonly streamId: number;
  readonly server: {
    path?: string;
    requested?: number;
    promised?: number;
    associatedStreamId?: number;
    /** On the wire, by the emulator. */
    sendStart?: number;
    sendEnd?: number;
    sentBytes: number;
    /** Where its body stands in the TCP stream, frame headers and TLS included; in order. */
    readonly extents: Extent[];
    ended: boolean;
    /** Names of the fields behind the body. */
    trailers?: readonly string[];
    reset?: { at: number; errorCode: number };
  };
  readonly browser: BrowserStream;
  /** On its way, by the emulator. */
  body: BodyTimes;
}

export interface JoinedStreams {
  readonly streams: readonly StreamEvidence[];
  readonly disagreements: readonly string[];
  /** Connections whose HTTP/2 session the browser told of. */
  readonly matched: ReadonlySet<number>;
  /** By connection. */
  readonly byteTimes: ReadonlyMap<number, ByteTimes>;
}

/**
 * Joins the browser's HTTP/2 events, the server's log and the emulator's byte offsets, stream by stream.
 * @param fromMs flights are counted from the first body sent after this
 */
export function joinStreams(
  browser: BrowserEvidence,
  emulator: EmulatorEvidence,
  fromMs = -Infinity,
): JoinedStreams {
  const streams = new Map<string, StreamEvidence>();
  const disagreements: string[] = [];
  const streamOf = (connection: number, streamId: number): StreamEvidence => {
    const key = `${connection}/${streamId}`;
    let stream = streams.get(key);
    if (stream === undefined) {
      stream = {
        connection,
        streamId,
        server: { sentBytes: 0, extents: [], ended: false },
        browser: emptyStream(),
        body: {},
      };
      streams.set(key, stream);
    }
    return stream;
  };
  readServer(emulator, streamOf);
  const byteTimes = timeBodies(emulator, [...streams.values()], fromMs);
  const connectionOfSession = matchSessions(browser, emulator, disagreements);
  for (const event of browser.http2) {
    const connection = connectionOfSession.get(event.sessionId);
    const streamId = streamIdOf(event);
    if (connection !== undefined && streamId !== undefined) {
      noteHttp2Event(streamOf(connection, streamId).browser, event);
    }
  }
  const exchanges = joinExchanges(browser.http1 ?? [], emulator, streamOf);
  disagreements.push(...exchanges.disagreements);
  return {
    streams: [...streams.values()],
    disagreements,
    matched: new Set([...connectionOfSession.values(), ...exchanges.matched]),
    byteTimes,
  };
}

/** The browser asked on a connection that does not stand for the host, and asked again on another (RFC 9110 §15.5.20). */
export function isMisdirected({ browser }: StreamEvidence): boolean {
  return browser.requested !== undefined && browser.status === 421;
}

/** Streams the browser knows the URL of. */
export function streamsByUrl(streams: readonly StreamEvidence[]): Map<string, StreamEvidence[]> {
  const byUrl = new Map<string, StreamEvidence[]>();
  for (const stream of streams) {
    const { url } = stream.browser;
    if (url === undefined) continue;
    const known = byUrl.get(url);
    if (known === undefined) byUrl.set(url, [stream]);
    else known.push(stream);
  }
  return byUrl;
}

export type StreamLookup = (connection: number, streamId: number) => StreamEvidence;

function matchSessions(
  browser: BrowserEvidence,
  emulator: EmulatorEvidence,
  disagreements: string[],
): Map<number, number> {
  const connectionOf = connectionsOfSessions(browser.http2, emulator.connections);
  const matched = new Map<number, number>();
  for (const event of browser.http2) {
    if (event.type !== 'session-initialised') continue;
    const connection = connectionOf.get(event.sessionId);
    if (connection !== undefined) matched.set(event.sessionId, connection);
    else
      disagreements.push(
        `the browser has an HTTP/2 session from port ${event.localPort ?? '?'} that the emulator never saw`,
      );
  }
  return matched;
}

function readServer(emulator: EmulatorEvidence, streamOf: StreamLookup): void {
  for (const event of emulator.server) {
    if (!('streamId' in event)) continue;
    const { server } = streamOf(event.connection, event.streamId);
    switch (event.kind) {
      case 'request':
        server.requested = event.atMs;
        server.path = event.path;
        break;
      case 'promise':
        server.promised = event.atMs;
        server.path = event.path;
        server.associatedStreamId = event.associatedStreamId;
        break;
      case 'data':
        // Until the emulator's word is there.
        server.sendStart ??= event.startedMs;
        server.sendEnd = event.atMs;
        server.sentBytes += event.bytes;
        server.extents.push([event.offsetStart, event.offsetEnd]);
        break;
      case 'end':
        server.ended = true;
        break;
      case 'trailers':
        server.trailers = event.names;
        break;
      case 'reset':
        server.reset ??= { at: event.atMs, errorCode: event.errorCode };
        break;
      case 'hint':
      case 'headers':
        break;
    }
  }
}

/** From byte offsets to times, connection by connection. */
function timeBodies(
  emulator: EmulatorEvidence,
  streams: readonly StreamEvidence[],
  fromMs: number,
): Map<number, ByteTimes> {
  const byConnection = new Map<number, ByteTimes>();
  for (const connection of emulator.connections) {
    const bodies = streams.filter(
      (stream) => stream.connection === connection.id && stream.server.extents.length > 0,
    );
    const counted = bodies.filter(({ server }) => server.sendStart! >= fromMs);
    const firstByte = Math.min(...counted.map(({ server }) => server.extents[0]![0]));
    const times = new ByteTimes(connection, Number.isFinite(firstByte) ? firstByte : 0);
    byConnection.set(connection.id, times);
    for (const stream of bodies) {
      const { server } = stream;
      server.sendStart = times.sentMs(server.extents[0]![0]) ?? server.sendStart!;
      server.sendEnd = times.sentMs(server.extents.at(-1)![1] - 1) ?? server.sendEnd!;
      stream.body = times.bodyTimes(server.extents);
    }
  }
  return byConnection;
}
