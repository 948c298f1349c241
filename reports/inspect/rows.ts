import type { InspectedPush, InspectedRequest } from '../../lab/inspect/inspection.ts';
import { pathOf } from '../../lab/trace/path-of.ts';
import { OUTCOME_WORDS } from '../digest.ts';
import { formatBytes, formatMs } from '../format.ts';
import type { Fact } from '../html/facts.ts';
import { OUTCOME_TAGS, type Mark, type Row, type Span, type SpanKind } from '../html/rows.ts';

/** Rows of one session, in order of start; times count from `originMs`. */
export function streamRows(
  requests: readonly InspectedRequest[],
  pushes: readonly InspectedPush[],
  originMs: number,
): readonly Row[] {
  const rows = [
    ...requests.map((request) => ({ at: request.startedMs, row: requestRow(request, originMs) })),
    ...pushes.map((push) => ({ at: startOf(push), row: pushRow(push, originMs) })),
  ];
  return rows.sort((left, right) => (left.at ?? 0) - (right.at ?? 0)).map(({ row }) => row);
}

/** When anything was first heard of it. */
export function startOf({ promisedMs, responseStartMs, adoptedMs }: InspectedPush): number | null {
  return promisedMs ?? responseStartMs ?? adoptedMs;
}

function requestRow(request: InspectedRequest, originMs: number): Row {
  const { url, status, receivedBytes, startedMs, responseStartMs, responseEndMs } = request;
  const failed = status !== null && status >= 400;
  return {
    kind: 'resource',
    name: nameOf(url),
    tags: failed ? ['failed'] : [],
    ...(failed && { errorStatus: status }),
    measure: formatBytes(receivedBytes),
    spans: [
      ...span('wait', startedMs, responseStartMs ?? responseEndMs, originMs),
      ...span('arrival', responseStartMs, responseEndMs, originMs),
    ],
    marks: failed ? mark('failure', responseEndMs ?? startedMs, originMs) : [],
    summary: `${nameOf(url)}, requested: sent at ${msText(startedMs)}, headers ${msText(responseStartMs)}, end ${msText(responseEndMs)}, ${formatBytes(receivedBytes)}.`,
    facts: [
      ['URL', url],
      ...streamFact(request.streamId),
      ...(status === null ? [] : [['Status', String(status)] as const]),
      ['Received', formatBytes(receivedBytes)],
      ['Sent', msText(startedMs)],
      ['Headers', msText(responseStartMs)],
      ['End', msText(responseEndMs)],
    ],
  };
}

function pushRow(push: InspectedPush, originMs: number): Row {
  const { url, outcome, receivedBytes, wastedBytes, responseStartMs, responseEndMs } = push;
  const wasted = outcome !== 'adopted';
  return {
    kind: 'push',
    name: nameOf(url),
    tags: ['push', ...OUTCOME_TAGS[outcome], ...(push.duplicate ? (['twice'] as const) : [])],
    wasteful: wastedBytes > 0,
    measure: formatBytes(wastedBytes > 0 ? wastedBytes : receivedBytes),
    spans: [
      ...span('push-wait', push.promisedMs, responseStartMs, originMs),
      // A HAR knows when the page took it and when it was there.
      ...(responseStartMs === null
        ? span(wasted ? 'waste-receive' : 'push-receive', push.adoptedMs, responseEndMs, originMs)
        : span(wasted ? 'waste-arrival' : 'push-arrival', responseStartMs, responseEndMs, originMs)),
    ],
    marks: [
      ...mark('promise', push.promisedMs, originMs),
      ...mark('adopted', push.adoptedMs, originMs),
      ...mark('reset', push.resetMs, originMs),
    ],
    summary: `${nameOf(url)}, pushed: ${outcome}, promised at ${msText(push.promisedMs)}, ${formatBytes(receivedBytes)} received, ${formatBytes(wastedBytes)} wasted.`,
    facts: [
      ['URL', url],
      ['Outcome', `${outcome}: ${OUTCOME_WORDS[outcome]}`],
      ...(push.reason === null ? [] : [['Reset', push.reason] as const]),
      ...streamFact(push.promisedStreamId),
      ['Received, of it wasted', `${formatBytes(receivedBytes)}, ${formatBytes(wastedBytes)}`],
      ['Promised', msText(push.promisedMs)],
      ['Taken', msText(push.adoptedMs)],
      ['Headers', msText(responseStartMs)],
      ['Last byte', msText(responseEndMs)],
    ],
  };
}

/** A promise that came before the log began has no URL. */
export function nameOf(url: string): string {
  return url === '' ? '(promised before the log began)' : pathOf(url);
}

export function msText(ms: number | null): string {
  return formatMs(ms ?? undefined);
}

function streamFact(streamId: number | null): readonly Fact[] {
  return streamId === null ? [] : [['Stream', String(streamId)]];
}

function span(kind: SpanKind, from: number | null, to: number | null, originMs: number): readonly Span[] {
  return from === null || to === null || to < from
    ? []
    : [{ kind, from: from - originMs, to: to - originMs }];
}

function mark(kind: Mark['kind'], at: number | null, originMs: number): readonly Mark[] {
  return at === null ? [] : [{ kind, at: at - originMs }];
}
