import type {
  ConnectionTimeline,
  HintLife,
  PushLife,
  ResourceTimeline,
  Waterfall,
} from '../../lab/trace/waterfall.ts';
import { formatBytes, formatMs, plural } from '../format.ts';
import { shownPath } from '../origins.ts';
import type { StreamKey, StreamKeys } from './bottleneck/stream-keys.ts';
import { arrivalSpans } from './downsample.ts';
import {
  connectionFacts,
  externalFacts,
  hintFacts,
  isErrorStatus,
  pushFacts,
  resourceFacts,
  type Fact,
} from './facts.ts';

/** One line of a waterfall: what stands beside it, what is drawn in it, what it says when asked. */
export interface Row {
  readonly kind: 'connection' | 'resource' | 'group' | 'push' | 'hint' | 'external';
  readonly name: string;
  /** Of the bytes in the bottleneck's strip. */
  readonly key?: StreamKey | undefined;
  readonly tags: readonly Tag[];
  /** HTTP status of a response that is an error. */
  readonly errorStatus?: number;
  /** Right of the name, e.g. the bytes. */
  readonly measure: string;
  /** The bytes served no one. */
  readonly wasteful?: boolean;
  readonly spans: readonly Span[];
  readonly marks: readonly Mark[];
  /** One sentence for those who cannot see the drawing. */
  readonly summary: string;
  readonly facts: readonly Fact[];
}

export type Tag =
  | 'push'
  | 'unused'
  | 'refused'
  | 'cancelled'
  | 'mismatch'
  | 'lost'
  | 'twice'
  | '103'
  | 'preload'
  | 'blocking'
  | 'failed'
  | 'cache';

export type SpanKind =
  | 'connect'
  | 'tls'
  | 'open'
  | 'queued'
  | 'wait'
  | 'receive'
  | 'arrival'
  | 'push-wait'
  | 'push-receive'
  | 'push-arrival'
  | 'waste-receive'
  | 'waste-arrival'
  | 'send'
  | 'hint'
  | 'failure';

export interface Span {
  readonly kind: SpanKind;
  readonly from: number;
  readonly to: number;
}

export interface Mark {
  readonly kind: 'promise' | 'adopted' | 'reset' | 'hint' | 'failure';
  readonly at: number;
}

export interface RowOptions {
  /** For the width of an arrival. */
  readonly bandwidthBps: number;
  /** ms that nobody could tell apart on the axis. */
  readonly resolutionMs: number;
  readonly keys: StreamKeys;
}

/** The rows of a waterfall, top to bottom: connections, resources, pushes and hints nobody used, the outside. */
export function waterfallRows(waterfall: Waterfall, options: RowOptions): readonly Row[] {
  const own = waterfall.resources.filter((resource) => !resource.external);
  const external = waterfall.resources.filter((resource) => resource.external);
  const used = new Map<PushLife, ResourceTimeline>();
  for (const resource of own) {
    const push = findPush(waterfall.pushes, resource);
    if (push) used.set(push, resource);
  }
  const pushOf = new Map([...used].map(([push, resource]) => [resource, push]));
  const hintOf = new Map(waterfall.hints.map((hint) => [hint.path, hint]));
  const hinted = new Set(own.map((resource) => resource.path));
  const unused = waterfall.pushes.filter((push) => !used.has(push));
  return [
    ...waterfall.connections.map((connection) => connectionRow(connection, waterfall.url)),
    ...own.map((resource) => resourceRow(resource, pushOf.get(resource), hintOf.get(resource.path), options)),
    ...(unused.length > 0 ? [groupRow(unused)] : []),
    ...unused.map((push) => pushRow(push, options)),
    ...waterfall.hints.filter((hint) => !hinted.has(hint.path)).map(hintRow),
    ...(external.length > 0 ? [externalRow(external)] : []),
  ];
}

/** The pushed stream a resource was read from. */
export function findPush(pushes: readonly PushLife[], resource: ResourceTimeline): PushLife | undefined {
  if (resource.deliveredBy !== 'push') return undefined;
  const sameUrl = pushes.filter((push) => push.url === resource.url);
  return (
    sameUrl.find(
      (push) => push.promisedStreamId === resource.streamId && push.connection === resource.connection,
    ) ?? sameUrl.find((push) => push.outcome === 'adopted')
  );
}

