import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants } from 'node:http2';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { Answers, PageAnswer } from './answers.ts';
import { clientState } from './client-state.ts';
import { currentStrategy, pathsOfPage } from './current-strategy.ts';
import { watchInactivity } from './inactivity.ts';
import { MAX_PIPELINED_REQUESTS, MAX_REQUESTS } from './limits.ts';
import type { OriginFetch } from './origin-fetch.ts';
import { misdirected, type Response } from './plain-response.ts';
import { requestedHost, requestedPath } from './request-target.ts';
import { hintHow } from './response-queue.ts';
import { RecordSize } from './scheduler/record-size.ts';
import type { ServerEventBody } from './server-log.ts';
import type { CurrentTask, ServerEnvironment, ServerTransport } from './server-task.ts';
import { decide } from './strategies/decide.ts';

/** Of plaintext in one TLS record (RFC 8446 §5.1). */
const FULL_RECORD_BYTES = 16_384;

/**
 * One HTTP/1.1 connection (RFC 9112): one response at a time, in the order of the requests. Where the log says stream, it
 * is the number of the request on its connection, from 1.
 */
export class Http1Connection {
  readonly #socket: Duplex;
  readonly #hosts: ReadonlySet<string>;
  readonly #transport: ServerTransport;
  readonly #task: CurrentTask;
  readonly #environment: ServerEnvironment;
  readonly #answers: Answers;
  readonly #origin: OriginFetch;
  readonly #records: RecordSize;
  #requests = 0;
  #unanswered = 0;
  #activeMs: number;
  /** Responses leave one after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(
    socket: Duplex,
    transport: ServerTransport,
    task: CurrentTask,
    environment: ServerEnvironment,
    parts: { answers: Answers; origin: OriginFetch; hosts: ReadonlySet<string> },
  ) {
    this.#hosts = parts.hosts;
    this.#socket = socket;
    this.#transport = transport;
    this.#task = task;
    this.#environment = environment;
    this.#answers = parts.answers;
    this.#origin = parts.origin;
    this.#records = new RecordSize(task.strategy.tlsRecord, FULL_RECORD_BYTES, 0);
    this.#activeMs = environment.nowMs();
    this.#watchTime();
  }

  get isIdle(): boolean {
    return this.#unanswered === 0;
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const streamId = ++this.#requests;
    const fields = requestFields(request);
    const path = requestedPath(fields, this.#task.site);
    const method = request.method ?? 'GET';
    this.#activeMs = this.#environment.nowMs();
    this.#log({ kind: 'request', streamId, path, method });
    // What a client sends along is not wanted, but must be read for its next request to be seen.
    request.resume();
    if (++this.#unanswered > MAX_PIPELINED_REQUESTS) {
      this.#refuse(`more than ${MAX_PIPELINED_REQUESTS} requests before the first answer`);
      return;
    }
    if (streamId >= MAX_REQUESTS) response.setHeader('connection', 'close');
    this.#turn = this.#turn
      .then(() => this.#answerInTurn(streamId, fields, response))
      .catch(() => void this.#socket.destroy())
      .finally(() => {
        this.#unanswered--;
        this.#activeMs = this.#environment.nowMs();
      });
  }

  /** A request that HTTP/1.1 does not know (RFC 9112 §2.2): 400 or 431, and the end. */
  onMalformed(code: string | undefined): void {
    if (this.#socket.destroyed || code === 'ECONNRESET') return;
    const status = code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
    this.#log({ kind: 'abuse', what: `broke the protocol: ${status}` });
    this.#socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
  }

  async #answerInTurn(
    streamId: number,
    headers: IncomingHttpHeaders,
    response: ServerResponse,
  ): Promise<void> {
    const { site } = this.#task;
    if (!this.#hosts.has(requestedHost(headers, site))) {
      await this.#send(streamId, response, misdirected(), []);
      return;
    }
    const isGet = headers[':method'] === 'GET';
    const paths = isGet ? pathsOfPage(this.#task, requestedPath(headers, site)) : undefined;
    if (paths === undefined) {
      await this.#send(streamId, response, this.#answers.responseTo(headers), []);
      return;
    }
    const page = this.#page(headers, paths);
    await this.#origin.page();
    await this.#send(streamId, response, page.response, page.hinted);
  }

  #page(headers: IncomingHttpHeaders, paths: readonly string[]): PageAnswer {
    const client = clientState(headers, this.#task.site, {
      pushAllowed: false,
      hosts: this.#hosts,
      pushed: new Set(),
      cwndBytes: this.#transport.cwndBytes(),
      bdpBytes: this.#task.bdpBytes ?? 0,
    });
    const decision = decide(currentStrategy(this.#task), client, paths);
    for (const { path, gate } of decision.gated) this.#log({ kind: 'gated', path, gate });
    return this.#answers.page(headers, decision);
  }

  async #send(
    streamId: number,
    response: ServerResponse,
    answer: Response,
    hinted: readonly string[],
  ): Promise<void> {
    if (this.#socket.destroyed) return;
    const { status, headers, body, trailers } = framed(answer, response.req);
    response.writeHead(status, headers);
    this.#log({ kind: 'headers', streamId, status });
    if (hinted.length > 0) {
      this.#log({ kind: 'hint', streamId, how: hintHow(this.#task.strategy.how), paths: hinted });
    }
    for (let offset = 0; offset < body.length;) {
      const nowMs = this.#environment.nowMs();
      const chunk = body.subarray(offset, offset + this.#records.chunkBytes(nowMs));
      this.#records.onSent(chunk.length, nowMs);
      offset += chunk.length;
      if (!(await this.#write(streamId, response, chunk))) {
        this.#log({ kind: 'reset', streamId, errorCode: constants.NGHTTP2_CANCEL, by: 'client' });
        return;
      }
    }
    if (trailers !== undefined) {
      response.addTrailers(trailers);
      this.#log({ kind: 'trailers', streamId, names: Object.keys(trailers) });
    }
    response.end();
    this.#log({ kind: 'end', streamId });
  }

  /** Resolves once the socket has taken it; to false where the client has gone. */
  #write(streamId: number, response: ServerResponse, chunk: Buffer): Promise<boolean> {
    const offsetStart = this.#transport.handedOverBytes();
    const startedMs = this.#environment.nowMs();
    return new Promise((resolve) => {
      const onClose = () => resolve(false);
      this.#socket.once('close', onClose);
      response.write(chunk, (error) => {
        this.#socket.off('close', onClose);
        if (error) return resolve(false);
        this.#activeMs = this.#environment.nowMs();
        const offsetEnd = this.#transport.handedOverBytes();
        this.#log({ kind: 'data', streamId, startedMs, bytes: chunk.length, offsetStart, offsetEnd });
        resolve(true);
      });
    });
  }

  #watchTime(): void {
    const stop = watchInactivity(this.#environment, () => ({
      isIdle: this.isIdle,
      activeMs: this.#activeMs,
      onIdle: () => this.#socket.end(),
      onStalled: (what) => this.#refuse(what),
    }));
    this.#socket.on('close', stop);
  }

  #refuse(what: string): void {
    this.#log({ kind: 'abuse', what });
    this.#socket.destroy();
  }

  #log(event: ServerEventBody): void {
    this.#environment.log(this.#transport.id, event);
  }
}

