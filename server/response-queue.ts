import { constants } from 'node:http2';
import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { Response } from './plain-response.ts';
import { mediaType } from './scheduler/policy.ts';
import { DEFAULT_WEIGHT } from './scheduler/priority-tree.ts';
import { firstScanEndBytes } from './scheduler/progressive-jpeg.ts';
import type { AskClient } from './scheduler/kept-windows.ts';
import { Scheduler, type Transmission } from './scheduler/scheduler.ts';
import type { HintHow } from './server-log.ts';
import { requestFor } from './request-target.ts';
import type { ServerEnvironment, ServerTask, ServerTransport } from './server-task.ts';
import type { Strategy } from './strategies/strategy.ts';

/**
 * Request fields a promise repeats from the page's request. A pushed response is matched by its promised request, `Vary`
 * included: without accept-encoding a browser drops a compressed push and asks again.
 */
const PROMISED_REQUEST_FIELDS = ['accept-encoding', 'accept-language', 'user-agent'] as const;

/** A pushed stream that waits for its response. */
export interface PromisedStream {
  readonly stream: ServerHttp2Stream;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly pushedOn: number;
}

/** What a response waits for, and where it pauses. */
export type ResponseOrder = Pick<Transmission, 'after' | 'afterHold' | 'hold' | 'pushedOn'>;

/** Everything one connection sends: promises, and responses in the scheduler's order, a log line for each step. */
export class ResponseQueue {
  readonly scheduler: Scheduler;
  /** Paths promised on this connection so far. */
  readonly pushed = new Set<string>();
  readonly #transport: ServerTransport;
  readonly #site: ServerTask['site'];
  readonly #strategy: Strategy;
  readonly #environment: ServerEnvironment;
  #openPushes = 0;
  #progressMs: number;
  /** The chunk that the socket has not taken yet. */
  #outstanding: { readonly stream: ServerHttp2Stream; readonly settle: () => void } | undefined;

  /** @param askClient see KeptWindows */
  constructor(
    transport: ServerTransport,
    { site, strategy }: Pick<ServerTask, 'site' | 'strategy'>,
    environment: ServerEnvironment,
    askClient: AskClient,
  ) {
    this.#transport = transport;
    this.#site = site;
    this.#strategy = strategy;
    this.#environment = environment;
    const { tlsRecord, http2 } = strategy;
    const { streamWindowBytes: streamBytes, connectionWindowBytes: connectionBytes } = http2 ?? {};
    const isOpen = streamBytes === undefined && connectionBytes === undefined;
    this.scheduler = new Scheduler(strategy.scheduler, {
      tlsRecord,
      chunkBytes: http2?.dataFrameBytes,
      windows: isOpen ? undefined : { terms: { streamBytes, connectionBytes }, askClient },
      nowMs: environment.nowMs,
    });
    this.#progressMs = environment.nowMs();
  }

  /** When something last went out, or began to wait. */
  get progressMs(): number {
    return this.#progressMs;
  }

