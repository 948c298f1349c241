import type {
  BodyTimes,
  ConnectionTimeline,
  HintLife,
  PushLife,
  ResourceTimeline,
} from '../../lab/trace/waterfall.ts';
import { OUTCOME_WORDS } from '../digest.ts';
import { formatBytes, formatMs, formatShiftMs, plural } from '../format.ts';

/** A line of a row's details; an empty value makes the label a heading. */
export type Fact = readonly [label: string, value: string];

const PROTOCOL_WORDS = { h2: 'HTTP/2', h1: 'HTTP/1.1, one request at a time' } as const;

/** Something that happened, or did not. */
type Moment = readonly [label: string, at: number | undefined];

export function connectionFacts(connection: ConnectionTimeline): readonly Fact[] {
  const { connectStart, connectEnd, secureConnectionEnd, closed } = connection;
  return [
    ...text('Host', connection.host),
    ['Opened by', connection.requestCount === 0 ? 'the browser, and never used' : 'a request'],
    ...text('Protocol', connection.protocol && PROTOCOL_WORDS[connection.protocol]),
    ['Requests', String(connection.requestCount)],
    ...timeline([
      ['SYN sent', connectStart],
      ['SYN-ACK at the browser', connectEnd],
      ['TLS ready at the server', secureConnectionEnd],
      ['Closed', closed],
    ]),
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
    ...(push ? [] : text('Flight', resource.flight)),
    ...text('Connection, stream', place(resource.connection, resource.streamId)),
    ...text('Status', statusWords(resource.status)),
    ...text('Failure', resource.failure),
    ['On the wire', formatBytes(resource.transferSize)],
    ...(push ? [] : text('Trailers', trailerText(resource.trailers))),
    ...(hint ? [...hintWords(hint), ...headStart(hint, resource)] : []),
    ...(push ? pushWords(push) : []),
    ...(resource.duplicate ? [['Duplicate', 'pushed and requested: one was for nothing'] as const] : []),
    ...timeline([
      ...(hint ? hintMoments(hint, resource) : []),
      ['Browser wants it', resource.startTime],
      ...(push
        ? pushMoments(push)
        : ([
            ['Request sent', resource.requestStart],
            ['Request at the server', resource.requestReceived],
            ...serverMoments(resource),
            ['Response headers', resource.responseStart],
            ['Last byte', resource.responseEnd],
          ] as const)),
    ]),
  ];
}

export function pushFacts(push: PushLife): readonly Fact[] {
  return [...pushWords(push), ...timeline(pushMoments(push))];
}

export function hintFacts(hint: HintLife): readonly Fact[] {
  return [...hintWords(hint), ...timeline(hintMoments(hint))];
}

function pushWords(push: PushLife): readonly Fact[] {
  return [
    ['Push', ''],
    ['Outcome', `${push.outcome}: ${OUTCOME_WORDS[push.outcome]}`],
    ...text('Promised to', push.promisedTo && 'an earlier page; this one took it over'),
    ...text('Used by', push.takenBy && 'a later page, for which it was left over'),
    ['Promised stream', `${push.promisedStreamId}, promised on stream ${push.associatedStreamId}`],
    ...text('Because', push.cause?.text),
    ...text('Reason', push.resetReason),
    ...text('Trailers', trailerText(push.trailers)),
    ...text('Flight', push.flight),
    ['Received', formatBytes(push.receivedBytes)],
    ['Wasted', formatBytes(push.wastedBytes)],
    ...(push.duplicate ? [['Duplicate', 'the page requested it as well'] as const] : []),
  ];
}

function trailerText(trailers: readonly string[] | undefined): string | undefined {
  return trailers?.join('; ');
}

function pushMoments(push: PushLife): readonly Moment[] {
  return [
    ['PUSH_PROMISE written', push.promised],
    ['PUSH_PROMISE at the browser', push.promiseReceived],
    ...serverMoments(push),
    ['Response headers', push.responseStart],
    ['Last byte', push.responseEnd],
    ['Adopted', push.adopted],
    ['Given to the page', push.used],
    ['Reset', push.reset],
  ];
}

function hintWords(hint: HintLife): readonly Fact[] {
  return [
    [hint.how === 'early-hints' ? 'Early hint (103)' : 'Link: rel=preload', ''],
    ['Used by the page', hint.used ? 'yes' : 'no'],
    ...(hint.headStartMs === undefined
      ? []
      : [['Head start, before the page wanted it', formatShiftMs(hint.headStartMs)] as const]),
    ...(hint.wastedBytes ? [['Wasted', formatBytes(hint.wastedBytes)] as const] : []),
  ];
}

/** The request's arrival is a moment of its resource too, where there is one. */
function hintMoments(hint: HintLife, resource?: ResourceTimeline): readonly Moment[] {
  return [
    ['Hint written', hint.sent],
    ['Hint past the bottleneck', hint.passed],
    ['Hint at the browser', hint.received],
    ['Page itself wants it', hint.wanted],
    ['Hinted request at the server', resource?.requestReceived === undefined ? hint.requested : undefined],
  ];
}

export function externalFacts(external: readonly ResourceTimeline[]): readonly Fact[] {
  const shown = external.slice(0, MOST_EXTERNALS);
  const rest = external.length - shown.length;
  return [
    ...shown.flatMap((resource): readonly Fact[] => [
      [resource.url, ''],
      ['Tried', formatMs(resource.startTime)],
      ...text('Failed', resource.responseEnd === undefined ? undefined : formatMs(resource.responseEnd)),
      ...text('Failure', resource.failure),
    ]),
    ...(rest > 0 ? [[`and ${plural(rest, 'more', 'more')}`, ''] as const] : []),
  ];
}

/** How long after the hint its request left; negative where the browser had found the resource before. */
function headStart({ received }: HintLife, { requestStart }: ResourceTimeline): readonly Fact[] {
  return received === undefined || requestStart === undefined
    ? []
    : [['Request after the hint', formatShiftMs(requestStart - received)]];
}

function serverMoments(stream: Pick<PushLife, 'sendStart' | 'sendEnd'> & BodyTimes): readonly Moment[] {
  return [
    ['First byte in the send buffer', stream.bufferStart],
    ['First byte sent', stream.sendStart],
    ['First byte past the bottleneck', stream.passStart],
    ['Last byte sent', stream.sendEnd],
    ['Last byte past the bottleneck', stream.passEnd],
    ["Last byte at the browser's socket", stream.arriveEnd],
  ];
}

/** In the order in which they happened, each with the time since the line above it. */
function timeline(moments: readonly Moment[]): readonly Fact[] {
  const happened = moments
    .flatMap(([label, at]) => (at === undefined ? [] : [{ label, at }]))
    .sort((a, b) => a.at - b.at);
  const lines = happened.map(({ label, at }, index): Fact => {
    const before = happened[index - 1]?.at;
    return [label, before === undefined ? formatMs(at) : `${formatMs(at)}  +${formatMs(at - before)}`];
  });
  return lines.length === 0 ? [] : [['Timeline, + since the line above', ''], ...lines];
}

function statusWords(status: number | undefined): string | undefined {
  if (status === undefined) return undefined;
  if (status === 421)
    return '421: this connection does not stand for that host; the browser asks again on another';
  return isErrorStatus(status) ? `${status}: an error came instead of the file` : String(status);
}

/** RFC 9110 §15: 4xx client error, 5xx server error. */
export function isErrorStatus(status: number | undefined): status is number {
  return status !== undefined && status >= 400;
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
