import { constants } from 'node:http2';
import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { clientState, cookiesOf, type ConnectionState } from './client-state.ts';
import type { Answers } from './answers.ts';
import { currentStrategy, pathsOfPage } from './current-strategy.ts';
import { linkPushes } from './link/link-pushes.ts';
import { LINK_QUIRKS, PUSHED_MARK_FIELD } from './link/personalities.ts';
import type { OriginFetch } from './origin-fetch.ts';
import { BEACON_PATH } from './page-markup.ts';
import { misdirected } from './plain-response.ts';
import { authorityOf, requestedHost, requestedPath } from './request-target.ts';
import type { PromisedStream, ResponseOrder, ResponseQueue } from './response-queue.ts';
import type { Transmission } from './scheduler/scheduler.ts';
import type { ServerEventBody } from './server-log.ts';
import type { CurrentTask } from './server-task.ts';
import { pathWithin } from './site/origins.ts';
import { findResource } from './site/site.ts';
import { decide, type Decision, type ResolvedStrategy } from './strategies/decide.ts';

/** What the HTML waits for: before its first byte, and, where it is interleaved, in its midst. */
interface PageOrder {
  readonly after: readonly Transmission[];
  readonly holdFor?: readonly Transmission[];
}

/** What goes along in the HTML's headers. */
interface PageExtras {
  /** Paths promised with it, for the cookies of the next visit. */
  readonly pushed: readonly string[];
  /** In place of the origin's Link fields. */
  readonly forwardedLink?: readonly string[] | undefined;
}

/** What the requests of one connection are answered with: the strategy's decision turned into promises and responses. */
export class Responder {
  readonly #task: CurrentTask;
  readonly #answers: Answers;
  readonly #origin: OriginFetch;
  readonly #queue: ResponseQueue;
  readonly #connectionState: () => Omit<ConnectionState, 'pushed'>;
  readonly #log: (event: ServerEventBody) => void;
  /** Requests whose answer is still being thought about or promised for. */
  #pending = 0;

  constructor(
    task: CurrentTask,
    parts: {
      answers: Answers;
      origin: OriginFetch;
      queue: ResponseQueue;
      connectionState: () => Omit<ConnectionState, 'pushed'>;
      log: (event: ServerEventBody) => void;
    },
  ) {
    this.#task = task;
    this.#answers = parts.answers;
    this.#origin = parts.origin;
    this.#queue = parts.queue;
    this.#connectionState = parts.connectionState;
    this.#log = parts.log;
  }

  get isIdle(): boolean {
    return this.#pending === 0;
  }

  get #strategy(): ResolvedStrategy {
    return currentStrategy(this.#task);
  }

  answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const { site } = this.#task;
    const path = requestedPath(headers, site);
    const method = headers[':method'] ?? 'GET';
    if (!this.#connectionState().hosts.has(requestedHost(headers, site))) {
      this.#queue.respond(stream, misdirected(), headers, { after: [] });
      this.#queue.scheduler.run();
    } else if (method !== 'GET') this.#answerWithPushes(stream, headers, []);
    else if (path === BEACON_PATH && this.#strategy.when === 'during-interactive') {
      this.#answerWithPushes(
        stream,
        headers,
        pathsOfPage(this.#task, refererPath(headers)) ?? this.#strategy.paths,
      );
    } else {
      const paths = pathsOfPage(this.#task, path);
      if (paths === undefined) this.#answerWithPushes(stream, headers, this.#childrenOf(path));
      else this.#onPage(stream, headers, paths);
    }
  }

