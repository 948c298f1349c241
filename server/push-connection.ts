import { constants } from 'node:http2';
import type {
  IncomingHttpHeaders,
  OutgoingHttpHeaders,
  ServerHttp2Session,
  ServerHttp2Stream,
} from 'node:http2';
import { AbuseGuard, type Violation } from './abuse-guard.ts';
import { errorCodeOf, errorName } from './error-codes.ts';
import { ClientFrameReader, type ClientFrame } from './http2-frames.ts';
import { IDLE_MS, MAX_REQUESTS, STALL_MS } from './limits.ts';
import { preloadLinkField } from './link-header.ts';
import { goawayFrame, OutgoingFrameWalker, type Refusal } from './outgoing-frames.ts';
import { plainResponse, refuseMethod, type Response } from './plain-response.ts';
import type { ServerEnvironment, ServerTask, ServerTransport } from './server-task.ts';
import { DEFAULT_WEIGHT } from './scheduler/priority-tree.ts';
import { Scheduler, type Transmission } from './scheduler/scheduler.ts';
import { negotiate } from './site/negotiate.ts';
import { findResource } from './site/site.ts';
import { decide, type Decision } from './strategies/decide.ts';

/**
 * Request fields a promise repeats from the page's request. A pushed response is matched by its promised request, `Vary`
 * included: without accept-encoding a browser drops a compressed push and asks again.
 */
const PROMISED_REQUEST_FIELDS = ['accept-encoding', 'accept-language', 'user-agent'] as const;

interface PromisedStream {
  readonly stream: ServerHttp2Stream;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** One HTTP/2 connection: requests in, the strategy's decision, responses and pushes out through the scheduler. */
export class PushConnection {
  readonly #transport: ServerTransport;
  readonly #task: ServerTask;
  readonly #environment: ServerEnvironment;
  readonly #scheduler = new Scheduler();
  readonly #guard: AbuseGuard;
  readonly #frames = new ClientFrameReader(
    (frame) => this.#onFrame(frame),
    (header) => this.#guard.onFrameHeader(header),
  );
  readonly #outgoing = new OutgoingFrameWalker((refusal) => this.#onRefusal(refusal));
  readonly #pushed = new Set<string>();
  #session: ServerHttp2Session | undefined;
  #openPushes = 0;
  #enablePush = true;
  /** Pages whose answer is still being thought about or promised for. */
  #pending = 0;
  #requests = 0;
  /** The highest stream a request came on. */
  #lastRequest = 0;
  #endCode: number | undefined;
  #hasSaidGoaway = false;
  #isBlamed = false;
  #runIsDue = false;
  /** When something last came in or went out, or began to wait. */
  #activeMs: number;

  constructor(transport: ServerTransport, task: ServerTask, environment: ServerEnvironment) {
    this.#transport = transport;
    this.#task = task;
    this.#environment = environment;
    this.#guard = new AbuseGuard(environment.nowMs, (violation) => this.#closeFor(violation));
    this.#activeMs = environment.nowMs();
  }

  get isIdle(): boolean {
    return this.#pending === 0 && this.#scheduler.isIdle;
  }

