import type { RequestRecord } from './browser-evidence.ts';
import { bodyTimesSince } from './byte-times.ts';
import { pushOutcome } from './push-fate.ts';
import { isMisdirected, streamsByUrl, type StreamEvidence } from './streams.ts';
import type { BodyTimes, HintLife, ResourceTimeline, ResourceType } from './waterfall.ts';

export interface PageFacts {
  /** e.g. `https://clean-blog.test/` */
  readonly siteUrl: string;
  /** Of the site's other hosts, e.g. `https://static.clean-blog.test`. Absent: it has none. */
  readonly origins?: ReadonlySet<string>;
  /** Paths the first paint waits for. */
  readonly criticalPaths: ReadonlySet<string>;
  /** What the origin takes for the document before it answers, ms; absent: nothing. */
  readonly thinkMs?: number;
}

/** One row per request of the page and per request nobody but an early hint made, in order of start. */
export function resourceTimelines(
  requests: readonly RequestRecord[],
  streams: readonly StreamEvidence[],
  hints: readonly HintLife[],
  facts: PageFacts,
  originMs: number,
): ResourceTimeline[] {
  const hintedPaths = new Set(hints.filter((hint) => hint.how === 'early-hints').map((hint) => hint.path));
  const preloadedPaths = new Set(
    hints
      .filter((hint) => hint.how === 'preload-header' || hint.how === 'preload-tag')
      .map((hint) => hint.path),
  );
  const pushedUrls = new Set(
    streams.filter(({ browser }) => browser.promiseReceived !== undefined).map(({ browser }) => browser.url),
  );
  const unmatched = new Set(streams.filter(({ browser }) => browser.url !== undefined));
  const byUrl = streamsByUrl(streams);
  const rows: ResourceTimeline[] = [];
  for (const request of requests) {
    const stream = takeStream(request, byUrl, unmatched, hintedPaths);
    const path = pathWithin(request.url, facts);
    const external = path === undefined;
    const pushed = stream?.browser.promiseReceived !== undefined;
    const hinted = path !== undefined && hintedPaths.has(path) && stream !== undefined && !pushed;
    rows.push({
      ...timesOf(stream, originMs),
      url: request.url,
      path: path ?? request.url,
      type: typeOf(request.resourceType),
      deliveredBy:
        request.failure !== undefined ? 'none' : stream === undefined ? 'cache' : pushed ? 'push' : 'request',
      initiator: hinted ? 'early-hint' : initiatorOf(request, path !== undefined && preloadedPaths.has(path)),
      priority: request.priorityChanges.at(-1)?.priority ?? request.initialPriority,
      status: request.response?.status ?? stream?.browser.status,
      renderBlocking: path !== undefined && facts.criticalPaths.has(path),
      startTime: Math.min(request.startMonotonicMs, stream?.browser.requested ?? Infinity) - originMs,
      ...endOf(request, stream, originMs),
      transferSize: request.encodedDataLength || (stream?.browser.receivedBytes ?? 0),
      duplicate: pushedUrls.has(request.url) && !pushed && stream !== undefined,
      failure: failureOf(request),
      external,
    });
  }
  for (const stream of unmatched) {
    if (stream.browser.requested !== undefined) rows.push(orphanRow(stream, facts, originMs, hintedPaths));
  }
  return rows.sort((a, b) => a.startTime - b.startTime);
}

/**
 * The stream that served a request: same URL, not taken by an earlier request; an adopted push first, then a stream
 * opened for it, then one an early hint had opened before. Where it was answered 421 and sent again, the second one.
 */
function takeStream(
  request: RequestRecord,
  byUrl: ReadonlyMap<string, readonly StreamEvidence[]>,
  unmatched: Set<StreamEvidence>,
  hintedPaths: ReadonlySet<string>,
): StreamEvidence | undefined {
  const known = (byUrl.get(request.url) ?? []).filter((stream) => unmatched.has(stream));
  const answered = known.filter((stream) => !isMisdirected(stream));
  const candidates = answered.length > 0 ? answered : known;
  const used = ({ browser }: StreamEvidence) =>
    browser.adopted !== undefined && pushOutcome(browser) === 'adopted';
  const requestedSince =
    (fromMs: number) =>
    ({ browser }: StreamEvidence) =>
      browser.requested !== undefined && browser.requested >= fromMs - 1;
  // A hint's stream may open only after the page has asked, and the page then ask the server for itself, later.
  const sent = requestedSince(request.response?.timing?.sendStartMonotonicMs ?? request.startMonotonicMs);
  const own = requestedSince(request.startMonotonicMs);
  const hinted = ({ browser, server }: StreamEvidence) =>
    browser.requested !== undefined && server.path !== undefined && hintedPaths.has(server.path);
  const found =
    candidates.find(used) ?? candidates.find(sent) ?? candidates.find(own) ?? candidates.find(hinted);
  if (found !== undefined) unmatched.delete(found);
  return found;
}

