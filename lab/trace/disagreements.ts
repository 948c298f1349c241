import type { RequestRecord } from './browser-evidence.ts';
import type { JoinedStreams, StreamEvidence } from './streams.ts';
import type { PageMetrics, ResourceTimeline } from './waterfall.ts';

/** Two witnesses of one paint may differ by rounding and by a thread hop; beyond this they disagree. */
const METRIC_TOLERANCE_MS = 2;
/** One clock, read in three processes. */
const CLOCK_TOLERANCE_MS = 1;

/** Where server, network and browser tell different stories of a stream; in words, with the numbers of both. */
export function streamDisagreements(
  { streams, matched }: Pick<JoinedStreams, 'streams' | 'matched'>,
  originMs: number,
): string[] {
  return streams.flatMap((stream) => {
    const { connection, streamId, server, browser } = stream;
    const name = `stream ${streamId} of connection ${connection} (${server.path ?? browser.url ?? 'unknown'})`;
    const found = [
      ...bytesOf(stream),
      ...orderOf(stream, originMs),
      ...(matched.has(connection) ? witnessesOf(stream, originMs) : []),
    ];
    return found.map((text) => `${name}: ${text}`);
  });
}

/** What only one of them saw. */
function witnessesOf({ server, browser }: StreamEvidence, originMs: number): string[] {
  const found: string[] = [];
  const at = (time: number) => `${(time - originMs).toFixed(1)} ms`;
  if (server.promised !== undefined && browser.promiseReceived === undefined)
    found.push('promised by the server, unknown to the browser');
  if (browser.promiseReceived !== undefined && server.promised === undefined)
    found.push('a promise at the browser that the server did not log');
  if (browser.requested !== undefined && server.requested === undefined)
    found.push(`the browser sent a request at ${at(browser.requested)} that the server did not log`);
  const isOurs = server.requested !== undefined && server.requested >= originMs;
  if (isOurs && browser.requested === undefined)
    found.push(`the server logs a request at ${at(server.requested!)} that the browser did not send`);
  return found;
}

function bytesOf({ server, browser }: StreamEvidence): string[] {
  const complete = server.ended && browser.finished !== undefined && server.reset === undefined;
  if (!complete || server.sentBytes === browser.receivedBytes) return [];
  return [`the server sent ${server.sentBytes} bytes of body, the browser received ${browser.receivedBytes}`];
}

/** Something arrived before it was sent, or happened before what it follows from. */
function orderOf({ server, browser, body }: StreamEvidence, originMs: number): string[] {
  const order: readonly (readonly [string, number | undefined, string, number | undefined])[] = [
    ['promised', server.promised, 'the promise was at the browser', browser.promiseReceived],
    ['the promise was at the browser', browser.promiseReceived, 'adopted', browser.adopted],
    ['requested by the browser', browser.requested, 'the request was at the server', server.requested],
    [
      'its first byte was sent',
      server.sendStart,
      'its first byte was at the browser',
      browser.arrivals[0]?.[0],
    ],
    ['its first byte left the bottleneck', body.passStart, 'the network delivered it', body.arriveStart],
    ['the network delivered its last byte', body.arriveEnd, 'the browser had its end', browser.finished],
  ];
  return order.flatMap(([earlier, from, later, to]) =>
    from === undefined || to === undefined || to >= from - CLOCK_TOLERANCE_MS
      ? []
      : [
          `${later} at ${(to - originMs).toFixed(1)} ms, but ${earlier} only at ${(from - originMs).toFixed(1)} ms`,
        ],
  );
}

/** CDP and NetLog, two parts of one browser, about the same request. */
export function requestDisagreements(
  requests: readonly RequestRecord[],
  resources: readonly ResourceTimeline[],
): string[] {
  const pushed = new Set(resources.filter((row) => row.deliveredBy === 'push').map(({ url }) => url));
  const claims = requests
    .filter(({ url, response }) => response?.timing?.pushStartMonotonicMs !== undefined && !pushed.has(url))
    .map(({ url }) => `${url}: CDP calls it pushed, NetLog knows of no adopted stream`);
  const sizes = resources.flatMap((row) => {
    const body = row.arrivals.reduce((total, [, bytes]) => total + bytes, 0);
    return row.deliveredBy === 'request' && row.transferSize > 0 && row.transferSize < body
      ? [`${row.path}: CDP counts ${row.transferSize} bytes in frames, NetLog ${body} of body alone`]
      : [];
  });
  return [...claims, ...sizes];
}

export function metricDisagreements(page: PageMetrics, trace: PageMetrics): string[] {
  const names = [
    'firstPaint',
    'firstContentfulPaint',
    'largestContentfulPaint',
    'domContentLoadedEventEnd',
    'loadEventEnd',
  ] as const;
  return names.flatMap((name) => {
    const [inPage, inTrace] = [page[name], trace[name]];
    if (inPage === undefined || inTrace === undefined || Math.abs(inPage - inTrace) <= METRIC_TOLERANCE_MS)
      return [];
    return [`${name}: ${inPage.toFixed(1)} ms by the page, ${inTrace.toFixed(1)} ms by the trace`];
  });
}
