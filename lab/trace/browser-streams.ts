import type { Http2Event } from './browser-evidence.ts';
import type { Arrival } from './waterfall.ts';

/** One HTTP/2 stream as the browser saw it. Times: CLOCK_MONOTONIC ms; undefined: no such thing happened. */
export interface BrowserStream {
  url?: string;
  requested?: number;
  promiseReceived?: number;
  associatedStreamId?: number;
  interimResponse?: number;
  responseStart?: number;
  status?: number;
  /** Its Vary field. */
  vary?: string;
  arrivals: Arrival[];
  /** DATA, including what arrived after a reset. */
  receivedBytes: number;
  /** Fields behind the body: `name: value`. */
  trailers?: readonly string[];
  /** END_STREAM seen. */
  finished?: number;
  adopted?: number;
  /** Adopted, and then found not to answer the request. */
  rejected?: number;
  resetSent?: { at: number; code: string; description: string };
  resetReceived?: { at: number; code: string };
  /** The browser gave it up, e.g. because the connection was gone. */
  error?: { at: number; netError: string; description: string };
}

export function emptyStream(): BrowserStream {
  return { arrivals: [], receivedBytes: 0 };
}

/** The stream an event tells of; undefined for one that is of the whole session. */
export function streamIdOf(event: Http2Event): number | undefined {
  if (event.type === 'push-promise-received') return event.promisedStreamId;
  return 'streamId' in event ? event.streamId : undefined;
}

/** Writes down what an event says of its stream. */
export function noteHttp2Event(stream: BrowserStream, event: Http2Event): void {
  const at = event.timeMonotonicMs;
  switch (event.type) {
    case 'push-promise-received':
      stream.url = event.url;
      stream.promiseReceived = at;
      stream.associatedStreamId = event.associatedStreamId;
      break;
    case 'headers-sent':
      stream.url ??= event.url;
      stream.requested ??= at;
      break;
    case 'headers-received':
      if (event.status !== undefined && event.status < 200) {
        stream.interimResponse ??= at;
      } else if (stream.responseStart === undefined) {
        stream.responseStart = at;
        if (event.status !== undefined) stream.status = event.status;
        if (event.vary !== undefined) stream.vary = event.vary;
      }
      if (event.trailers !== undefined) stream.trailers = event.trailers;
      if (event.fin) stream.finished ??= at;
      break;
    case 'data-received':
      if (event.bytes > 0) stream.arrivals.push([at, event.bytes]);
      stream.receivedBytes += event.bytes;
      if (event.fin) stream.finished ??= at;
      break;
    case 'adopted-push':
      // A log that begins in the middle of a session has the adoption only.
      stream.url ??= event.url;
      stream.adopted ??= at;
      break;
    case 'push-rejected':
      stream.rejected ??= at;
      break;
    case 'rst-stream-sent':
      stream.resetSent ??= {
        at,
        code: event.errorName ?? String(event.errorCode),
        description: event.description,
      };
      break;
    case 'rst-stream-received':
      stream.resetReceived ??= { at, code: event.errorName ?? String(event.errorCode) };
      break;
    case 'stream-error':
      stream.error ??= { at, netError: event.netError, description: event.description };
      break;
    case 'priority-sent':
    case 'session-started':
    case 'session-initialised':
    case 'session-closed':
    case 'settings-sent':
    case 'setting-received':
    case 'goaway-sent':
    case 'goaway-received':
      break;
  }
}
