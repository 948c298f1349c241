import { expect, test } from 'vitest';
import { http2FromNetLog } from '../../lab/browser/from-netlog.ts';
import { metricsFromTrace } from '../../lab/browser/metrics-from-trace.ts';
import { readTraceEvents } from '../../lab/browser/trace-event.ts';
import { readFixture, recorded } from './support/fixture.ts';

const trace = readTraceEvents(readFixture('trace') as unknown[]);

test('translates a recorded load into the events the e2e test took for good', () => {
  expect(http2FromNetLog(trace)).toEqual(recorded.http2);
});

test('finds client port, TLS and server port of the connection', () => {
  const session = http2FromNetLog(trace).find((event) => event.type === 'session-initialised');
  expect(session).toMatchObject({ peerAddress: '127.0.0.1', tlsResumed: false });
  const connect = trace.find((event) => event.name === 'TCP_CONNECT' && event.ph === 'b');
  const params = connect?.args['params'] as { local_address: string; remote_address: string };
  expect(params.local_address).toBe(
    `127.0.0.1:${session?.type === 'session-initialised' && session.localPort}`,
  );
  expect(params.remote_address).toBe(
    `127.0.0.1:${session?.type === 'session-initialised' && session.peerPort}`,
  );
});

test('reads the addresses and TLS facts also where they are on the end event', () => {
  const event = (name: string, ph: string, ts: number, id: string, args: object) => ({
    ...{ name, ph, ts, id, args, cat: 'netlog', pid: 1, tid: 1 },
  });
  const events = http2FromNetLog(
    readTraceEvents([
      event('TCP_CONNECT', 'b', 1000, '0x5', { params: { address_list: [] }, source_type: 'SOCKET' }),
      event('TCP_CONNECT', 'e', 2000, '0x5', {
        params: { local_address: '[::1]:50000', remote_address: '[::1]:443' },
      }),
      event('SSL_CONNECT', 'b', 3000, '0x5', {}),
      event('SSL_CONNECT', 'e', 4000, '0x5', { params: { is_resumed: true } }),
      event('HTTP2_SESSION_INITIALIZED', 'n', 5000, '0x9', {
        params: { source_dependency: { id: 5, type: 7 } },
        source_type: 'HTTP2_SESSION',
      }),
    ]),
  );
  expect(events).toEqual([
    {
      type: 'session-initialised',
      sessionId: 9,
      timeMonotonicMs: 5,
      socketId: 5,
      localPort: 50000,
      peerAddress: '::1',
      peerPort: 443,
      connectStartMonotonicMs: 1,
      tlsStartMonotonicMs: 3,
      tlsEndMonotonicMs: 4,
      tlsResumed: true,
    },
  ]);
});

test('leaves out what is not an HTTP/2 event it knows', () => {
  const junk = [
    { name: 'HTTP2_SESSION_RECV_DATA', cat: 'netlog', ph: 'n', ts: 1, args: {} },
    {
      name: 'HTTP2_SESSION_RECV_DATA',
      cat: 'netlog',
      ph: 'n',
      ts: 1,
      id: '0x1',
      args: { source_type: 'HTTP2_SESSION' },
    },
    {
      name: 'HTTP2_NEW',
      cat: 'netlog',
      ph: 'n',
      ts: 1,
      id: '0x1',
      args: { source_type: 'HTTP2_SESSION', params: { stream_id: 1 } },
    },
    { name: 'no timestamp', cat: 'netlog', ph: 'n', args: {} },
    null,
    'text',
  ];
  expect(http2FromNetLog(readTraceEvents(junk))).toEqual([]);
});

test('reads the paints and load events of one navigation', () => {
  const start = trace.find(
    (event) =>
      event.name === 'navigationStart' &&
      (event.args['data'] as { documentLoaderURL: string }).documentLoaderURL === recorded.url,
  );
  const { navigationId } = start?.args['data'] as { navigationId: string };
  expect(metricsFromTrace(trace, navigationId)).toEqual({
    timeOriginMonotonicMs: recorded.timeOriginMonotonicMs,
    metrics: recorded.traceMetrics,
  });
  expect(metricsFromTrace(trace, 'another')).toBeUndefined();
});

test('takes the last largest paint, and sums the layout shifts without recent input', () => {
  const mark = (name: string, ts: number, data: object = {}, frame = 'main') => ({
    ...{ name, ts, cat: 'loading', ph: 'R', pid: 1, tid: 1, args: { frame, data } },
  });
  const result = metricsFromTrace(
    readTraceEvents([
      mark('loadEventEnd', 900),
      mark('navigationStart', 1000, { navigationId: 'N' }),
      mark('largestContentfulPaint::Candidate', 11_000),
      mark('LayoutShift', 12_000, { score: 0.25, had_recent_input: false }),
      mark('LayoutShift', 13_000, { score: 0.5, had_recent_input: true }),
      mark('LayoutShift', 14_000, { score: 0.125, had_recent_input: false }),
      mark('largestContentfulPaint::Candidate', 21_000),
      mark('largestContentfulPaint::Candidate', 99_000, {}, 'frame in the page'),
    ]),
    'N',
  );
  expect(result?.timeOriginMonotonicMs).toBe(1);
  // 21 000 µs − 1000 µs; 0.25 + 0.125
  expect(result?.metrics).toMatchObject({ largestContentfulPaint: 20, cumulativeLayoutShift: 0.375 });
  expect(result?.metrics.loadEventEnd).toBeUndefined();
});

/** A style sheet adopted, reset with CANCEL and requested again 2 ms later, as a trace. */
function adoptedResetAskedAgain(...between: object[]) {
  const session = (name: string, ts: number, params: object) => ({
    ...{ name, ts, cat: 'netlog', ph: 'n', pid: 1, tid: 1, id: '0x9' },
    args: { source_type: 'HTTP2_SESSION', params },
  });
  const headers = [':method: GET', ':scheme: https', ':authority: lab.test', ':path: /a.css'];
  const reset = { stream_id: 2, error_code: '8 (CANCEL)', description: '' };
  const events = http2FromNetLog(
    readTraceEvents([
      session('HTTP2_STREAM_ADOPTED_PUSH_STREAM', 1000, { stream_id: 2, url: 'https://lab.test/a.css' }),
      session('HTTP2_SESSION_SEND_RST_STREAM', 2000, reset),
      ...between,
      session('HTTP2_SESSION_SEND_HEADERS', 4000, { stream_id: 3, headers }),
    ]),
  );
  return events.filter((event) => event.type === 'push-rejected');
}

const request = (name: string, params: object) => ({
  ...{ name, ts: 3000, cat: 'netlog', ph: 'n', pid: 1, tid: 1, id: '0x4' },
  args: { source_type: 'URL_REQUEST', params },
});

test('a push is rejected where the request says so', () => {
  const rejected = adoptedResetAskedAgain(
    request('URL_REQUEST_START_JOB', { url: 'https://lab.test/a.css#part' }),
    request('HTTP_TRANSACTION_RESTART_AFTER_ERROR', { net_error: -378 }),
  );
  expect(rejected).toEqual([{ type: 'push-rejected', sessionId: 9, streamId: 2, timeMonotonicMs: 3 }]);
});

test('a push is not rejected where the next page merely asks for the same file', () => {
  expect(adoptedResetAskedAgain(request('URL_REQUEST_START_JOB', { url: 'https://lab.test/a.css' }))).toEqual(
    [],
  );
});

test('without events of requests, asking again at once means rejected', () => {
  expect(adoptedResetAskedAgain(request('HTTP2_STREAM_UPDATE_RECV_WINDOW', {}))).toHaveLength(1);
});
