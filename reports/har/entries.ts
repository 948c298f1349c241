import type { Content, Entry, Request, Response } from 'har-format';
import type { Results } from '../../lab/run/results.ts';
import type { RequestRecord } from '../../lab/trace/browser-evidence.ts';
import type { HintLife, PushLife, ResourceTimeline } from '../../lab/trace/waterfall.ts';
import { fieldValue, messageKey, type HeaderField, type Http2Messages } from '../http2-messages.ts';
import { dateTime, pageId, startOf, type HarLoad } from './load.ts';
import { pushTiming, requestTiming, type EntryTiming, type Opening } from './timings.ts';

/** The life of a push in ms since the page's timeOrigin, beside what HAR has names for. */
type PushMark = Omit<PushLife, 'url' | 'path' | 'arrivals' | 'connection'> & {
  /** When the page wanted the resource. */
  readonly wanted?: number | undefined;
};

interface LabEntry extends Entry {
  readonly _deliveredBy: ResourceTimeline['deliveredBy'];
  readonly _http2_stream_id?: number | undefined;
  readonly _push?: PushMark | undefined;
  /** The 103 or Link field that announced it. */
  readonly _hint?: HintLife | undefined;
  /** 103 responses that came before the final one. */
  readonly _interimResponses?: readonly (readonly HeaderField[])[] | undefined;
  /** Pushed and requested as well: one of the two was for nothing. */
  readonly _duplicate?: boolean | undefined;
}

/** In order of start. */
export function pageEntries(load: HarLoad, site: Results['site']): Entry[] {
  const { waterfall } = load;
  const unmatched = new Set(load.requests);
  const wantedPushes = new Map<string, { row: ResourceTimeline; record: RequestRecord | undefined }>();
  const timed: { readonly timing: EntryTiming; readonly entry: LabEntry }[] = [];
  const openings = openingsOf(load);
  for (const row of waterfall.resources) {
    const record = takeRecord(row, waterfall.timeOriginMonotonicMs, unmatched);
    if (row.deliveredBy === 'push' && row.connection !== undefined && row.streamId !== undefined) {
      wantedPushes.set(messageKey(row.connection, row.streamId), { row, record });
      continue;
    }
    const timing = requestTiming(row, openings.get(row));
    timed.push({ timing, entry: requestEntry(load, row, record, timing, site) });
  }
  for (const push of waterfall.pushes) {
    const timing = pushTiming(push);
    const wanted = wantedPushes.get(messageKey(push.connection, push.promisedStreamId));
    timed.push({ timing, entry: pushEntry(load, push, wanted?.row, wanted?.record, timing, site) });
  }
  return timed.sort((a, b) => a.timing.startTime - b.timing.startTime).map(({ entry }) => entry);
}

/** Which request a connection was opened for: the first on it, unless it was ready before that was wanted. */
function openingsOf({ waterfall, tlsEnds }: HarLoad): ReadonlyMap<ResourceTimeline, Opening> {
  const openings = new Map<ResourceTimeline, Opening>();
  for (const connection of waterfall.connections) {
    const [first] = waterfall.resources
      .filter((row) => row.connection === connection.id && row.deliveredBy !== 'push')
      .filter(({ requestStart }) => requestStart !== undefined)
      .toSorted((a, b) => a.requestStart! - b.requestStart!);
    const tlsEnd = tlsEnds.get(connection.id);
    if (first === undefined || (tlsEnd ?? first.requestStart!) <= first.startTime) continue;
    openings.set(first, { connection, tlsEnd });
  }
  return openings;
}

function requestEntry(
  load: HarLoad,
  row: ResourceTimeline,
  record: RequestRecord | undefined,
  timing: EntryTiming,
  site: Results['site'],
): LabEntry {
  const messages = messagesOf(load, row.connection, row.streamId);
  const hint = load.waterfall.hints.find(({ path }) => path === row.path);
  const bodyBytes = row.arrivals.reduce((sum, [, bytes]) => sum + bytes, 0);
  const cached = row.deliveredBy === 'cache';
  return {
    ...common(load, timing),
    request: requestOf(row.url, messages, record),
    response: {
      ...responseOf(messages, record, row.status ?? 0),
      content: contentOf(row.path, bodyBytes, messages, record, site, cached),
      bodySize: bodyBytes,
      _transferSize: row.transferSize,
      ...(row.failure !== undefined && { _error: row.failure }),
    },
    ...(row.connection !== undefined && { connection: String(row.connection) }),
    ...browserFields(row, record),
    ...(cached && { _fromCache: record?.fromMemoryCache === true ? ('memory' as const) : ('disk' as const) }),
    _deliveredBy: row.deliveredBy,
    _http2_stream_id: row.streamId,
    _hint: hint,
    _interimResponses: messages.interim,
    _duplicate: row.duplicate || undefined,
  };
}

