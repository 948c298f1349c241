import type { Http2Event } from '../trace/browser-evidence.ts';
import { netLogEventOfTrace, type NetLogEvent } from './netlog-event.ts';
import { dependencyOf, noteSocket, type Socket } from './netlog-sockets.ts';
import { RejectedPushes } from './rejected-pushes.ts';
import type { TraceEvent } from './trace-event.ts';
import { asBoolean, asNumber, asString, asStrings, type Untyped } from './untyped.ts';

/**
 * HTTP/2 events out of a trace with the `netlog` category.
 *
 * @param trace sorted by time
 */
export function http2FromNetLog(trace: readonly TraceEvent[]): Http2Event[] {
  const translator = new Http2Translator();
  return trace
    .filter((event) => event.cat === 'netlog')
    .flatMap((event) => translator.translate(netLogEventOfTrace(event)));
}

/**
 * NetLog events, one after the other, into HTTP/2 events: NetLog's names and spellings end in this file. Events of other
 * sources, and event types not needed, give nothing; so does an event that lacks a field it must have.
 */
export class Http2Translator {
  readonly #sockets = new Map<number, Socket>();
  /** Sockets whose handshake is done and that no session has taken, by number. */
  readonly #secured: number[] = [];
  readonly #rejected = new RejectedPushes();