  attach(session: ServerHttp2Session): void {
    this.#session = session;
    session.on('error', () => undefined);
    // node:http2 ends a session for what a client did wrong with INTERNAL_ERROR, which is not what is wrong.
    const destroy = session.destroy.bind(session);
    session.destroy = (error, code) => {
      const fitting = code ?? errorCodeOf(error);
      this.#endCode = fitting ?? this.#endCode;
      destroy(error, fitting);
    };
    session.on('stream', (stream, headers) => {
      this.#onRequest(stream, headers);
      if (++this.#requests === MAX_REQUESTS) session.close();
    });
    this.#watchTime();
  }

  onClientBytes(bytes: Buffer): void {
    // What comes in keeps a connection alive, but not one that lets nothing out.
    if (this.#scheduler.isIdle) this.#activeMs = this.#environment.nowMs();
    this.#frames.feed(bytes);
  }

  onServerBytes(bytes: Buffer): void {
    this.#outgoing.feed(bytes);
  }

  /** node:http2 drops its GOAWAY where a write is still under way. */
  lastWords(): Buffer | undefined {
    if (this.#endCode === undefined || this.#hasSaidGoaway || !this.#outgoing.isAtBoundary) return undefined;
    this.#blame(`broke the protocol: ${errorName(this.#endCode)}`);
    this.#hasSaidGoaway = true;
    return goawayFrame(this.#lastRequest, this.#endCode);
  }

  #log(event: Parameters<ServerEnvironment['log']>[1]): void {
    this.#environment.log(this.#transport.id, event);
  }

  #onFrame(frame: ClientFrame): void {
    switch (frame.type) {
      case 'priority':
        this.#scheduler.priorities.prioritize(frame.streamId, frame);
        break;
      case 'settings':
        if (frame.initialWindowSize !== undefined) {
          this.#scheduler.flowControl.onInitialWindowSize(frame.initialWindowSize);
        }
        this.#enablePush = frame.enablePush ?? this.#enablePush;
        this.#log({ kind: 'settings', enablePush: this.#enablePush });
        break;
      case 'window-update':
        this.#scheduler.flowControl.onWindowUpdate(frame.streamId, frame.increment);
        break;
    }
    // node:http2 has not seen these bytes yet; what they allow is sent once it has.
    if (this.#runIsDue) return;
    this.#runIsDue = true;
    setImmediate(() => {
      this.#runIsDue = false;
      this.#scheduler.run();
    });
  }

  /** What node:http2 refused before it told us of a request, and what it closes the connection for. */
  #onRefusal({ type, streamId, errorCode }: Refusal): void {
    if (errorCode === constants.NGHTTP2_NO_ERROR) return;
    if (type === 'rst-stream') {
      if (streamId % 2 === 0) return;
      if (streamId > this.#lastRequest) this.#log({ kind: 'reset', streamId, errorCode, by: 'server' });
      this.#guard.onReset();
      return;
    }
    this.#hasSaidGoaway = true;
    this.#blame(`broke the protocol: ${errorName(errorCode)}`);
    // node:http2 says GOAWAY and then waits for the client to go.
    setImmediate(() => this.#session!.destroy());
  }

  /** One line per connection: what follows from the first fault is not another. */
  #blame(what: string): void {
    if (this.#isBlamed) return;
    this.#isBlamed = true;
    this.#log({ kind: 'abuse', what });
  }

  /** RFC 9113 §10.5: says why and closes. */
  #closeFor({ what, errorCode }: Violation): void {
    this.#blame(what);
    // Without an error node:http2 takes no heed of the code.
    this.#session?.destroy(new Error(what), errorCode);
  }

  /** Ends the connection that nobody uses and the one that lets nothing out. */
  #watchTime(): void {
    const leftMs = () => this.#activeMs + (this.isIdle ? IDLE_MS : STALL_MS) - this.#environment.nowMs();
    // A timer may be early by a fraction of a millisecond.
    this.#environment.delay(Math.max(leftMs(), 1), () => {
      const session = this.#session!;
      if (session.destroyed) return;
      if (leftMs() > 0) this.#watchTime();
      else if (this.isIdle) session.destroy();
      else {
        const what = `let nothing be sent for ${STALL_MS / 1000} s`;
        this.#closeFor({ what, errorCode: constants.NGHTTP2_ENHANCE_YOUR_CALM });
      }
    });
  }