function pushEntry(
  load: HarLoad,
  push: PushLife,
  row: ResourceTimeline | undefined,
  record: RequestRecord | undefined,
  timing: EntryTiming,
  site: Results['site'],
): LabEntry {
  const messages = messagesOf(load, push.connection, push.promisedStreamId);
  const { url, path, connection } = push;
  const status = push.responseStart === undefined ? 0 : (row?.status ?? 200);
  return {
    ...common(load, timing),
    request: requestOf(url, messages, record),
    response: {
      ...responseOf(messages, record, status),
      content: contentOf(path, push.receivedBytes, messages, record, site, false),
      bodySize: push.receivedBytes,
      _transferSize: row?.transferSize ?? push.receivedBytes,
    },
    connection: String(connection),
    ...(row && browserFields(row, record)),
    // A promise that never arrived is none to the browser.
    ...(push.promiseReceived !== undefined && { _was_pushed: 1 }),
    _deliveredBy: push.outcome === 'adopted' ? 'push' : 'none',
    _http2_stream_id: push.promisedStreamId,
    _push: { ...lifeOf(push), wanted: row?.startTime },
    _duplicate: push.duplicate || undefined,
  };
}

/** All but what stands elsewhere in the entry. */
function lifeOf(push: PushLife): PushMark {
  const life: Partial<PushLife> = { ...push };
  for (const name of ['url', 'path', 'arrivals', 'connection'] as const) delete life[name];
  return life as PushMark;
}

function common(
  load: HarLoad,
  { startTime, time, timings }: EntryTiming,
): Pick<Entry, 'pageref' | 'startedDateTime' | 'time' | 'timings' | 'cache'> {
  return {
    pageref: pageId(load),
    startedDateTime: dateTime(startOf(load.trial, load.waterfall) + startTime),
    time,
    timings,
    cache: {},
  };
}

/** DevTools reads `_initiator` as an object and refuses a file in which it is a string. */
function browserFields(row: ResourceTimeline, record: RequestRecord | undefined): Partial<Entry> {
  return {
    _initiator: { type: row.initiator, ...(record?.initiatorUrl && { url: record.initiatorUrl }) },
    _initiator_type: row.initiator,
    _resourceType: row.type,
    _renderBlocking: row.renderBlocking ? 'blocking' : 'non_blocking',
    ...(row.priority !== undefined && { _priority: row.priority }),
    ...(record && { _initialPriority: record.initialPriority }),
  };
}

function requestOf(url: string, { request }: Http2Messages, record: RequestRecord | undefined): Request {
  const query = URL.canParse(url) ? [...new URL(url).searchParams] : [];
  return {
    method: record?.method ?? fieldValue(request, ':method') ?? 'GET',
    url,
    httpVersion: record?.response?.protocol || 'h2',
    cookies: [],
    headers: (request ?? []).map((field) => ({ ...field })),
    queryString: query.map(([name, value]) => ({ name, value })),
    headersSize: -1,
    bodySize: 0,
  };
}

function responseOf(
  { response }: Http2Messages,
  record: RequestRecord | undefined,
  status: number,
): Omit<Response, 'content' | 'bodySize'> {
  return {
    status: Number(fieldValue(response, ':status') ?? status),
    statusText: '',
    httpVersion: record?.response?.protocol || 'h2',
    cookies: [],
    headers: (response ?? []).map((field) => ({ ...field })),
    redirectURL: fieldValue(response, 'location') ?? record?.redirectedTo ?? '',
    headersSize: -1,
  };
}

/** The length before compression is the site's; it is known for what arrived whole. */
function contentOf(
  path: string,
  bodyBytes: number,
  { response }: Http2Messages,
  record: RequestRecord | undefined,
  { resources }: Results['site'],
  cached: boolean,
): Content {
  const resource = resources.find((candidate) => candidate.path === path);
  const whole = resource !== undefined && (cached || resource.encodedBytes === bodyBytes);
  return {
    size: whole ? resource.sizeBytes : bodyBytes,
    ...(whole && !cached && { compression: resource.sizeBytes - bodyBytes }),
    mimeType:
      fieldValue(response, 'content-type') ??
      (record?.response?.mimeType || resource?.contentType || 'x-unknown'),
  };
}

function messagesOf(
  load: HarLoad,
  connection: number | undefined,
  streamId: number | undefined,
): Http2Messages {
  if (connection === undefined || streamId === undefined) return {};
  return load.messages.get(messageKey(connection, streamId)) ?? {};
}

/** The row was made from the request of its URL that began when it did. */
function takeRecord(
  row: ResourceTimeline,
  originMs: number,
  unmatched: Set<RequestRecord>,
): RequestRecord | undefined {
  let nearest: RequestRecord | undefined;
  const distance = (record: RequestRecord): number =>
    Math.abs(record.startMonotonicMs - originMs - row.startTime);
  for (const record of unmatched) {
    if (record.url !== row.url) continue;
    if (nearest === undefined || distance(record) < distance(nearest)) nearest = record;
  }
  if (nearest !== undefined) unmatched.delete(nearest);
  return nearest;
}