function timesOf(
  stream: StreamEvidence | undefined,
  originMs: number,
): Pick<
  ResourceTimeline,
  | 'connection'
  | 'streamId'
  | 'requestStart'
  | 'requestReceived'
  | 'sendStart'
  | 'sendEnd'
  | 'arrivals'
  | 'trailers'
> &
  BodyTimes {
  if (stream === undefined) return { arrivals: [] };
  const { browser, server } = stream;
  const since = (time: number | undefined) => (time === undefined ? undefined : time - originMs);
  const trailers = browser.trailers ?? server.trailers;
  return {
    ...bodyTimesSince(stream.body, originMs),
    connection: stream.connection,
    streamId: stream.streamId,
    requestStart: since(browser.requested ?? browser.adopted),
    requestReceived: since(server.requested),
    sendStart: since(server.sendStart),
    sendEnd: since(server.sendEnd),
    arrivals: browser.arrivals.map(([time, bytes]) => [time - originMs, bytes] as const),
    ...(trailers !== undefined && { trailers }),
  };
}

function endOf(
  request: RequestRecord,
  stream: StreamEvidence | undefined,
  originMs: number,
): Pick<ResourceTimeline, 'responseStart' | 'responseEnd' | 'pageReceived'> {
  const told = request.response?.receivedMonotonicMs;
  const start = stream?.browser.responseStart ?? request.response?.receivedMonotonicMs;
  const end = stream?.browser.finished ?? request.finishedMonotonicMs ?? request.failure?.timeMonotonicMs;
  return {
    responseStart: start === undefined ? undefined : start - originMs,
    responseEnd: end === undefined ? undefined : end - originMs,
    pageReceived: told === undefined ? undefined : told - originMs,
  };
}

/** A request on the wire that no part of the page claims. */
function orphanRow(
  stream: StreamEvidence,
  facts: PageFacts,
  originMs: number,
  hintedPaths: ReadonlySet<string>,
): ResourceTimeline {
  const url = stream.browser.url!;
  const path = pathWithin(url, facts) ?? url;
  return {
    ...timesOf(stream, originMs),
    url,
    path,
    type: 'other',
    deliveredBy: 'request',
    initiator: hintedPaths.has(path) ? 'early-hint' : 'other',
    status: stream.browser.status,
    renderBlocking: facts.criticalPaths.has(path) && !isMisdirected(stream),
    startTime: stream.browser.requested! - originMs,
    responseStart:
      stream.browser.responseStart === undefined ? undefined : stream.browser.responseStart - originMs,
    responseEnd: stream.browser.finished === undefined ? undefined : stream.browser.finished - originMs,
    transferSize: stream.browser.receivedBytes,
    duplicate: false,
    external: false,
  };
}

/** Path and query below the site's origin, the whole URL below another one of the site's; undefined for any other. */
function pathWithin(url: string, { siteUrl, origins }: PageFacts): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { origin, pathname, search } = new URL(url);
  if (origin === new URL(siteUrl).origin) return pathname + search;
  return origins?.has(origin) === true ? origin + pathname + search : undefined;
}

function initiatorOf(request: RequestRecord, preloaded: boolean): ResourceTimeline['initiator'] {
  if (request.isMainDocument) return 'navigation';
  if (preloaded || request.initiatorType === 'preload') return 'preload';
  if (request.initiatorType === 'parser' || request.initiatorType === 'script') return request.initiatorType;
  return 'other';
}

function failureOf(request: RequestRecord): string | undefined {
  if (request.failure === undefined) return undefined;
  return request.failure.errorText || request.failure.blockedReason || 'failed';
}

const TYPES: Readonly<Record<string, ResourceType>> = {
  Document: 'document',
  Stylesheet: 'stylesheet',
  Script: 'script',
  Image: 'image',
  Font: 'font',
  XHR: 'fetch',
  Fetch: 'fetch',
};

function typeOf(resourceType: string): ResourceType {
  return TYPES[resourceType] ?? 'other';
}