  /** In order; without those that the client's limits forbid. */
  async promiseAll(
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
    const request = requestFor(path, pageHeaders, this.#site);
    const headers: OutgoingHttpHeaders & IncomingHttpHeaders = {
      ':method': 'GET',
      // The session stands on a plaintext tap and would promise http.
      ':scheme': 'https',
      ':authority': request.authority,
      ':path': request.path,
    };
    for (const field of PROMISED_REQUEST_FIELDS) {
      if (pageHeaders[field] !== undefined) headers[field] = pageHeaders[field];
    }
    return new Promise((resolve) => {
      // Beyond the client's limit node calls back as if all were well, and puts nothing on the wire.
      const limit = page.session?.remoteSettings.maxConcurrentStreams ?? Infinity;
      if (page.destroyed || !page.pushAllowed || this.#openPushes >= limit) {
        if (this.#openPushes >= limit) this.#log({ kind: 'gated', path, gate: 'concurrency' });
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
        this.pushed.add(path);
        this.watch(stream, () => this.#openPushes--);
        // RFC 7540 §5.3.5: a push depends on its associated stream until the client says otherwise.
        this.scheduler.priorities.prioritize(stream.id!, {
          parent: page.id!,
          weight: DEFAULT_WEIGHT,
          exclusive: false,
        });
        this.#log({ kind: 'promise', streamId: stream.id!, path, associatedStreamId: page.id! });
        resolve({ stream, path, headers, pushedOn: page.id! });
      });
    });
  }

  /** Queues the response; undefined when the stream is gone already. */
  respond(
    stream: ServerHttp2Stream,
    { status, headers, body, trailers }: Response,
    requestHeaders: IncomingHttpHeaders,
    options: ResponseOrder & {
      readonly hinted?: readonly string[];
      /** Further headers, made when they leave. */
      readonly lateHeaders?: () => OutgoingHttpHeaders;
    },
  ): Transmission | undefined {
    if (stream.destroyed) return undefined;
    const { hinted = [], lateHeaders, ...order } = options;
    const streamId = stream.id!;
    const contentType = String(headers['content-type'] ?? '');
    const transmission: Transmission = {
      streamId,
      body,
      ...order,
      contentType,
      firstSliceBytes: firstSliceBytes(this.#strategy, contentType, body),
      priorityField: requestHeaders['priority']?.toString(),
      onStart: () => {
        if (stream.destroyed || stream.closed) return;
        stream.respond(
          { ':status': status, ...headers, ...lateHeaders?.() },
          { endStream: body.length === 0, waitForTrailers: trailers !== undefined },
        );
        if (trailers !== undefined) stream.once('wantTrailers', () => this.#sendTrailers(stream, trailers));
        this.#log({ kind: 'headers', streamId, status });
        if (hinted.length > 0)
          this.#log({ kind: 'hint', streamId, how: hintHow(this.#strategy.how), paths: hinted });
      },
      write: (chunk, isLast, done) => this.#writeChunk(stream, chunk, isLast, done),
    };
    if (this.scheduler.isIdle) this.#progressMs = this.#environment.nowMs();
    this.scheduler.add(transmission);
    return transmission;
  }

  /** HEADERS with END_STREAM behind the last DATA (RFC 9113 §8.1). */
  #sendTrailers(stream: ServerHttp2Stream, trailers: Readonly<Record<string, string>>): void {
    if (stream.destroyed || stream.closed) return;
    stream.sendTrailers(trailers);
    this.#log({ kind: 'trailers', streamId: stream.id!, names: Object.keys(trailers) });
  }

  /** Of a request or a promise: a reset is logged, and ends what is to be sent. */
  watch(stream: ServerHttp2Stream, onClose?: () => void): void {
    const streamId = stream.id!;
    stream.on('error', ignore);
    stream.on('close', () => {
      onClose?.();
      if (stream.rstCode !== constants.NGHTTP2_NO_ERROR) {
        this.#log({
          kind: 'reset',
          streamId,
          errorCode: stream.rstCode,
          by: stream.aborted ? 'client' : 'server',
        });
      }
      this.scheduler.abandon(streamId);
      // A reset stream never confirms what was written to it.
      if (this.#outstanding?.stream === stream) this.#outstanding.settle();
    });
  }

  #writeChunk(stream: ServerHttp2Stream, chunk: Buffer, isLast: boolean, done: () => void): void {
    const streamId = stream.id!;
    const offsetStart = this.#transport.handedOverBytes();
    const settle = () => {
      if (this.#outstanding?.settle !== settle) return;
      this.#outstanding = undefined;
      this.#progressMs = this.#environment.nowMs();
      if (isLast) this.#log({ kind: 'end', streamId });
      done();
    };
    this.#outstanding = { stream, settle };
    if (stream.destroyed || chunk.length === 0) {
      setImmediate(settle);
      return;
    }
    const startedMs = this.#environment.nowMs();
    stream.write(chunk, (error) => {
      if (!error) {
        this.#log({
          kind: 'data',
          streamId,
          startedMs,
          bytes: chunk.length,
          offsetStart,
          offsetEnd: this.#transport.handedOverBytes(),
        });
      }
      settle();
    });
    if (isLast) stream.end();
  }

  #log(event: Parameters<ServerEnvironment['log']>[1]): void {
    this.#environment.log(this.#transport.id, event);
  }
}

/** Which kind of hint the HTML of a strategy carries. */
export function hintHow(how: Strategy['how']): HintHow {
  return how === 'preload-tag' || how === 'prefetch' ? how : 'preload-header';
}

/** Of a progressive JPEG; undefined: it is sent as one. */
function firstSliceBytes({ firstSlice }: Strategy, contentType: string, body: Buffer): number | undefined {
  if (firstSlice === 'none' || mediaType(contentType) !== 'image/jpeg') return undefined;
  const firstScan = firstScanEndBytes(body);
  return firstScan === undefined || firstSlice === 'first-scan' ? firstScan : firstSlice;
}

/** What a stream's error means, its end tells. */
function ignore(): void {}
