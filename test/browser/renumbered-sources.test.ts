import { expect, test } from 'vitest';
import { http2FromNetLog } from '../../lab/browser/from-netlog.ts';
import { metricsFromTrace } from '../../lab/browser/metrics-from-trace.ts';
import type { TraceEvent } from '../../lab/browser/trace-event.ts';

/** As Chromium 153 writes them: the trace's number of a source is not the one that events refer to. */
const netLog = (
  local: string,
  name: string,
  ph: string,
  ts: number,
  type: string,
  params = {},
): TraceEvent => ({
  name,
  cat: 'netlog',
  ph,
  ts,
  pid: 1,
  tid: 1,
  id2: { local },
  args: { source_type: type, params },
});

test('a session finds its socket by the handshake before it, whatever the numbers', () => {
  const port = (number: number) => ({ local_address: `127.0.0.1:${number}` });
  const session = (socket: number) => ({ source_dependency: { id: socket, type: 10 } });
  const found = http2FromNetLog([
    netLog('0x12', 'TCP_CONNECT', 'b', 1000, 'SOCKET', port(4001)),
    netLog('0x15', 'TCP_CONNECT', 'b', 1100, 'SOCKET', port(4002)),
    netLog('0x12', 'SSL_CONNECT', 'b', 2000, 'SOCKET'),
    netLog('0x12', 'SSL_CONNECT', 'e', 3000, 'SOCKET'),
    // 21 = 0x15 is the number of another socket in this trace.
    netLog('0x14', 'HTTP2_SESSION_INITIALIZED', 'n', 3100, 'HTTP2_SESSION', session(21)),
    netLog('0x15', 'SSL_CONNECT', 'b', 3200, 'SOCKET'),
    netLog('0x15', 'SSL_CONNECT', 'e', 4000, 'SOCKET'),
    netLog('0x17', 'HTTP2_SESSION_INITIALIZED', 'n', 4100, 'HTTP2_SESSION', session(24)),
  ]);
  expect(found).toMatchObject([
    { sessionId: 0x14, socketId: 21, localPort: 4001, tlsEndMonotonicMs: 3 },
    { sessionId: 0x17, socketId: 24, localPort: 4002, tlsEndMonotonicMs: 4 },
  ]);
});

test('the empty document of a new frame neither ends the navigation nor lends it its load events', () => {
  const mark = (name: string, ts: number, data?: Record<string, unknown>): TraceEvent => ({
    name,
    cat: 'blink.user_timing',
    ph: 'R',
    ts,
    pid: 1,
    tid: 1,
    args: { frame: 'F', ...(data && { data }) },
  });
  const traced = metricsFromTrace(
    [
      mark('navigationStart', 1_000_000, { navigationId: 'PAGE', documentLoaderURL: 'https://a.test/' }),
      mark('navigationStart', 1_005_000, { navigationId: 'EMPTY', documentLoaderURL: '' }),
      mark('domContentLoadedEventEnd', 1_006_000),
      mark('firstPaint', 1_200_000, { navigationId: 'PAGE' }),
      mark('domContentLoadedEventEnd', 1_250_000),
      mark('loadEventEnd', 1_300_000),
      mark('navigationStart', 2_000_000, { navigationId: 'NEXT', documentLoaderURL: 'https://a.test/b' }),
      mark('loadEventEnd', 2_300_000),
    ],
    'PAGE',
  );
  expect(traced?.metrics).toMatchObject({
    firstPaint: 200,
    domContentLoadedEventEnd: 250,
    loadEventEnd: 300,
  });
});