  /** `with-resource`: what goes along with a requested sub-resource. */
  #childrenOf(path: string): readonly string[] {
    const { when, children } = this.#strategy;
    const name = path.split('?', 1)[0]!;
    return when === 'with-resource' && Object.hasOwn(children, name) ? children[name]! : [];
  }

  #decide(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, paths?: readonly string[]): Decision {
    const connection = this.#connectionState();
    const client = clientState(headers, this.#task.site, {
      ...connection,
      pushAllowed: connection.pushAllowed && stream.pushAllowed,
      pushed: this.#queue.pushed,
    });
    const decision = decide(this.#strategy, client, paths);
    for (const { path, gate } of decision.gated) this.#log({ kind: 'gated', path, gate });
    return decision;
  }

  /** A resource, or the beacon, with pushes behind it. */
  #answerWithPushes(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, paths: readonly string[]): void {
    if (paths.length === 0) {
      this.#queue.respond(stream, this.#answers.responseTo(headers), headers, { after: [] });
      this.#queue.scheduler.run();
      return;
    }
    const { promises } = this.#decide(stream, headers, paths);
    this.#whilePending(stream, async () => {
      const promised = await this.#queue.promiseAll(stream, promises, headers);
      const parent = this.#queue.respond(stream, this.#answers.responseTo(headers), headers, {
        after: [],
        lateHeaders: () => (promised.length === 0 ? {} : this.#cookieHeaders(headers)),
      });
      this.#pushInOrder(promised, { after: parent === undefined ? [] : [parent] });
    });
  }

  /**
   * By which the next visit's gates know what this one was promised. Several responses may set it, whichever leaves last
   * has all: so it is made when the headers leave, of everything pushed on this connection.
   */
  #cookieHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
    const { gate } = this.#strategy;
    const cookies = cookiesOf(gate, [...this.#queue.pushed], headers, this.#task.site);
    return cookies.length === 0 ? {} : { 'set-cookie': cookies };
  }

  #onPage(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, paths: readonly string[]): void {
    const { when } = this.#strategy;
    const ahead = when === 'during-interactive' || when === 'with-resource' ? [] : paths;
    const decision = this.#decide(stream, headers, ahead);
    if (decision.earlyHints.length > 0) this.#sendEarlyHints(stream, decision.earlyHints);
    if (decision.bodies === 'while-thinking' && decision.promises.length > 0) {
      this.#whilePending(stream, async () => {
        const promised = await this.#queue.promiseAll(stream, decision.promises, headers);
        const pushes = this.#pushInOrder(promised, {});
        this.#queue.scheduler.run();
        await this.#origin.page();
        this.#respondWithPage(stream, headers, decision, {
          after: pushes,
          pushed: promised.map(({ path }) => path),
        });
      });
      return;
    }
    this.#whilePending(stream, async () => {
      await this.#origin.page();
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
        this.#queue.scheduler.run();
      });
  }

  /** RFC 8297: the hints leave while the origin still thinks. */
  #sendEarlyHints(stream: ServerHttp2Stream, paths: readonly string[]): void {
    stream.additionalHeaders({ ':status': 103, link: this.#answers.linkField(paths, 'preload') });
    this.#log({ kind: 'hint', streamId: stream.id!, how: 'early-hints', paths });
  }

  async #answerPage(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    decision: Decision,
  ): Promise<void> {
    const origin = this.#originLink(stream, headers);
    // Promises before the HTML that mentions the resources (RFC 9113 §8.4.1), or the browser would ask itself.
    const promised = await this.#queue.promiseAll(stream, origin?.paths ?? decision.promises, headers);
    const pushed = promised.map(({ path }) => path);
    const page = (order: PageOrder) =>
      this.#respondWithPage(stream, headers, decision, {
        ...order,
        pushed,
        forwardedLink: origin?.forwarded,
      });
    switch (decision.bodies) {
      case 'before-html':
      case 'while-thinking':
        page({ after: this.#pushInOrder(promised, {}) });
        break;
      case 'interleaved': {
        const pushes: Transmission[] = [];
        const html = page({ after: [], holdFor: pushes });
        pushes.push(...this.#pushInOrder(promised, { afterHold: html }));
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
    const { how, personality } = this.#strategy;
    const { site } = this.#task;
    const field = findResource(site, requestedPath(headers, site))?.headers['link'];
    if (how !== 'origin-link' || field === undefined) return undefined;
    const authority = authorityOf(headers, site);
    const request = { scheme: 'https', authority, path: headers[':path'] ?? '/' };
    const { pushes, forwarded } = linkPushes(field, request, personality);
    const paths = pushes.flatMap((push) =>
      push.authority === authority
        ? [push.path]
        : (pathWithin(new URL(`${push.scheme}://${push.authority}${push.path}`), site) ?? []),
    );
    const { promises } = this.#decide(stream, headers, paths);
    return { paths: promises, forwarded };
  }

  #respondWithPage(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    decision: Decision,
    { after, holdFor, pushed, forwardedLink }: PageOrder & PageExtras,
  ): Transmission | undefined {
    const { interleaveAt } = this.#strategy;
    const { response, hinted } = this.#answers.page(headers, decision, forwardedLink);
    const atByte =
      interleaveAt === 'head' ? this.#answers.headEndBytes(response.body, response.coding) : interleaveAt;
    const hold = holdFor && { atByte: Math.min(atByte, response.body.length), until: holdFor };
    return this.#queue.respond(stream, response, headers, {
      after,
      hold,
      hinted,
      lateHeaders: () => (pushed.length === 0 ? {} : this.#cookieHeaders(headers)),
    });
  }

  /** One after the other: each push waits for the one before it, the first for `after`. */
  #pushInOrder(
    promised: readonly PromisedStream[],
    { after = [], afterHold }: Partial<ResponseOrder>,
  ): Transmission[] {
    const pushes: Transmission[] = [];
    for (const push of promised) {
      const order = { after: [...after, ...pushes.slice(-1)], afterHold };
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
    order: ResponseOrder,
  ): Transmission | undefined {
    const { how, personality } = this.#strategy;
    const quirks = how === 'origin-link' ? LINK_QUIRKS[personality] : undefined;
    const resetsMissing = quirks?.missingTarget === 'promises-then-resets';
    if (resetsMissing && findResource(this.#task.site, path) === undefined) {
      stream.close(constants.NGHTTP2_CANCEL);
      return undefined;
    }
    const response = this.#answers.responseTo(headers);
    const mark = quirks?.pushedMark;
    const marked =
      mark === undefined
        ? response
        : { ...response, headers: { ...response.headers, [PUSHED_MARK_FIELD]: mark } };
    return this.#queue.respond(stream, marked, headers, { ...order, pushedOn });
  }
}

/** Which page sent it: a fetch of its own origin says so in full. */
function refererPath({ referer = '' }: IncomingHttpHeaders): string {
  if (!URL.canParse(referer)) return '';
  const { pathname, search } = new URL(referer);
  return pathname + search;
}
