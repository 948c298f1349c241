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
import { authorityOf, clientState, cookiesOf } from './client-state.ts';
import { linkField } from './link-header.ts';
import { linkPushes } from './link/link-pushes.ts';
import { LINK_QUIRKS, PUSHED_MARK_FIELD } from './link/personalities.ts';
import { BEACON_PATH, headEndBytes, type PageMarkup } from './page-markup.ts';
import { IDLE_MS, MAX_REQUESTS, STALL_MS } from './limits.ts';
import { goawayFrame, OutgoingFrameWalker, type Refusal } from './outgoing-frames.ts';
import { plainResponse, refuseMethod, type Response } from './plain-response.ts';
import type { ServerEnvironment, ServerTask, ServerTransport } from './server-task.ts';
import { DEFAULT_WEIGHT } from './scheduler/priority-tree.ts';
import { mediaType } from './scheduler/policy.ts';
import { firstScanEndBytes } from './scheduler/progressive-jpeg.ts';
import { Scheduler, type Transmission } from './scheduler/scheduler.ts';
import { negotiate } from './site/negotiate.ts';
import { findResource } from './site/site.ts';
import type { HintHow } from './server-log.ts';
import type { Strategy } from './strategies/strategy.ts';
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
  readonly pushedOn: number;
}

/** What the HTML waits for: before its first byte, and, where it is interleaved, in its midst. */
interface PageOrder {
  readonly after: readonly Transmission[];
  readonly holdFor?: readonly Transmission[];
}

/** One HTTP/2 connection: requests in, the strategy's decision, responses and pushes out through the scheduler. */
export class PushConnection {
  readonly #transport: ServerTransport;
  readonly #task: ServerTask;
  readonly #environment: ServerEnvironment;
  readonly #markup: PageMarkup;
  readonly #scheduler: Scheduler;
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