function connectionRow(connection: ConnectionTimeline, pageUrl: string): Row {
  const { connectStart, connectEnd, secureConnectionEnd, closed } = connection;
  const ready = secureConnectionEnd ?? connectEnd;
  const isApart = connection.host !== undefined && connection.host !== new URL(pageUrl).hostname;
  const toHost = isApart ? ` to ${connection.host}` : '';
  return {
    kind: 'connection',
    name: `connection ${connection.id}${toHost}`,
    tags: [],
    measure: connection.requestCount === 0 ? 'spare' : plural(connection.requestCount, 'request'),
    spans: [
      ...span('connect', connectStart, connectEnd),
      ...span('tls', connectEnd, secureConnectionEnd),
      ...span('open', ready, closed ?? Infinity),
    ],
    marks: [],
    summary: `Connection ${connection.id}${toHost}, ${plural(connection.requestCount, 'request')}: SYN at ${formatMs(connectStart)}, ready at ${formatMs(ready)}.`,
    facts: connectionFacts(connection),
  };
}

function resourceRow(
  resource: ResourceTimeline,
  push: PushLife | undefined,
  hint: HintLife | undefined,
  options: RowOptions,
): Row {
  const { startTime, requestStart, responseStart, responseEnd } = resource;
  const arrivals =
    push && push.arrivals.length > resource.arrivals.length ? push.arrivals : resource.arrivals;
  const [received, ended] = push
    ? [push.responseStart ?? responseStart, push.responseEnd ?? responseEnd]
    : [responseStart, responseEnd];
  const phases = push
    ? [
        ...span('push-wait', push.promiseReceived ?? push.promised, received),
        ...span('push-receive', received, ended),
      ]
    : [
        ...span('queued', startTime, requestStart),
        ...span('wait', requestStart, responseStart),
        ...span('receive', responseStart, responseEnd),
      ];
  const errorStatus = isErrorStatus(resource.status) ? resource.status : undefined;
  const unloaded = resource.failure !== undefined || resource.deliveredBy === 'none';
  const failed = unloaded || errorStatus !== undefined;
  return {
    kind: 'resource',
    name: shownPath(resource.path),
    key: options.keys.get(resource.url),
    tags: [
      ...tag('push', push !== undefined || resource.deliveredBy === 'push'),
      ...tag('103', hint?.how === 'early-hints' || (!hint && resource.initiator === 'early-hint')),
      ...tag(
        'preload',
        hint?.how === 'preload-header' ||
          hint?.how === 'preload-tag' ||
          (!hint && resource.initiator === 'preload'),
      ),
      ...tag('cache', resource.deliveredBy === 'cache'),
      ...tag('twice', resource.duplicate),
      ...tag('failed', failed),
      ...tag('blocking', resource.renderBlocking),
    ],
    ...(errorStatus !== undefined && { errorStatus }),
    measure: resource.deliveredBy === 'cache' ? '0\u00a0B' : formatBytes(resource.transferSize),
    spans: [
      ...(hint ? span('hint', hint.sent, hint.received) : []),
      ...phases,
      ...arrived(push ? 'push-arrival' : 'arrival', arrivals, received ?? 0, options),
      ...span('send', push?.sendStart ?? resource.sendStart, push?.sendEnd ?? resource.sendEnd),
      ...(unloaded && !push ? span('failure', startTime, responseEnd) : []),
    ],
    marks: [
      ...mark('promise', push?.promiseReceived ?? push?.promised),
      ...mark('adopted', push?.adopted),
      ...mark('hint', hint?.received),
      ...mark('failure', failed ? (responseEnd ?? startTime) : undefined),
    ],
    summary: `${resource.path}, ${DELIVERY_WORDS[resource.deliveredBy]}: asked for at ${formatMs(startTime)}, first byte ${formatMs(received)}, last byte ${formatMs(ended)}, ${formatBytes(resource.transferSize)}${errorStatus !== undefined ? `, status ${errorStatus}: an error` : ''}.`,
    facts: resourceFacts(resource, push, hint),
  };
}

/** Stands above the pushes that have no resource to be drawn with. */
function groupRow(unused: readonly PushLife[]): Row {
  const wasted = unused.reduce((total, push) => total + push.wastedBytes, 0);
  return {
    kind: 'group',
    name: unused.every(({ takenBy }) => takenBy !== undefined)
      ? 'Pushed for later pages'
      : 'Pushed for nothing',
    tags: [],
    wasteful: wasted > 0,
    measure: `${formatBytes(wasted)} wasted`,
    spans: [],
    marks: [],
    summary: `${plural(unused.length, 'push', 'pushes')} the page did not use, ${formatBytes(wasted)} wasted.`,
    facts: [
      ['Pushes', String(unused.length)],
      ['Wasted', formatBytes(wasted)],
    ],
  };
}