  translate(event: NetLogEvent): readonly Http2Event[] {
    noteSocket(this.#sockets, event);
    if (event.renumbered === true && event.name === 'SSL_CONNECT' && event.phase === 'end')
      this.#secured.push(event.sourceId);
    if (event.sourceType === 'URL_REQUEST') return some(this.#rejected.noteRequest(event));
    if (event.sourceType !== 'HTTP2_SESSION') return NOTHING;
    const translated = translate(event, this.#socketOf(event));
    if (translated === undefined) return NOTHING;
    const rejected = this.#rejected.noteHttp2(translated);
    return rejected === undefined ? [translated] : [translated, rejected];
  }

  /**
   * The socket that a session is put on: the one the event names, or, where the trace has given the sources other numbers
   * than events refer to, the one that has just finished its handshake.
   */
  #socketOf({ name, renumbered, params }: NetLogEvent): Socket | undefined {
    if (name !== 'HTTP2_SESSION_INITIALIZED') return undefined;
    const named = dependencyOf(params) ?? Number.NaN;
    return this.#sockets.get(renumbered === true ? (this.#secured.pop() ?? Number.NaN) : named);
  }
}

const NOTHING: readonly Http2Event[] = [];

function some(event: Http2Event | undefined): readonly Http2Event[] {
  return event === undefined ? NOTHING : [event];
}

function translate(
  { name, sourceId: sessionId, timeMonotonicMs, phase, params }: NetLogEvent,
  socket: Socket | undefined,
): Http2Event | undefined {
  const on = { sessionId, timeMonotonicMs };
  const streamId = asNumber(params['stream_id']);
  switch (name) {
    case 'HTTP2_SESSION':
      if (phase !== 'begin') return undefined;
      return { type: 'session-started', ...on, authority: asString(params['host']) ?? '' };
    case 'HTTP2_SESSION_INITIALIZED': {
      const socketId = dependencyOf(params);
      if (socketId === undefined) return undefined;
      return { type: 'session-initialised', ...on, socketId, ...socket };
    }
    case 'HTTP2_SESSION_CLOSE':
      return {
        type: 'session-closed',
        ...on,
        netError: netErrorName(params['net_error']),
        description: asString(params['description']),
      };
    case 'HTTP2_SESSION_SEND_SETTINGS':
      return { type: 'settings-sent', ...on, settings: parseSettings(asStrings(params['settings'])) };
    case 'HTTP2_SESSION_RECV_SETTING': {
      const { code: id } = parseCode(params['id']);
      const value = asNumber(params['value']);
      if (id === undefined || value === undefined) return undefined;
      return { type: 'setting-received', ...on, id, value };
    }
    case 'HTTP2_SESSION_RECV_PUSH_PROMISE': {
      const associatedStreamId = asNumber(params['id']);
      const promisedStreamId = asNumber(params['promised_stream_id']);
      if (associatedStreamId === undefined || promisedStreamId === undefined) return undefined;
      const { method, url, path } = readRequest(params);
      return {
        type: 'push-promise-received',
        ...on,
        associatedStreamId,
        promisedStreamId,
        method,
        url,
        path,
      };
    }
    case 'HTTP2_SESSION_SEND_GOAWAY':
    case 'HTTP2_SESSION_RECV_GOAWAY': {
      const { code, name: errorName } = parseCode(params['error_code']);
      return {
        type: name === 'HTTP2_SESSION_SEND_GOAWAY' ? 'goaway-sent' : 'goaway-received',
        ...on,
        lastStreamId: asNumber(params['last_accepted_stream_id']),
        errorCode: code,
        errorName,
      };
    }
    default:
      return streamId === undefined ? undefined : translateStream(name, { ...on, streamId }, params);
  }
}

function translateStream(
  name: string,
  on: { readonly sessionId: number; readonly timeMonotonicMs: number; readonly streamId: number },
  params: Untyped,
): Http2Event | undefined {
  switch (name) {
    case 'HTTP2_SESSION_SEND_HEADERS': {
      const { method, url } = readRequest(params);
      return {
        type: 'headers-sent',
        ...on,
        url,
        method,
        weight: asNumber(params['weight']),
        exclusive: asBoolean(params['exclusive']),
        parentStreamId: asNumber(params['parent_stream_id']),
      };
    }
    case 'HTTP2_SESSION_RECV_HEADERS': {
      const status = header(params, ':status');
      return {
        type: 'headers-received',
        ...on,
        status: status === undefined ? undefined : Number(status),
        link: header(params, 'link'),
        vary: header(params, 'vary'),
        ...(status === undefined && { trailers: asStrings(params['headers']) }),
        fin: params['fin'] === true,
      };
    }
    case 'HTTP2_SESSION_RECV_DATA':
      return {
        type: 'data-received',
        ...on,
        bytes: asNumber(params['size']) ?? 0,
        fin: params['fin'] === true,
      };
    case 'HTTP2_STREAM_ADOPTED_PUSH_STREAM':
      return { type: 'adopted-push', ...on, url: asString(params['url']) ?? '' };
    case 'HTTP2_STREAM_SEND_PRIORITY':
      return {
        type: 'priority-sent',
        ...on,
        weight: asNumber(params['weight']) ?? 16,
        exclusive: params['exclusive'] === true,
        parentStreamId: asNumber(params['parent_stream_id']) ?? 0,
      };
    case 'HTTP2_SESSION_SEND_RST_STREAM': {
      const { code: errorCode = -1, name: errorName } = parseCode(params['error_code']);
      const description = asString(params['description']) ?? '';
      return { type: 'rst-stream-sent', ...on, errorCode, errorName, description };
    }
    case 'HTTP2_SESSION_RECV_RST_STREAM': {
      const { code: errorCode = -1, name: errorName } = parseCode(params['error_code']);
      return { type: 'rst-stream-received', ...on, errorCode, errorName };
    }
    case 'HTTP2_STREAM_ERROR':
      return {
        type: 'stream-error',
        ...on,
        netError: netErrorName(params['net_error']) ?? '',
        description: asString(params['description']) ?? '',
      };
    default:
      return undefined;
  }
}

/** `7 (REFUSED_STREAM)`, or a bare number */
function parseCode(value: unknown): { code?: number; name?: string } {
  const match = /^(\d+)(?: \((.*)\))?$/.exec(String(asNumber(value) ?? asString(value) ?? ''));
  if (!match) return {};
  const code = Number(match[1]);
  const name = match[2] ?? ERROR_NAMES[code];
  return { code, ...(name === undefined ? {} : { name }) };
}

/** RFC 9113 §7, for logs that have the numbers only. */
const ERROR_NAMES: Readonly<Record<number, string>> = {
  0: 'NO_ERROR',
  1: 'PROTOCOL_ERROR',
  2: 'INTERNAL_ERROR',
  3: 'FLOW_CONTROL_ERROR',
  5: 'STREAM_CLOSED',
  7: 'REFUSED_STREAM',
  8: 'CANCEL',
};

function netErrorName(value: unknown): string | undefined {
  return asString(value) ?? asNumber(value)?.toString();
}

/** `[id:4 (SETTINGS_INITIAL_WINDOW_SIZE) value:6291456]` */
function parseSettings(lines: readonly string[]): Record<string, number> {
  const settings: Record<string, number> = {};
  for (const line of lines) {
    const match = /^\[id:(\d+) .*value:(\d+)\]$/.exec(line);
    if (match) settings[match[1] ?? ''] = Number(match[2]);
  }
  return settings;
}

function readRequest(params: Untyped): { method: string; url: string; path: string } {
  const path = header(params, ':path') ?? '';
  return {
    method: header(params, ':method') ?? '',
    url: `${header(params, ':scheme') ?? 'https'}://${header(params, ':authority') ?? ''}${path}`,
    path,
  };
}

/** Value of the first field of that name among lines of the form `name: value`. */
function header(params: Untyped, name: string): string | undefined {
  const start = `${name}: `;
  return asStrings(params['headers'])
    .find((line) => line.startsWith(start))
    ?.slice(start.length);
}