  #onRequest(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const path = headers[':path'] ?? '/';
    this.#watch(stream);
    this.#lastRequest = stream.id!;
    const method = headers[':method'] ?? 'GET';
    this.#log({ kind: 'request', streamId: stream.id!, path, method });
    if (path !== this.#task.site.entry || method !== 'GET') {
      this.#respond(stream, path, headers, { after: [] });
      this.#scheduler.run();
      return;
    }
    const decision = decide(this.#task.strategy, {
      pushAllowed: this.#enablePush && stream.pushAllowed,
      pushed: this.#pushed,
    });
    for (const { path: gatedPath, gate } of decision.gated)
      this.#log({ kind: 'gated', path: gatedPath, gate });
    if (decision.earlyHints.length > 0) this.#sendEarlyHints(stream, decision.earlyHints);
    this.#pending++;
    this.#afterThinking(() => {
      void this.#answerPage(stream, path, headers, decision)
        .catch(() => stream.destroy())
        .finally(() => {
          this.#pending--;
          this.#scheduler.run();
        });
    });
  }

  #afterThinking(answer: () => void): void {
    if (this.#task.thinkMs === 0) answer();
    else this.#environment.delay(this.#task.thinkMs, answer);
  }

  /** RFC 8297: the hints leave while the origin still thinks. */
  #sendEarlyHints(stream: ServerHttp2Stream, paths: readonly string[]): void {
    stream.additionalHeaders({ ':status': 103, link: this.#linkField(paths) });
    this.#log({ kind: 'hint', streamId: stream.id!, status: 103, paths });
  }

  async #answerPage(
    stream: ServerHttp2Stream,
    path: string,
    headers: IncomingHttpHeaders,
    decision: Decision,
  ): Promise<void> {
    // Promises before the HTML that mentions the resources (RFC 9113 §8.4.1), or the browser would ask itself.
    const promised = await this.#promiseAll(stream, decision.promises, headers);
    const bodiesFirst = decision.bodies === 'before-html';
    const pushes = bodiesFirst ? this.#pushInOrder(promised, []) : [];
    const page = this.#respond(stream, path, headers, { after: pushes, preloads: decision.preloads });
    if (!bodiesFirst) this.#pushInOrder(promised, page === undefined ? [] : [page]);
  }

  async #promiseAll(
    page: ServerHttp2Stream,
    paths: readonly string[],
    headers: IncomingHttpHeaders,
  ): Promise<PromisedStream[]> {
    const promises = await Promise.all(paths.map((path) => this.#promise(page, path, headers)));
    return promises.filter((promise) => promise !== undefined);
  }

  /** Resolves once node has queued the PUSH_PROMISE; to undefined where the client's limits forbid it. */
  #promise(
    page: ServerHttp2Stream,
    path: string,
    pageHeaders: IncomingHttpHeaders,
  ): Promise<PromisedStream | undefined> {
    const headers: OutgoingHttpHeaders & IncomingHttpHeaders = {
      ':method': 'GET',
      // The session stands on a plaintext tap and would promise http.
      ':scheme': 'https',
      ':authority': pageHeaders[':authority'],
      ':path': path,
    };
    for (const field of PROMISED_REQUEST_FIELDS) {
      if (pageHeaders[field] !== undefined) headers[field] = pageHeaders[field];
    }
    return new Promise((resolve) => {
      // Beyond the client's limit node calls back as if all were well, and puts nothing on the wire.
      const limit = this.#session?.remoteSettings.maxConcurrentStreams ?? Infinity;
      if (page.destroyed || !page.pushAllowed || this.#openPushes >= limit) {
        resolve(undefined);
        return;
      }
      this.#openPushes++;
      page.pushStream(headers, (error, stream) => {
        if (error !== null) {
          this.#openPushes--;
          resolve(undefined);
          return;
        }
        this.#pushed.add(path);
        stream.on('close', () => this.#openPushes--);
        this.#watch(stream);
        // RFC 7540 §5.3.5: a push depends on its associated stream until the client says otherwise.
        this.#scheduler.priorities.prioritize(stream.id!, {
          parent: page.id!,
          weight: DEFAULT_WEIGHT,
          exclusive: false,
        });
        this.#log({ kind: 'promise', streamId: stream.id!, path, associatedStreamId: page.id! });
        resolve({ stream, path, headers });
      });
    });
  }

  /** One after the other: each push waits for the one before it, the first for `after`. */
  #pushInOrder(promised: readonly PromisedStream[], after: readonly Transmission[]): Transmission[] {
    const pushes: Transmission[] = [];
    for (const { stream, path, headers } of promised) {
      const transmission = this.#respond(stream, path, headers, { after: [...after, ...pushes.slice(-1)] });
      if (transmission !== undefined) pushes.push(transmission);
    }
    return pushes;
  }

  /** Queues the response; undefined when the stream is gone already. */
  #respond(
    stream: ServerHttp2Stream,
    path: string,
    requestHeaders: IncomingHttpHeaders,
    options: { after: readonly Transmission[]; preloads?: readonly string[] },
  ): Transmission | undefined {
    if (stream.destroyed) return undefined;
    const { status, headers, body } = this.#responseTo(path, requestHeaders);
    const preloads = options.preloads ?? [];
    const link = preloads.length > 0 ? { link: this.#linkField(preloads) } : {};
    const streamId = stream.id!;
    const transmission: Transmission = {
      streamId,
      body,
      after: options.after,
      onStart: () => {
        if (stream.destroyed || stream.closed) return;
        stream.respond({ ':status': status, ...headers, ...link }, { endStream: body.length === 0 });
        this.#log({ kind: 'headers', streamId, status });
        if (preloads.length > 0) this.#log({ kind: 'hint', streamId, status: 200, paths: preloads });
      },
      write: (chunk, isLast, done) => this.#writeChunk(stream, chunk, isLast, done),
    };
    if (this.#scheduler.isIdle) this.#activeMs = this.#environment.nowMs();
    this.#scheduler.add(transmission);
    return transmission;
  }

  #responseTo(path: string, requestHeaders: IncomingHttpHeaders): Response {
    const method = requestHeaders[':method'] ?? 'GET';
    const refusal = refuseMethod(method);
    if (refusal !== undefined) return refusal;
    const resource = findResource(this.#task.site, path);
    const response =
      resource === undefined ? plainResponse(404, 'not found\n') : negotiate(resource, requestHeaders);
    return method === 'HEAD' ? { ...response, body: Buffer.alloc(0) } : response;
  }

  #writeChunk(stream: ServerHttp2Stream, chunk: Buffer, isLast: boolean, done: () => void): void {
    const streamId = stream.id!;
    const offsetStart = this.#transport.handedOverBytes();
    let settled = false;
    const settle = () => {
      if (settled) return;
      settled = true;
      stream.off('close', settle);
      this.#activeMs = this.#environment.nowMs();
      if (isLast) this.#log({ kind: 'end', streamId });
      done();
    };
    if (stream.destroyed || chunk.length === 0) {
      setImmediate(settle);
      return;
    }
    // A reset stream never confirms what was written to it.
    stream.once('close', settle);
    const startedMs = this.#environment.nowMs();
    const confirm = () => {
      this.#log({
        kind: 'data',
        streamId,
        startedMs,
        bytes: chunk.length,
        offsetStart,
        offsetEnd: this.#transport.handedOverBytes(),
      });
      settle();
    };
    stream.write(chunk, (error) => {
      if (error) settle();
      else confirm();
    });
    if (isLast) stream.end();
  }

  #watch(stream: ServerHttp2Stream): void {
    const streamId = stream.id!;
    stream.on('error', () => undefined);
    stream.on('close', () => {
      if (stream.rstCode !== constants.NGHTTP2_NO_ERROR) {
        this.#log({
          kind: 'reset',
          streamId,
          errorCode: stream.rstCode,
          by: stream.aborted ? 'client' : 'server',
        });
      }
      this.#scheduler.abandon(streamId);
    });
  }

  #linkField(paths: readonly string[]): string {
    return preloadLinkField(
      paths.map((path) => ({ path, contentType: findResource(this.#task.site, path)?.contentType ?? '' })),
    );
  }
}
