import { constants } from 'node:http2';
import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Answers } from './answers.ts';
import { AbuseGuard, type Violation } from './abuse-guard.ts';
import { errorCodeOf, errorName } from './error-codes.ts';
import { ClientFrameReader, type ClientFrame } from './http2-frames.ts';
import { watchInactivity } from './inactivity.ts';
import { MAX_REQUESTS } from './limits.ts';
import type { OriginFetch } from './origin-fetch.ts';
import { goawayFrame, OutgoingFrameWalker, type Refusal } from './outgoing-frames.ts';
import { requestedPath } from './request-target.ts';
import { Responder } from './responder.ts';
import { ResponseQueue } from './response-queue.ts';
import type { CurrentTask, ServerEnvironment, ServerTransport } from './server-task.ts';

/** One HTTP/2 connection: what the client's frames mean for it, what is too much, and when it ends. */
export class PushConnection {
  readonly #site: CurrentTask['site'];
  readonly #transport: ServerTransport;
  readonly #environment: ServerEnvironment;
  readonly #queue: ResponseQueue;
  readonly #responder: Responder;
  readonly #guard: AbuseGuard;
  readonly #frames = new ClientFrameReader(
    (frame) => this.#onFrame(frame),
    (header) => this.#guard.onFrameHeader(header),
  );
  readonly #outgoing = new OutgoingFrameWalker((refusal) => this.#onRefusal(refusal));
  #session: ServerHttp2Session | undefined;
  #enablePush = true;
  #requests = 0;
  /** The highest stream a request came on. */
  #lastRequest = 0;
  #endCode: number | undefined;
  #hasSaidGoaway = false;
  #isBlamed = false;
  #runIsDue = false;
  /** When something last came in while nothing waited to go out. */
  #heardMs: number;

  constructor(
    transport: ServerTransport,
    task: CurrentTask,
    environment: ServerEnvironment,
    parts: { answers: Answers; origin: OriginFetch; hosts: ReadonlySet<string> },
  ) {
    this.#site = task.site;
    this.#transport = transport;
    this.#environment = environment;
    this.#queue = new ResponseQueue(transport, task, environment, (onAnswer) => this.#ping(onAnswer));
    this.#responder = new Responder(task, {
      ...parts,
      queue: this.#queue,
      connectionState: () => ({
        pushAllowed: this.#enablePush,
        hosts: parts.hosts,
        cwndBytes: transport.cwndBytes(),
        bdpBytes: task.bdpBytes ?? 0,
      }),
      log: (event) => this.#log(event),
    });
    this.#guard = new AbuseGuard(environment.nowMs, (violation) => this.#closeFor(violation));
    this.#heardMs = environment.nowMs();
  }

  get isIdle(): boolean {
    return this.#responder.isIdle && this.#queue.scheduler.isIdle;
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
    this.#watchTime(session);
  }

  onClientBytes(bytes: Buffer): void {
    // What comes in keeps a connection alive, but not one that lets nothing out.
    if (this.#queue.scheduler.isIdle) this.#heardMs = this.#environment.nowMs();
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
        this.#queue.scheduler.priorities.prioritize(frame.streamId, frame);
        break;
      case 'priority-update':
        this.#queue.scheduler.priorities.update(frame.streamId, frame.priorityField);
        break;
      case 'settings':
        if (frame.initialWindowSize !== undefined) {
          this.#queue.scheduler.flowControl.onInitialWindowSize(frame.initialWindowSize);
        }
        this.#enablePush = frame.enablePush ?? this.#enablePush;
        this.#log({ kind: 'settings', enablePush: this.#enablePush });
        break;
      case 'window-update':
        this.#queue.scheduler.flowControl.onWindowUpdate(frame.streamId, frame.increment);
        break;
    }
    // node:http2 has not seen these bytes yet; what they allow is sent once it has.
    if (this.#runIsDue) return;
    this.#runIsDue = true;
    setImmediate(() => {
      this.#runIsDue = false;
      this.#queue.scheduler.run();
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

  /** A client that is gone does not answer. */
  #ping(onAnswer: () => void): void {
    if (this.#session === undefined || this.#session.destroyed) return;
    this.#session.ping((error) => {
      if (error === null) onAnswer();
    });
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

  #watchTime(session: ServerHttp2Session): void {
    const stop = watchInactivity(this.#environment, () => ({
      isIdle: this.isIdle,
      activeMs: Math.max(this.#heardMs, this.#queue.progressMs),
      onIdle: () => session.destroy(),
      onStalled: (what) => this.#closeFor({ what, errorCode: constants.NGHTTP2_ENHANCE_YOUR_CALM }),
    }));
    session.on('close', stop);
  }

  #onRequest(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const path = requestedPath(headers, this.#site);
    this.#queue.watch(stream);
    this.#lastRequest = stream.id!;
    const method = headers[':method'] ?? 'GET';
    this.#log({ kind: 'request', streamId: stream.id!, path, method });
    this.#responder.answer(stream, headers);
  }
}
