import type { Http2Event, RejectedPush, RstStreamSent } from '../trace/browser-evidence.ts';
import type { NetLogEvent } from './netlog-event.ts';
import { asString } from './untyped.ts';

/** ERR_HTTP2_PUSHED_RESPONSE_DOES_NOT_MATCH in Chromium's net_error_list.h. */
const DOES_NOT_MATCH = -378;
/** Others of the same source, as window updates of a stream, say nothing of the request. */
const REQUEST_EVENT = /^(REQUEST_ALIVE|URL_REQUEST_|HTTP_TRANSACTION_)/;
/** In a log that lacks the requests' own events: the retry leaves within this of the reset. */
const RETRY_MS = 100;

/**
 * Tells an adopted push that was found not to match from one whose page went away: both are reset with CANCEL, and the
 * next page may ask for the same URL a moment later. The request's own transaction says which it was. Logs without
 * events of requests are read by the retry on the wire.
 */
export class RejectedPushes {
  readonly #urlOfRequest = new Map<number, string>();
  /** URLs of adopted pushes, by session and stream. */
  readonly #adopted = new Map<string, string>();
  /** The adopted push that the browser reset last, by URL. */
  readonly #reset = new Map<string, RstStreamSent>();
  #hasRequests = false;

  /** Takes an event of a URL_REQUEST source. */
  noteRequest({ name, sourceId, phase, params, timeMonotonicMs }: NetLogEvent): RejectedPush | undefined {
    if (REQUEST_EVENT.test(name)) this.#hasRequests = true;
    if (name === 'REQUEST_ALIVE' && phase === 'end') this.#urlOfRequest.delete(sourceId);
    else if (name === 'URL_REQUEST_START_JOB' || name === 'REQUEST_ALIVE') {
      const url = asString(params['url']);
      if (url !== undefined) this.#urlOfRequest.set(sourceId, url);
    } else if (name === 'HTTP_TRANSACTION_RESTART_AFTER_ERROR' && isMismatch(params['net_error'])) {
      return this.#take(this.#urlOfRequest.get(sourceId) ?? '', timeMonotonicMs);
    }
    return undefined;
  }

  /** Takes a translated event. */
  noteHttp2(event: Http2Event): RejectedPush | undefined {
    if (event.type === 'adopted-push') {
      this.#adopted.set(`${event.sessionId}/${event.streamId}`, withoutFragment(event.url));
    } else if (event.type === 'rst-stream-sent') {
      const url = this.#adopted.get(`${event.sessionId}/${event.streamId}`);
      if (url !== undefined) this.#reset.set(url, event);
    } else if (event.type === 'headers-sent' && !this.#hasRequests) {
      const reset = this.#reset.get(event.url);
      if (reset !== undefined && event.timeMonotonicMs - reset.timeMonotonicMs <= RETRY_MS) {
        return this.#take(event.url, event.timeMonotonicMs);
      }
    }
    return undefined;
  }

  #take(url: string, timeMonotonicMs: number): RejectedPush | undefined {
    const key = withoutFragment(url);
    const reset = this.#reset.get(key);
    if (reset === undefined) return undefined;
    this.#reset.delete(key);
    const { sessionId, streamId } = reset;
    return { type: 'push-rejected', sessionId, streamId, timeMonotonicMs };
  }
}

function isMismatch(netError: unknown): boolean {
  return netError === DOES_NOT_MATCH || netError === 'ERR_HTTP2_PUSHED_RESPONSE_DOES_NOT_MATCH';
}

function withoutFragment(url: string): string {
  return url.split('#', 1)[0] ?? url;
}
