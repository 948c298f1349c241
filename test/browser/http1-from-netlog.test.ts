import { expect, test } from 'vitest';
import { http1FromNetLog } from '../../lab/browser/http1-from-netlog.ts';
import { readTraceEvents } from '../../lab/browser/trace-event.ts';

type Raw = readonly [ms: number, source: number, phase: string, name: string, params?: object];

const trace = (...events: readonly Raw[]) =>
  readTraceEvents(
    events.map(([ms, source, ph, name, params = {}]) => ({
      ...{ name, ph, ts: ms * 1000, id: `0x${source.toString(16)}`, cat: 'netlog', pid: 1, tid: 1 },
      args: { params },
    })),
  );

const [SOCKET, JOB, REQUEST] = [5, 6, 7];
const connected: readonly Raw[] = [
  [1, SOCKET, 'b', 'TCP_CONNECT', { local_address: '127.0.0.1:50000', remote_address: '127.0.0.1:444' }],
  [2, JOB, 'n', 'SOCKET_POOL_BOUND_TO_SOCKET', { source_dependency: { id: SOCKET } }],
];
const sent = (at: number): readonly Raw[] => [
  [at, REQUEST, 'n', 'HTTP_STREAM_REQUEST_BOUND_TO_JOB', { source_dependency: { id: JOB } }],
  [at + 1, REQUEST, 'n', 'HTTP_TRANSACTION_SEND_REQUEST_HEADERS', { headers: ['Host: lab.test'] }],
];
const started: Raw = [
  3,
  REQUEST,
  'b',
  'URL_REQUEST_START_JOB',
  { url: 'https://lab.test/a.css', method: 'GET' },
];

test('an exchange: its socket, when it was sent and answered, its body as sent', () => {
  const exchanges = http1FromNetLog(
    trace(
      ...connected,
      started,
      ...sent(4),
      [20, REQUEST, 'n', 'HTTP_TRANSACTION_READ_RESPONSE_HEADERS', { headers: ['HTTP/1.1 103 Early Hints'] }],
      [30, REQUEST, 'n', 'HTTP_TRANSACTION_READ_RESPONSE_HEADERS', { headers: ['HTTP/1.1 200 OK'] }],
      [31, REQUEST, 'n', 'URL_REQUEST_FILTERS_SET', { filters: 'BROTLI' }],
      [32, REQUEST, 'n', 'URL_REQUEST_JOB_BYTES_READ', { byte_count: 1000 }],
      // What came out of the decoder is not what was sent.
      [33, REQUEST, 'n', 'URL_REQUEST_JOB_FILTERED_BYTES_READ', { byte_count: 7000 }],
      [40, REQUEST, 'n', 'URL_REQUEST_JOB_BYTES_READ', { byte_count: 701 }],
      [42, REQUEST, 'e', 'REQUEST_ALIVE'],
    ),
  );
  expect(exchanges).toEqual([
    {
      socketId: SOCKET,
      localPort: 50_000,
      peerAddress: '127.0.0.1',
      peerPort: 444,
      url: 'https://lab.test/a.css',
      method: 'GET',
      requestedMonotonicMs: 5,
      responseMonotonicMs: 30,
      status: 200,
      arrivals: [
        [32, 1000],
        [40, 701],
      ],
      finishedMonotonicMs: 40,
    },
  ]);
});

test('without a decoder the bytes read are the bytes sent', () => {
  const [exchange] = http1FromNetLog(
    trace(
      ...connected,
      started,
      ...sent(4),
      [30, REQUEST, 'n', 'HTTP_TRANSACTION_READ_RESPONSE_HEADERS', { headers: ['HTTP/1.1 200 OK'] }],
      [32, REQUEST, 'n', 'URL_REQUEST_JOB_FILTERED_BYTES_READ', { byte_count: 900 }],
    ),
  );
  expect(exchange).toMatchObject({ arrivals: [[32, 900]] });
  expect(exchange!.finishedMonotonicMs).toBeUndefined();
});

test('a request that met a dead connection is sent again: two exchanges, the first without an answer', () => {
  const exchanges = http1FromNetLog(
    trace(...connected, started, ...sent(4), ...sent(10), [
      30,
      REQUEST,
      'n',
      'HTTP_TRANSACTION_READ_RESPONSE_HEADERS',
      { headers: ['HTTP/1.1 404 Not Found'] },
    ]),
  );
  expect(exchanges.map(({ requestedMonotonicMs, status }) => [requestedMonotonicMs, status])).toEqual([
    [5, undefined],
    [11, 404],
  ]);
});

test('what is cancelled does not finish; what never found a connection is no exchange', () => {
  const cancelled = http1FromNetLog(
    trace(
      ...connected,
      started,
      ...sent(4),
      [30, REQUEST, 'n', 'HTTP_TRANSACTION_READ_RESPONSE_HEADERS', { headers: ['HTTP/1.1 200 OK'] }],
      [31, REQUEST, 'n', 'CANCELLED', { net_error: 'ERR_ABORTED' }],
      [32, REQUEST, 'e', 'REQUEST_ALIVE'],
    ),
  );
  expect(cancelled[0]!.finishedMonotonicMs).toBeUndefined();
  expect(http1FromNetLog(trace(started, [5, REQUEST, 'n', 'FAILED']))).toEqual([]);
});
