import type { EmulatorEvidence } from '../emulator/evidence.ts';
import type { BrowserEvidence, Http2Event } from './browser-evidence.ts';
import { whenReached } from './timed-series.ts';
import type { Arrival } from './waterfall.ts';

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
  readonly browser: {
    url?: string;
    requested?: number;
    promiseReceived?: number;
    associatedStreamId?: number;
    interimResponse?: number;
    responseStart?: number;
    status?: number;
    arrivals: Arrival[];
    receivedBytes: number;
    /** END_STREAM seen. */
    finished?: number;
    adopted?: number;
    resetSent?: { at: number; code: string; description: string };
    resetReceived?: { at: number; code: string };
  };
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
        browser: { arrivals: [], receivedBytes: 0 },
      };
      streams.set(key, stream);
    }
    return stream;
  };
  readServer(emulator, streamOf);
  const connectionOfSession = matchSessions(browser, emulator, disagreements);
  for (const event of browser.http2) {
    const connection = connectionOfSession.get(event.sessionId);
    if (connection !== undefined) readBrowserEvent(event, connection, streamOf);
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

function readBrowserEvent(event: Http2Event, connection: number, streamOf: StreamLookup): void {
  const at = event.timeMonotonicMs;
  if (event.type === 'push-promise-received') {
    const { browser } = streamOf(connection, event.promisedStreamId);
    browser.url = event.url;
    browser.promiseReceived = at;
    browser.associatedStreamId = event.associatedStreamId;
    return;
  }
  if (!('streamId' in event)) return;
  const { browser } = streamOf(connection, event.streamId);
  switch (event.type) {
    case 'headers-sent':
      browser.url ??= event.url;
      browser.requested ??= at;
      break;
    case 'headers-received':
      if (event.status !== undefined && event.status < 200) {
        browser.interimResponse ??= at;
      } else if (browser.responseStart === undefined) {
        browser.responseStart = at;
        if (event.status !== undefined) browser.status = event.status;
      }
      if (event.fin) browser.finished ??= at;
      break;
    case 'data-received':
      if (event.bytes > 0) browser.arrivals.push([at, event.bytes]);
      browser.receivedBytes += event.bytes;
      if (event.fin) browser.finished ??= at;
      break;
    case 'adopted-push':
      browser.adopted ??= at;
      break;
    case 'rst-stream-sent':
      browser.resetSent ??= {
        at,
        code: event.errorName ?? String(event.errorCode),
        description: event.description,
      };
      break;
    case 'rst-stream-received':
      browser.resetReceived ??= { at, code: event.errorName ?? String(event.errorCode) };
      break;
    case 'priority-sent':
    case 'stream-error':
      break;
  }
}
