import type { EmulatorEvidence } from '../emulator/evidence.ts';
import type { BrowserEvidence } from './browser-evidence.ts';
import { emptyStream, noteHttp2Event, streamIdOf, type BrowserStream } from './browser-streams.ts';
import { whenReached } from './timed-series.ts';

/**
 * One HTTP/2 stream as all vantage points saw it, joined by connection and stream id. Times: CLOCK_MONOTONIC ms;
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
    ended: boolean;
    reset?: { at: number; errorCode: number };
  };
  readonly browser: BrowserStream;
}

export interface JoinedStreams {
  readonly streams: readonly StreamEvidence[];
  readonly disagreements: readonly string[];
}

/** Joins the browser's HTTP/2 events, the server's log and the emulator's byte offsets, stream by stream. */
export function joinStreams(browser: BrowserEvidence, emulator: EmulatorEvidence): JoinedStreams {
  const streams = new Map<string, StreamEvidence>();
  const disagreements: string[] = [];
  const streamOf = (connection: number, streamId: number): StreamEvidence => {
    const key = `${connection}/${streamId}`;
    let stream = streams.get(key);
    if (stream === undefined) {
      stream = {
        connection,
        streamId,
        server: { sentBytes: 0, ended: false },
        browser: emptyStream(),
      };
      streams.set(key, stream);
    }
    return stream;
  };
  readServer(emulator, streamOf);
  const connectionOfSession = matchSessions(browser, emulator, disagreements);
  for (const event of browser.http2) {
    const connection = connectionOfSession.get(event.sessionId);
    const streamId = streamIdOf(event);
    if (connection !== undefined && streamId !== undefined) {
      noteHttp2Event(streamOf(connection, streamId).browser, event);
    }
  }
  return { streams: [...streams.values()], disagreements };
}

type StreamLookup = (connection: number, streamId: number) => StreamEvidence;

/** A NetLog session and a modelled connection are the same when the browser's ephemeral port is. */
function matchSessions(
  browser: BrowserEvidence,
  emulator: EmulatorEvidence,
  disagreements: string[],
): Map<number, number> {
  const byPort = new Map(emulator.connections.map((connection) => [connection.clientPort, connection.id]));
  const matched = new Map<number, number>();
  for (const event of browser.http2) {
    if (event.type !== 'session-initialised') continue;
    const connection = event.localPort === undefined ? undefined : byPort.get(event.localPort);
    if (connection !== undefined) matched.set(event.sessionId, connection);
    else
      disagreements.push(
        `the browser has an HTTP/2 session from port ${event.localPort ?? '?'} that the emulator never saw`,
      );
  }
  return matched;
}

function readServer(emulator: EmulatorEvidence, streamOf: StreamLookup): void {
  const connections = new Map(emulator.connections.map((connection) => [connection.id, connection]));
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
      case 'data': {
        const sent = connections.get(event.connection)?.sentBytes ?? [];
        server.sendStart ??= whenReached(sent, event.offsetStart + 1) ?? event.startedMs;
        server.sendEnd = whenReached(sent, event.offsetEnd) ?? event.atMs;
        server.sentBytes += event.bytes;
        break;
      }
      case 'end':
        server.ended = true;
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