/**
 * Trailers stand behind the last chunk (RFC 9112 §7.1.2), and chunks in place of a length. An HTTP/1.0 client knows no
 * chunks (§6.1): it gets the length and no trailers.
 */
function framed(answer: Response, { httpVersion }: IncomingMessage): Response {
  const { headers, trailers } = answer;
  if (trailers === undefined) return answer;
  if (httpVersion === '1.1') return { ...answer, headers: without(headers, 'content-length') };
  return { ...answer, headers: without(headers, 'trailer'), trailers: undefined };
}

function without(headers: OutgoingHttpHeaders, name: string): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));
}

/** A target in absolute form (RFC 9112 §3.2.2): authority, then path and query. */
const ABSOLUTE_FORM = /^https:\/\/([^/?]*)(.*)$/i;

/** The fields of a request by the names that HTTP/2 gives them (RFC 9113 §8.3.1). A URL's authority overrides Host. */
function requestFields({ method, url = '/', headers }: IncomingMessage): IncomingHttpHeaders {
  const { host, ...fields } = headers;
  const [, authority = host, path = url] = ABSOLUTE_FORM.exec(url) ?? [];
  return {
    ...fields,
    ':method': method ?? 'GET',
    ':scheme': 'https',
    // `https://lab.test?a` has no slash (RFC 9112 §3.2.1).
    ':path': /^(\?|$)/.test(path) ? `/${path}` : path,
    ...(authority !== undefined && { ':authority': authority }),
  };
}
