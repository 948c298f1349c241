import type {
  RequestFailure,
  RequestRecord,
  RequestTiming,
  ResponseRecord,
} from '../trace/browser-evidence.ts';
import { asBoolean, asNumber, asRecord, asString, type Untyped } from './untyped.ts';

/** An event of CDP's Network domain, as it came. */
export interface NetworkEvent {
  /** e.g. `Network.requestWillBeSent` */
  readonly method: NetworkEventName;
  readonly params: Untyped;
}

export const NETWORK_EVENTS = [
  'Network.requestWillBeSent',
  'Network.responseReceived',
  'Network.loadingFinished',
  'Network.loadingFailed',
  'Network.resourceChangedPriority',
  'Network.requestServedFromCache',
] as const;
export type NetworkEventName = (typeof NETWORK_EVENTS)[number];

type Draft = { -readonly [Key in keyof RequestRecord]: RequestRecord[Key] } & {
  priorityChanges: { timeMonotonicMs: number; priority: string }[];
};

/**
 * One record per request, in order of start. CDP's times, in seconds, are the trace's and NetLog's clock.
 *
 * @param mainFrameId tells the page's document from those of frames in it
 */
export function requestsFromCdp(events: readonly NetworkEvent[], mainFrameId: string): RequestRecord[] {
  const records: Draft[] = [];
  /** The hop a request id stands for at present. */
  const current = new Map<string, Draft>();
  for (const { method, params } of events) {
    const requestId = asString(params['requestId']) ?? '';
    if (method === 'Network.requestWillBeSent') {
      const previous = current.get(requestId);
      const record = startRecord(requestId, params, mainFrameId);
      if (previous && params['redirectResponse'] !== undefined) {
        endHop(previous, record, asRecord(params['redirectResponse']));
      }
      if (record.url.startsWith('data:')) continue;
      records.push(record);
      current.set(requestId, record);
      continue;
    }
    const record = current.get(requestId);
    if (record) note(record, method, params);
  }
  return records.sort((a, b) => a.startMonotonicMs - b.startMonotonicMs);
}

/**
 * The events of each of several navigations of one page. A request belongs to the navigation during which it began,
 * whenever it ends.
 *
 * @param starts where in `events` each navigation began, ascending
 */
export function eventsByNavigation(
  events: readonly NetworkEvent[],
  starts: readonly number[],
): NetworkEvent[][] {
  const parts: NetworkEvent[][] = starts.map(() => []);
  const owners = new Map<string, number>();
  for (const [index, event] of events.entries()) {
    const requestId = asString(event.params['requestId']) ?? '';
    const owner = owners.get(requestId) ?? starts.findLastIndex((start) => start <= index);
    owners.set(requestId, owner);
    parts[owner]?.push(event);
  }
  return parts;
}

/** The loader of the page's last document: also the `navigationId` of its events in the trace. */
export function mainDocumentLoader(
  events: readonly NetworkEvent[],
  mainFrameId: string,
): { loaderId: string; url: string } | undefined {
  const documents = events.filter(
    ({ method, params }) => method === 'Network.requestWillBeSent' && isMainDocument(params, mainFrameId),
  );
  const params = documents.at(-1)?.params;
  const loaderId = asString(params?.['loaderId']);
  if (params === undefined || loaderId === undefined) return undefined;
  return { loaderId, url: asString(asRecord(params['request'])['url']) ?? '' };
}

function isMainDocument(params: Untyped, mainFrameId: string): boolean {
  return (
    params['type'] === 'Document' &&
    params['frameId'] === mainFrameId &&
    params['requestId'] === params['loaderId']
  );
}

function startRecord(requestId: string, params: Untyped, mainFrameId: string): Draft {
  const request = asRecord(params['request']);
  const initiator = asRecord(params['initiator']);
  return {
    requestId,
    url: asString(request['url']) ?? '',
    method: asString(request['method']) ?? '',
    resourceType: asString(params['type']) ?? 'Other',
    initiatorType: asString(initiator['type']) ?? 'other',
    initiatorUrl: asString(initiator['url']) ?? scriptOf(initiator['stack']),
    isMainDocument: isMainDocument(params, mainFrameId),
    startMonotonicMs: secondsToMs(params['timestamp']) ?? Number.NaN,
    initialPriority: asString(request['initialPriority']) ?? '',
    priorityChanges: [],
    fromMemoryCache: false,
  };
}

