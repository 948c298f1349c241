import type { Http2Event } from '../trace/browser-evidence.ts';
import { emptyStream, noteHttp2Event, streamIdOf, type BrowserStream } from '../trace/browser-streams.ts';
import { isOpen, pushOutcome, resetReason, wastedBytes } from '../trace/push-fate.ts';
import type { InspectedPush, InspectedRequest, InspectedSession } from './inspection.ts';

interface Session {
  readonly id: number;
  readonly streams: Map<number, BrowserStream>;
  authority?: string;
  peer?: string;
  pushEnabled?: boolean;
  startedMs: number;
  closedMs?: number;
  closedBecause?: string;
}

/** RFC 9113 §6.5.2 */
const ENABLE_PUSH = '2';

/** Gathers HTTP/2 events into sessions and streams. Keeps one record per stream, whatever its number of events. */
export class SessionCollector {
  readonly #sessions = new Map<number, Session>();

  note(event: Http2Event): void {
    const session = this.#sessionOf(event);
    const streamId = streamIdOf(event);
    if (streamId !== undefined) {
      let stream = session.streams.get(streamId);
      if (stream === undefined) session.streams.set(streamId, (stream = emptyStream()));
      noteHttp2Event(stream, event);
      // The sum and the ends are enough: a download has a hundred thousand of them.
      stream.arrivals.splice(1, stream.arrivals.length - 2);
      return;
    }
    if (event.type === 'session-started') session.authority = event.authority;
    else if (event.type === 'session-initialised' && event.peerAddress !== undefined) {
      session.peer = `${event.peerAddress}:${event.peerPort}`;
    } else if (event.type === 'settings-sent') session.pushEnabled = event.settings[ENABLE_PUSH] !== 0;
    else if (event.type === 'session-closed') {
      session.closedMs ??= event.timeMonotonicMs;
      session.closedBecause ??= [event.netError, event.description].filter(Boolean).join(': ');
    }
  }

  /**
   * @param originMs what every time counts from
   * @param truncated what came after the last event is missing
   */
  result(
    originMs: number,
    truncated: boolean,
  ): {
    sessions: InspectedSession[];
    pushes: InspectedPush[];
    requests: InspectedRequest[];
  } {
    const pushes: InspectedPush[] = [];
    const requests: InspectedRequest[] = [];
    const since = (time: number | undefined) => (time === undefined ? null : round(time - originMs));
    const requested = new Set<string>();
    for (const { streams } of this.#sessions.values()) {
      for (const { url, requested: at } of streams.values()) if (at !== undefined && url) requested.add(url);
    }
    const sessions = [...this.#sessions.values()].map((session): InspectedSession => {
      const [firstPush, firstRequest] = [pushes.length, requests.length];
      let receivedBytes = 0;
      let authority = session.authority;
      for (const [streamId, stream] of session.streams) {
        receivedBytes += stream.receivedBytes;
        if (stream.url !== undefined && URL.canParse(stream.url)) authority ??= new URL(stream.url).host;
        if (isPush(streamId, stream))
          pushes.push({
            ...inspectedPush(session.id, streamId, stream, requested, since),
            undecided: truncated && session.closedMs === undefined && isOpen(stream),
          });
        else if (stream.requested !== undefined) {
          requests.push({
            url: stream.url ?? '',
            session: session.id,
            streamId,
            status: stream.status ?? null,
            receivedBytes: stream.receivedBytes,
            startedMs: since(stream.requested),
            responseStartMs: since(stream.responseStart),
            responseEndMs: since(stream.finished),
          });
        }
      }
      return {
        session: session.id,
        authority: authority ?? '',
        peer: session.peer ?? null,
        pushEnabled: session.pushEnabled ?? null,
        startedMs: since(session.startedMs),
        closedMs: since(session.closedMs),
        closedBecause: session.closedBecause ?? null,
        requests: requests.length - firstRequest,
        pushes: pushes.length - firstPush,
        receivedBytes,
      };
    });
    pushes.sort((a, b) => (a.promisedMs ?? 0) - (b.promisedMs ?? 0));
    requests.sort((a, b) => (a.startedMs ?? 0) - (b.startedMs ?? 0));
    return { sessions, pushes, requests };
  }

  #sessionOf(event: Http2Event): Session {
    let session = this.#sessions.get(event.sessionId);
    if (session === undefined) {
      session = { id: event.sessionId, streams: new Map(), startedMs: event.timeMonotonicMs };
      this.#sessions.set(event.sessionId, session);
    }
    return session;
  }
}

/** RFC 9113 §5.1.1: even numbers are the server's. Of a promise before the log began only its response is there. */
function isPush(streamId: number, stream: BrowserStream): boolean {
  if (stream.promiseReceived !== undefined || stream.adopted !== undefined) return true;
  return streamId % 2 === 0 && (stream.responseStart !== undefined || stream.receivedBytes > 0);
}

function inspectedPush(
  session: number,
  streamId: number,
  stream: BrowserStream,
  requested: ReadonlySet<string>,
  since: (time: number | undefined) => number | null,
): Omit<InspectedPush, 'undecided'> {
  const outcome = pushOutcome(stream);
  return {
    url: stream.url ?? '',
    promisedStreamId: streamId,
    associatedStreamId: stream.associatedStreamId ?? null,
    outcome,
    receivedBytes: stream.receivedBytes,
    wastedBytes: wastedBytes(outcome, stream.receivedBytes),
    session,
    duplicate: stream.url !== undefined && requested.has(stream.url),
    reason: resetReason(stream) ?? null,
    status: stream.status ?? null,
    promisedMs: since(stream.promiseReceived),
    adoptedMs: since(stream.adopted),
    responseStartMs: since(stream.responseStart),
    responseEndMs: since(stream.finished ?? stream.arrivals.at(-1)?.[0]),
    resetMs: since(stream.resetSent?.at ?? stream.resetReceived?.at),
  };
}

/** To the microsecond, the finest any of the files has. */
function round(timeMs: number): number {
  return Math.round(timeMs * 1000) / 1000;
}