  constructor(
    transport: ServerTransport,
    task: ServerTask,
    environment: ServerEnvironment,
    markup: PageMarkup,
  ) {
    this.#transport = transport;
    this.#task = task;
    this.#environment = environment;
    this.#markup = markup;
    this.#scheduler = new Scheduler(task.strategy.scheduler, {
      tlsRecord: task.strategy.tlsRecord,
      nowMs: environment.nowMs,
    });
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
      case 'priority-update':
        this.#scheduler.priorities.update(frame.streamId, frame.priorityField);
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
    if (method !== 'GET' || !this.#isOurs(headers)) this.#answerWithPushes(stream, headers, []);
    else if (path === this.#task.site.entry) this.#onPage(stream, headers);
    else if (path === BEACON_PATH && this.#task.strategy.when === 'during-interactive') {
      this.#answerWithPushes(stream, headers, this.#task.strategy.paths);
    } else this.#answerWithPushes(stream, headers, this.#childrenOf(path));
  }

  /** RFC 9113 §9.1.2: what another origin should answer is misdirected; people's own clients may say localhost. */
  #isOurs(headers: IncomingHttpHeaders): boolean {
    const { site } = this.#task;
    const host = authorityOf(headers, site).replace(/:\d+$/, '');
    return [site.hostname, 'localhost', '127.0.0.1'].includes(host);
  }

  /** `with-resource`: what goes along with a requested sub-resource. */
  #childrenOf(path: string): readonly string[] {
    const { when, children } = this.#task.strategy;
    const name = path.split('?', 1)[0]!;
    return when === 'with-resource' && Object.hasOwn(children, name) ? children[name]! : [];
  }

  #decide(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, paths?: readonly string[]): Decision {
    const client = clientState(headers, this.#task.site, {
      pushAllowed: this.#enablePush && stream.pushAllowed,
      pushed: this.#pushed,
      cwndBytes: this.#transport.cwndBytes(),
      bdpBytes: this.#task.bdpBytes ?? 0,
    });
    const decision = decide(this.#task.strategy, client, paths);
    for (const { path, gate } of decision.gated) this.#log({ kind: 'gated', path, gate });
    return decision;
  }

  /** A resource, or the beacon, with pushes behind it. */
  #answerWithPushes(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, paths: readonly string[]): void {
    const path = headers[':path'] ?? '/';
    if (paths.length === 0) {
      this.#respond(stream, this.#responseTo(path, headers), headers, { after: [] });
      this.#scheduler.run();
      return;
    }
    const { promises } = this.#decide(stream, headers, paths);
    this.#whilePending(stream, async () => {
      const promised = await this.#promiseAll(stream, promises, headers);
      const parent = this.#respond(stream, this.#responseTo(path, headers), headers, { after: [] });
      this.#pushInOrder(promised, { after: parent === undefined ? [] : [parent] });
    });
  }

  #onPage(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const { when } = this.#task.strategy;
    const ahead = when === 'during-interactive' || when === 'with-resource' ? [] : undefined;
    const decision = this.#decide(stream, headers, ahead);
    if (decision.earlyHints.length > 0) this.#sendEarlyHints(stream, decision.earlyHints);
    if (decision.bodies === 'while-thinking' && decision.promises.length > 0) {
      this.#whilePending(stream, async () => {
        const pushes = this.#pushInOrder(await this.#promiseAll(stream, decision.promises, headers), {});
        this.#scheduler.run();
        await this.#thought();
        this.#respondWithPage(stream, headers, decision, { after: pushes });
      });
      return;
    }
    this.#whilePending(stream, async () => {
      if (this.#task.thinkMs > 0) await this.#thought();
      await this.#answerPage(stream, headers, decision);
    });
  }

  /** The connection is not idle meanwhile; afterwards what may be sent is sent. */
  #whilePending(stream: ServerHttp2Stream, work: () => Promise<void>): void {
    this.#pending++;
    work()
      .catch(() => stream.destroy())
      .finally(() => {
        this.#pending--;
        this.#scheduler.run();
      });
  }

  #thought(): Promise<void> {
    const { thinkMs } = this.#task;
    if (thinkMs === 0) return Promise.resolve();
    return new Promise((resolve) => this.#environment.delay(thinkMs, resolve));
  }

  /** RFC 8297: the hints leave while the origin still thinks. */
  #sendEarlyHints(stream: ServerHttp2Stream, paths: readonly string[]): void {
    stream.additionalHeaders({ ':status': 103, link: this.#linkField(paths, 'preload') });
    this.#log({ kind: 'hint', streamId: stream.id!, how: 'early-hints', paths });
  }

  async #answerPage(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    decision: Decision,
  ): Promise<void> {
    const origin = this.#originLink(stream, headers);
    // Promises before the HTML that mentions the resources (RFC 9113 §8.4.1), or the browser would ask itself.
    const promised = await this.#promiseAll(stream, origin?.paths ?? decision.promises, headers);
    const page = (order: PageOrder) =>
      this.#respondWithPage(stream, headers, decision, order, origin?.forwarded);
    switch (decision.bodies) {
      case 'before-html':
      case 'while-thinking':
        page({ after: this.#pushInOrder(promised, {}) });
        break;
      case 'interleaved': {
        const pushes: Transmission[] = [];
        const html = page({ after: [], holdFor: pushes });
        const atByte = html?.hold?.atByte;
        const afterBytes = html && atByte !== undefined ? { of: html, bytes: atByte } : undefined;
        pushes.push(...this.#pushInOrder(promised, { afterBytes }));
        break;
      }
      case 'with-html':
        page({ after: [] });
        this.#pushAtOnce(promised);
        break;
      case 'after-html':
      case 'with-resource':
      case 'during-interactive': {
        const html = page({ after: [] });
        this.#pushInOrder(promised, { after: html === undefined ? [] : [html] });
      }
    }
  }

  /** `origin-link`: what this origin's Link fields make a server push and forward. */
  #originLink(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
  ): { paths: readonly string[]; forwarded: readonly string[] } | undefined {
    const { how, personality } = this.#task.strategy;
    const field = findResource(this.#task.site, this.#task.site.entry)?.headers['link'];
    if (how !== 'origin-link' || field === undefined) return undefined;
    const authority = authorityOf(headers, this.#task.site);
    const request = { scheme: 'https', authority, path: headers[':path'] ?? '/' };
    const { pushes, forwarded } = linkPushes(field, request, personality);
    const paths = pushes.filter((push) => push.authority === authority).map(({ path }) => path);
    const { promises } = this.#decide(stream, headers, paths);
    return { paths: promises, forwarded };
  }

  #respondWithPage(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    decision: Decision,
    { after, holdFor }: PageOrder,
    forwardedLink?: readonly string[],
  ): Transmission | undefined {
    const { site, strategy } = this.#task;
    const page = findResource(site, site.entry)!;
    const beacon = strategy.when === 'during-interactive' && strategy.how === 'push';
    const response = negotiate(
      this.#markup.with(page, { preloadTags: decision.preloadTags, beacon }),
      headers,
    );
    const links = [
      ...(decision.preloads.length > 0 ? [this.#linkField(decision.preloads, 'preload')] : []),
      ...(decision.prefetches.length > 0 ? [this.#linkField(decision.prefetches, 'prefetch')] : []),
      ...(forwardedLink ?? []),
    ];
    const cookies = cookiesOf(strategy.gate, decision.promises, headers, site);
    if (forwardedLink !== undefined) delete response.headers['link'];
    const extra = {
      ...(links.length > 0 && { link: links.join(', ') }),
      ...(cookies.length > 0 && { 'set-cookie': cookies }),
    };
    const hinted = [...decision.preloads, ...decision.preloadTags, ...decision.prefetches];
    const atByte =
      strategy.interleaveAt === 'head' ? headEndBytes(response.body, response.coding) : strategy.interleaveAt;
    const hold = holdFor && { atByte: Math.min(atByte, response.body.length), until: holdFor };
    return this.#respond(stream, { ...response, headers: { ...response.headers, ...extra } }, headers, {
      after,
      hold,
      hinted,
    });
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
        resolve({ stream, path, headers, pushedOn: page.id! });
      });
    });
  }

  /** One after the other: each push waits for the one before it, the first for `after`. */
  #pushInOrder(
    promised: readonly PromisedStream[],
    { after = [], afterBytes }: Partial<Pick<Transmission, 'after' | 'afterBytes'>>,
  ): Transmission[] {
    const pushes: Transmission[] = [];
    for (const push of promised) {
      const order = { after: [...after, ...pushes.slice(-1)], afterBytes };
      const transmission = this.#respondToPromise(push, order);
      if (transmission !== undefined) pushes.push(transmission);
    }
    return pushes;
  }

  /** In whatever order the scheduler chooses. */
  #pushAtOnce(promised: readonly PromisedStream[]): void {
    for (const push of promised) this.#respondToPromise(push, { after: [] });
  }

  #respondToPromise(
    { stream, path, headers, pushedOn }: PromisedStream,
    order: Pick<Transmission, 'after' | 'afterBytes'>,
  ): Transmission | undefined {
    const response = this.#responseTo(path, headers);
    const { how, personality } = this.#task.strategy;
    const mark = how === 'origin-link' ? LINK_QUIRKS[personality].pushedMark : undefined;
    const marked = mark === undefined ? {} : { [PUSHED_MARK_FIELD]: mark };
    const withMark = { ...response, headers: { ...response.headers, ...marked } };
    return this.#respond(stream, withMark, headers, { ...order, pushedOn });
  }

  /** Queues the response; undefined when the stream is gone already. */
  #respond(
    stream: ServerHttp2Stream,
    { status, headers, body }: Response,
    requestHeaders: IncomingHttpHeaders,
    options: Pick<Transmission, 'after' | 'afterBytes' | 'hold' | 'pushedOn'> & {
      readonly hinted?: readonly string[];
    },
  ): Transmission | undefined {
    if (stream.destroyed) return undefined;
    const { hinted = [], ...order } = options;
    const streamId = stream.id!;
    const contentType = String(headers['content-type'] ?? '');
    const transmission: Transmission = {
      streamId,
      body,
      ...order,
      contentType,
      firstSliceBytes: firstSliceBytes(this.#task.strategy, contentType, body),
      priorityField: requestHeaders['priority']?.toString(),
      onStart: () => {
        if (stream.destroyed || stream.closed) return;
        stream.respond({ ':status': status, ...headers }, { endStream: body.length === 0 });
        this.#log({ kind: 'headers', streamId, status });
        if (hinted.length > 0)
          this.#log({ kind: 'hint', streamId, how: hintHow(this.#task.strategy.how), paths: hinted });
      },
      write: (chunk, isLast, done) => this.#writeChunk(stream, chunk, isLast, done),
    };
    if (this.#scheduler.isIdle) this.#activeMs = this.#environment.nowMs();
    this.#scheduler.add(transmission);
    return transmission;
  }

  #responseTo(path: string, requestHeaders: IncomingHttpHeaders): Response {
    const method = requestHeaders[':method'] ?? 'GET';
    if (!this.#isOurs(requestHeaders))
      return plainResponse(421, 'not the origin this certificate stands for here\n');
    const refusal = refuseMethod(method);
    if (refusal !== undefined) return refusal;
    const resource = findResource(this.#task.site, path);
    if (path === BEACON_PATH) return { status: 204, headers: {}, body: Buffer.alloc(0) };
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

  #linkField(paths: readonly string[], rel: 'preload' | 'prefetch'): string {
    return linkField(
      rel,
      paths.map((path) => ({ path, contentType: findResource(this.#task.site, path)?.contentType ?? '' })),
    );
  }
}

/** Which kind of hint the HTML of a strategy carries. */
function hintHow(how: Strategy['how']): HintHow {
  return how === 'preload-tag' || how === 'prefetch' ? how : 'preload-header';
}

/** Of a progressive JPEG; undefined: it is sent as one. */
function firstSliceBytes({ firstSlice }: Strategy, contentType: string, body: Buffer): number | undefined {
  if (firstSlice === 'none' || mediaType(contentType) !== 'image/jpeg') return undefined;
  const firstScan = firstScanEndBytes(body);
  return firstScan === undefined || firstSlice === 'first-scan' ? firstScan : firstSlice;
}