/** The script that was running; of what a promise or timer runs, the one that had set it up. */
function scriptOf(stack: unknown): string | undefined {
  for (let level = 0, at = stack; at !== undefined && level < MOST_STACKS; level++) {
    const { callFrames, parent } = asRecord(at);
    const urls = Array.isArray(callFrames) ? callFrames.map((frame) => asString(asRecord(frame)['url'])) : [];
    const found = urls.find((url) => url !== undefined && url !== '');
    if (found !== undefined) return found;
    at = parent;
  }
  return undefined;
}

const MOST_STACKS = 32;

function note(record: Draft, method: NetworkEventName, params: Untyped): void {
  const timeMonotonicMs = secondsToMs(params['timestamp']) ?? Number.NaN;
  switch (method) {
    case 'Network.responseReceived':
      record.response = readResponse(asRecord(params['response']), timeMonotonicMs);
      // A preload is typed by what it turns out to be.
      record.resourceType = asString(params['type']) ?? record.resourceType;
      break;
    case 'Network.loadingFinished':
      record.finishedMonotonicMs = timeMonotonicMs;
      record.encodedDataLength = asNumber(params['encodedDataLength']);
      break;
    case 'Network.loadingFailed':
      record.failure = readFailure(params, timeMonotonicMs);
      break;
    case 'Network.resourceChangedPriority':
      record.priorityChanges.push({ timeMonotonicMs, priority: asString(params['newPriority']) ?? '' });
      break;
    case 'Network.requestServedFromCache':
      record.fromMemoryCache = true;
      break;
    case 'Network.requestWillBeSent':
      break;
  }
}

function endHop(hop: Draft, next: Draft, redirectResponse: Untyped): void {
  hop.redirectedTo = next.url;
  hop.response = readResponse(redirectResponse, next.startMonotonicMs);
  hop.finishedMonotonicMs = next.startMonotonicMs;
  hop.encodedDataLength = asNumber(redirectResponse['encodedDataLength']);
}

function readResponse(response: Untyped, receivedMonotonicMs: number): ResponseRecord {
  return {
    receivedMonotonicMs,
    status: asNumber(response['status']) ?? 0,
    mimeType: asString(response['mimeType']) ?? '',
    protocol: asString(response['protocol']) ?? '',
    fromDiskCache: asBoolean(response['fromDiskCache']) ?? false,
    fromPrefetchCache: asBoolean(response['fromPrefetchCache']) ?? false,
    fromServiceWorker: asBoolean(response['fromServiceWorker']) ?? false,
    fromEarlyHints: asBoolean(response['fromEarlyHints']) ?? false,
    // 0 where no connection was used.
    socketId: asNumber(response['connectionId']) || undefined,
    connectionReused: asBoolean(response['connectionReused']) ?? false,
    timing: response['timing'] === undefined ? undefined : readTiming(asRecord(response['timing'])),
  };
}

/** requestTime, pushStart and pushEnd are seconds on the monotonic clock; the rest ms after requestTime, -1 for never. */
function readTiming(timing: Untyped): RequestTiming | undefined {
  const requestMonotonicMs = secondsToMs(timing['requestTime']);
  if (requestMonotonicMs === undefined) return undefined;
  const at = (name: string): number | undefined => {
    const offsetMs = asNumber(timing[name]);
    return offsetMs === undefined || offsetMs < 0 ? undefined : requestMonotonicMs + offsetMs;
  };
  return {
    requestMonotonicMs,
    connectStartMonotonicMs: at('connectStart'),
    connectEndMonotonicMs: at('connectEnd'),
    sslStartMonotonicMs: at('sslStart'),
    sslEndMonotonicMs: at('sslEnd'),
    sendStartMonotonicMs: at('sendStart'),
    sendEndMonotonicMs: at('sendEnd'),
    receiveHeadersEndMonotonicMs: at('receiveHeadersEnd'),
    pushStartMonotonicMs: secondsToMs(timing['pushStart']) || undefined,
    pushEndMonotonicMs: secondsToMs(timing['pushEnd']) || undefined,
  };
}

function readFailure(params: Untyped, timeMonotonicMs: number): RequestFailure {
  return {
    timeMonotonicMs,
    errorText: asString(params['errorText']) ?? '',
    blockedReason: asString(params['blockedReason']),
    canceled: asBoolean(params['canceled']) ?? false,
  };
}

function secondsToMs(value: unknown): number | undefined {
  const seconds = asNumber(value);
  return seconds === undefined ? undefined : seconds * 1000;
}