function pushRow(push: PushLife, options: RowOptions): Row {
  const wasted = push.wastedBytes > 0 || push.outcome !== 'adopted';
  return {
    kind: 'push',
    name: shownPath(push.path),
    key: options.keys.get(push.url),
    // That it was requested as well stands in the row of the request.
    tags: ['push', ...OUTCOME_TAGS[push.outcome]],
    wasteful: push.wastedBytes > 0,
    measure: formatBytes(push.wastedBytes > 0 ? push.wastedBytes : push.receivedBytes),
    spans: [
      ...span('push-wait', push.promiseReceived ?? push.promised, push.responseStart),
      ...span(wasted ? 'waste-receive' : 'push-receive', push.responseStart, push.responseEnd),
      ...arrived(wasted ? 'waste-arrival' : 'push-arrival', push.arrivals, push.responseStart ?? 0, options),
      ...span('send', push.sendStart, push.sendEnd),
    ],
    marks: [
      ...mark('promise', push.promiseReceived ?? push.promised),
      ...mark('adopted', push.outcome === 'adopted' && !push.takenBy ? push.adopted : undefined),
      ...mark('reset', push.reset),
    ],
    summary: `Pushed stream ${push.promisedStreamId}, ${push.path}, ${push.outcome}: promised at ${formatMs(push.promised)}, ${formatBytes(push.receivedBytes)} received, ${formatBytes(push.wastedBytes)} wasted.`,
    facts: pushFacts(push),
  };
}

function hintRow(hint: HintLife): Row {
  return {
    kind: 'hint',
    name: shownPath(hint.path),
    tags: [hint.how === 'early-hints' ? '103' : 'preload', 'unused'],
    measure: 'not fetched',
    spans: span('hint', hint.sent, hint.received),
    marks: mark('hint', hint.received),
    summary: `${hint.path} was hinted at ${formatMs(hint.sent)} and never fetched.`,
    facts: hintFacts(hint),
  };
}

/** All attempts to leave the lab in one row: there is nothing to see in each but that it failed. */
function externalRow(external: readonly ResourceTimeline[]): Row {
  return {
    kind: 'external',
    name: 'outside the lab',
    tags: ['failed'],
    measure: plural(external.length, 'attempt'),
    spans: external.flatMap((resource) => span('failure', resource.startTime, resource.responseEnd)),
    marks: external.flatMap((resource) => mark('failure', resource.responseEnd ?? resource.startTime)),
    summary: `${plural(external.length, 'request')} left the lab and failed, as designed.`,
    facts: externalFacts(external),
  };
}

function arrived(
  kind: SpanKind,
  arrivals: ResourceTimeline['arrivals'],
  earliest: number,
  options: RowOptions,
): readonly Span[] {
  return arrivalSpans(arrivals, options.bandwidthBps, earliest, options.resolutionMs).flatMap(([from, to]) =>
    span(kind, from, to),
  );
}

/** What came before navigationStart, on a connection that was open, is not drawn. */
function span(kind: SpanKind, from: number | undefined, to: number | undefined): readonly Span[] {
  if (from === undefined || to === undefined || to < Math.max(from, 0)) return [];
  return [{ kind, from: Math.max(from, 0), to }];
}

function mark(kind: Mark['kind'], at: number | undefined): readonly Mark[] {
  return at === undefined || at < 0 ? [] : [{ kind, at }];
}

function tag(name: Tag, present: boolean): readonly Tag[] {
  return present ? [name] : [];
}

const DELIVERY_WORDS: Readonly<Record<ResourceTimeline['deliveredBy'], string>> = {
  request: 'requested',
  push: 'pushed',
  cache: 'from the cache',
  none: 'failed',
};

export const OUTCOME_TAGS: Readonly<Record<PushLife['outcome'], readonly Tag[]>> = {
  adopted: [],
  unclaimed: ['unused'],
  refused: ['refused'],
  'cancelled-by-client': ['cancelled'],
  'cancelled-by-server': ['cancelled'],
  mismatch: ['mismatch'],
  'not-received': ['lost'],
};
