import type { ConnectionTimeline, HintLife, PushLife, ResourceTimeline } from '../../lab/trace/waterfall.ts';
import { OUTCOME_WORDS } from '../digest.ts';
import { formatBytes, formatMs, plural } from '../format.ts';

/** A line of a row's details; an empty value makes the label a heading. */
export type Fact = readonly [label: string, value: string];

export function connectionFacts(connection: ConnectionTimeline): readonly Fact[] {
  const { connectStart, connectEnd, secureConnectionEnd, closed } = connection;
  return [
    ['Opened by', connection.requestCount === 0 ? 'the browser, and never used' : 'a request'],
    ['Requests', String(connection.requestCount)],
    ...time('SYN sent', connectStart),
    ...time('SYN-ACK at the browser', connectEnd, connectStart),
    ...time('TLS ready at the server', secureConnectionEnd, connectEnd),
    ...time('Closed', closed),
  ];
}

export function resourceFacts(
  resource: ResourceTimeline,
  push: PushLife | undefined,
  hint: HintLife | undefined,
): readonly Fact[] {
  return [
    ['Type', resource.renderBlocking ? `${resource.type}, blocks the first paint` : resource.type],
    ['Delivered by', resource.deliveredBy],
    ['Initiator', resource.initiator],
    ...text('Priority', resource.priority),
    ...text('Connection, stream', place(resource.connection, resource.streamId)),
    ...text('Status', resource.status),
    ...text('Failure', resource.failure),
    ['On the wire', formatBytes(resource.transferSize)],
    ...(hint ? [...hintFacts(hint), ...headStart(hint, resource)] : []),
    ['Timeline', ''],
    ...time('Browser wants it', resource.startTime),
    ...(push ? [] : time('Request sent', resource.requestStart, resource.startTime)),
    ...time('Request at the server', resource.requestReceived, resource.requestStart),
    ...(push ? [] : serverTimes(resource)),
    ...(push
      ? []
      : [
          ...time('Response headers', resource.responseStart, resource.requestStart),
          ...time('Last byte', resource.responseEnd, resource.responseStart),
        ]),
    ...(push ? pushFacts(push) : []),
    ...(resource.duplicate ? [['Duplicate', 'pushed and requested: one was for nothing'] as const] : []),
  ];
}

export function pushFacts(push: PushLife): readonly Fact[] {
  return [
    ['Push', ''],
    ['Outcome', `${push.outcome}: ${OUTCOME_WORDS[push.outcome]}`],
    ['Promised stream', `${push.promisedStreamId}, promised on stream ${push.associatedStreamId}`],
    ...time('PUSH_PROMISE written', push.promised),
    ...time('PUSH_PROMISE at the browser', push.promiseReceived, push.promised),
    ...serverTimes(push),
    ...time('Response headers', push.responseStart, push.promiseReceived),
    ...time('Last byte', push.responseEnd, push.responseStart),
    ...time('Adopted', push.adopted),
    ...time('Reset', push.reset),
    ...text('Reason', push.resetReason),
    ['Received', formatBytes(push.receivedBytes)],
    ['Wasted', formatBytes(push.wastedBytes)],
    ...(push.duplicate ? [['Duplicate', 'the page requested it as well'] as const] : []),
  ];
}

export function hintFacts(hint: HintLife): readonly Fact[] {
  return [
    [hint.how === 'early-hints' ? 'Early hint (103)' : 'Link: rel=preload', ''],
    ...time('Hint written', hint.sent),
    ...time('Hint at the browser', hint.received, hint.sent),
    ...time('Hinted request at the server', hint.requested),
    ['Used by the page', hint.used ? 'yes' : 'no'],
  ];
}

export function externalFacts(external: readonly ResourceTimeline[]): readonly Fact[] {
  const shown = external.slice(0, MOST_EXTERNALS);
  const rest = external.length - shown.length;
  return [
    ...shown.flatMap((resource): readonly Fact[] => [
      [resource.url, ''],
      ...time('Tried', resource.startTime),
      ...time('Failed', resource.responseEnd, resource.startTime),
      ...text('Failure', resource.failure),
    ]),
    ...(rest > 0 ? [[`and ${plural(rest, 'more', 'more')}`, ''] as const] : []),
  ];
}

function headStart(hint: HintLife, resource: ResourceTimeline): readonly Fact[] {
  const left = resource.requestStart;
  return left === undefined || hint.received === undefined
    ? []
    : [['Request after the hint', since(left, hint.received)]];
}

function serverTimes(stream: Pick<PushLife, 'sendStart' | 'sendEnd'>): readonly Fact[] {
  return [
    ...time('First byte sent', stream.sendStart),
    ...time('Last byte sent', stream.sendEnd, stream.sendStart),
  ];
}

/** When, and how long after what came before it. */
function time(label: string, at: number | undefined, after?: number): readonly Fact[] {
  if (at === undefined) return [];
  return [[label, after === undefined ? formatMs(at) : `${formatMs(at)}  ${since(at, after)}`]];
}

function since(at: number, after: number): string {
  return at >= after ? `+${formatMs(at - after)}` : formatMs(at - after);
}

function text(label: string, value: string | number | undefined): readonly Fact[] {
  return value === undefined ? [] : [[label, String(value)]];
}

function place(connection: number | undefined, streamId: number | undefined): string | undefined {
  if (connection === undefined) return undefined;
  return streamId === undefined ? String(connection) : `${connection}, ${streamId}`;
}

// A tooltip that does not fit the screen tells nothing.
const MOST_EXTERNALS = 6;
