import { describe, expect, it } from 'vitest';
import type { EmulatorEvidence } from '../../lab/emulator/evidence.ts';
import type { BrowserEvidence, Http2Event, RequestRecord } from '../../lab/trace/browser-evidence.ts';
import { reconcile } from '../../lab/trace/reconcile.ts';
import type { ServerEvent } from '../../server/server-log.ts';

const ORIGIN = 10_000;
const SITE = 'https://lab.test/';
const facts = { siteUrl: SITE, criticalPaths: new Set(['/a.css']) };

type Http2EventBody = Http2Event extends infer E
  ? E extends Http2Event
    ? Omit<E, 'sessionId'>
    : never
  : never;
type ServerBody = ServerEvent extends infer E
  ? E extends ServerEvent
    ? Omit<E, 'connection'>
    : never
  : never;

function browserEvidence(
  http2: readonly Http2EventBody[],
  requests: readonly RequestRecord[] = [],
): BrowserEvidence {
  const session = {
    type: 'session-initialised',
    timeMonotonicMs: ORIGIN,
    socketId: 1,
    localPort: 4711,
  } as const;
  return {
    browserVersion: '106.0.5249.0',
    url: SITE,
    timeOriginMonotonicMs: ORIGIN,
    metrics: { firstContentfulPaint: 300 },
    traceMetrics: { firstContentfulPaint: 300.4 },
    http2: [session, ...http2].map((event) => ({ ...event, sessionId: 7 })),
    requests,
  };
}

function emulatorEvidence(server: readonly ServerBody[]): EmulatorEvidence {
  return {
    connections: [
      {
        id: 1,
        clientPort: 4711,
        synMs: ORIGIN + 1,
        connectedMs: ORIGIN + 101,
        cwndSegments: [[ORIGIN + 101, 10]],
        flightBytes: [],
        // 1000 bytes at +250, 2000 at +260 …
        sentBytes: [1, 2, 3, 4].map((k) => [ORIGIN + 240 + 10 * k, 1000 * k] as const),
        deliveredBytes: [],
      },
    ],
    queueBytes: { uplink: [], downlink: [] },
    drops: [],
    server: server.map((event) => ({ ...event, connection: 1 })),
    downlink: { queueDrops: 0, linkDrops: 0, retransmitted: 0, maxQueueBytes: 0 },
    latenessMs: [],
  };
}

const at = (ms: number) => ({ timeMonotonicMs: ORIGIN + ms });
const promise = (promisedStreamId: number, path: string): Http2EventBody => ({
  type: 'push-promise-received',
  ...at(210),
  associatedStreamId: 1,
  promisedStreamId,
  method: 'GET',
  url: new URL(path, SITE).href,
  path,
});
const data = (streamId: number, ms: number, bytes: number, fin = false): Http2EventBody => ({
  type: 'data-received',
  ...at(ms),
  streamId,
  bytes,
  fin,
});
const promised = (streamId: number, path: string): ServerBody => ({
  kind: 'promise',
  atMs: ORIGIN + 150,
  streamId,
  path,
  associatedStreamId: 1,
});
const adopted = (streamId: number, path: string): Http2EventBody => ({
  type: 'adopted-push',
  ...at(220),
  streamId,
  url: new URL(path, SITE).href,
});
const resetSent = (
  streamId: number,
  errorCode: number,
  errorName: string,
  description = '',
): Http2EventBody => ({
  type: 'rst-stream-sent',
  ...at(230),
  streamId,
  errorCode,
  errorName,
  description,
});
const request = (streamId: number, path: string, ms: number): Http2EventBody => ({
  type: 'headers-sent',
  ...at(ms),
  streamId,
  url: new URL(path, SITE).href,
  method: 'GET',
});

function record(path: string, ms: number, more: Partial<RequestRecord> = {}): RequestRecord {
  return {
    requestId: `${path}@${ms}`,
    url: new URL(path, SITE).href,
    method: 'GET',
    resourceType: 'Stylesheet',
    initiatorType: 'parser',
    isMainDocument: false,
    startMonotonicMs: ORIGIN + ms,
    initialPriority: 'VeryHigh',
    priorityChanges: [],
    fromMemoryCache: false,
    ...more,
  };
}

/** A 103 on the document's stream. */
const hint: ServerBody = {
  kind: 'hint',
  atMs: ORIGIN + 120,
  streamId: 1,
  how: 'early-hints',
  paths: ['/a.css'],
};

const RESPONSE = {
  status: 200,
  mimeType: 'text/css',
  protocol: 'h2',
  fromDiskCache: false,
  fromPrefetchCache: false,
  fromServiceWorker: false,
  fromEarlyHints: false,
  connectionReused: true,
};

describe('the fate of a push', () => {
  const fate = (...events: Http2EventBody[]) =>
    reconcile(browserEvidence(events), emulatorEvidence([promised(2, '/a.css')]), facts).pushes[0]!;
  const received = [promise(2, '/a.css'), data(2, 260, 700), data(2, 270, 300), data(2, 270, 0, true)];

  it('adopted: nothing wasted', () => {
    expect(fate(...received, adopted(2, '/a.css'))).toMatchObject({
      outcome: 'adopted',
      promised: 150,
      promiseReceived: 210,
      adopted: 220,
      responseEnd: 270,
      receivedBytes: 1000,
      wastedBytes: 0,
      duplicate: false,
      arrivals: [
        [260, 700],
        [270, 300],
      ],
    });
  });

  it('unclaimed: all of it wasted', () => {
    expect(fate(...received)).toMatchObject({ outcome: 'unclaimed', receivedBytes: 1000, wastedBytes: 1000 });
  });

  it('unclaimed and requested on a stream of its own: duplicate', () => {
    expect(fate(...received, request(3, '/a.css', 240))).toMatchObject({
      outcome: 'unclaimed',
      duplicate: true,
    });
  });

  it('adopted, reset and asked for again: mismatch, not adopted', () => {
    const rejected = { type: 'push-rejected', streamId: 2, ...at(231) } as const;
    const events = [...received, adopted(2, '/a.css'), resetSent(2, 8, 'CANCEL'), rejected];
    expect(fate(...events, request(3, '/a.css', 232))).toMatchObject({
      outcome: 'mismatch',
      wastedBytes: 1000,
      duplicate: true,
    });
  });

  it('adopted and reset without another request: the page went away', () => {
    expect(fate(...received, adopted(2, '/a.css'), resetSent(2, 8, 'CANCEL')).outcome).toBe(
      'cancelled-by-client',
    );
  });

  it('refused, with the browser’s reason; bytes that still came are waste', () => {
    const push = fate(...received, resetSent(2, 7, 'REFUSED_STREAM', 'Duplicate pushed stream'));
    expect(push).toMatchObject({
      outcome: 'refused',
      resetReason: 'REFUSED_STREAM: Duplicate pushed stream',
      wastedBytes: 1000,
    });
  });

  it('reset by the server', () => {
    const reset: Http2EventBody = {
      type: 'rst-stream-received',
      ...at(240),
      streamId: 2,
      errorCode: 8,
      errorName: 'CANCEL',
    };
    expect(fate(...received, reset).outcome).toBe('cancelled-by-server');
  });

  it('promised, but the promise never arrived: not received, and the vantage points disagree', () => {
    const waterfall = reconcile(browserEvidence([]), emulatorEvidence([promised(2, '/a.css')]), facts);
    expect(waterfall.pushes[0]).toMatchObject({ outcome: 'not-received', wastedBytes: 0 });
    expect(waterfall.disagreements[0]).toContain('unknown to the browser');
  });
});

describe('resources', () => {
  it('matches requests of one URL to streams by time, not by order of arrival', () => {
    const events = [
      request(3, '/b.css', 100),
      request(5, '/a.css', 101),
      data(5, 200, 10, true),
      data(3, 210, 20, true),
    ];
    const { resources } = reconcile(
      browserEvidence(events, [record('/a.css', 99), record('/b.css', 99)]),
      emulatorEvidence([]),
      facts,
    );
    expect(resources.map(({ path, streamId }) => [path, streamId])).toEqual([
      ['/a.css', 5],
      ['/b.css', 3],
    ]);
    expect(resources.map(({ renderBlocking }) => renderBlocking)).toEqual([true, false]);
  });

  it('gives an early-hinted request its true start, before the page asked', () => {
    const served: ServerBody = {
      kind: 'request',
      atMs: ORIGIN + 180,
      streamId: 3,
      path: '/a.css',
      method: 'GET',
    };
    const { resources, hints } = reconcile(
      browserEvidence(
        [
          { type: 'headers-received', ...at(170), streamId: 1, status: 103, fin: false },
          request(3, '/a.css', 172),
          data(3, 250, 500, true),
        ],
        [record('/a.css', 400)],
      ),
      emulatorEvidence([hint, served]),
      facts,
    );
    expect(resources).toHaveLength(1);
    expect(resources[0]).toMatchObject({
      initiator: 'early-hint',
      deliveredBy: 'request',
      startTime: 172,
      responseEnd: 250,
    });
    // The page wants it at 400, the hinted request left at 172.
    expect(hints).toEqual([
      {
        path: '/a.css',
        how: 'early-hints',
        sent: 120,
        received: 170,
        requestStart: 172,
        requested: 180,
        wanted: 400,
        headStartMs: 228,
        used: true,
        connection: 1,
        streamId: 3,
        receivedBytes: 500,
        wastedBytes: 0,
      },
    ]);
  });

  it('gives the page its own request where the hinted one opened after it had asked', () => {
    const served = [3, 5].map((streamId): ServerBody => ({
      kind: 'request',
      atMs: ORIGIN + 60 * streamId,
      streamId,
      path: '/a.css',
      method: 'GET',
    }));
    // The page asks at 171; what was hinted varies, and at 300 it asks the server whether it will do.
    const timing = { requestMonotonicMs: ORIGIN + 171, sendStartMonotonicMs: ORIGIN + 299.5 };
    const { resources, disagreements } = reconcile(
      browserEvidence(
        [request(3, '/a.css', 172), data(3, 250, 500, true), request(5, '/a.css', 300)],
        [
          record('/a.css', 171, {
            encodedDataLength: 34,
            response: { ...RESPONSE, receivedMonotonicMs: ORIGIN + 320, timing },
          }),
        ],
      ),
      emulatorEvidence([hint, ...served]),
      facts,
    );
    expect(resources.map(({ type, streamId }) => [type, streamId])).toEqual([
      ['stylesheet', 5],
      ['other', 3],
    ]);
    expect(disagreements).toEqual([]);
  });

  it('shows a hinted request that the page never used', () => {
    const { resources, hints } = reconcile(
      browserEvidence([request(3, '/a.css', 172)]),
      emulatorEvidence([hint]),
      facts,
    );
    expect(resources[0]).toMatchObject({ path: '/a.css', initiator: 'early-hint' });
    expect(hints[0]!.used).toBe(false);
  });

  it('marks an attempt to leave the lab', () => {
    const failure = { timeMonotonicMs: ORIGIN + 5, errorText: 'net::ERR_NAME_NOT_RESOLVED', canceled: false };
    const { resources } = reconcile(
      browserEvidence([], [record('https://cdn.example/x.js', 4, { failure })]),
      emulatorEvidence([]),
      facts,
    );
    expect(resources[0]).toMatchObject({
      external: true,
      deliveredBy: 'none',
      failure: 'net::ERR_NAME_NOT_RESOLVED',
    });
  });

  it('calls what crossed no network a cache hit', () => {
    const { resources } = reconcile(browserEvidence([], [record('/a.css', 4)]), emulatorEvidence([]), facts);
    expect(resources[0]!.deliveredBy).toBe('cache');
  });
});

describe('sending', () => {
  it('is when the bytes left the server’s TCP, not when its socket took them', () => {
    const chunk: ServerBody = {
      kind: 'data',
      atMs: ORIGIN + 200,
      startedMs: ORIGIN + 200,
      streamId: 2,
      bytes: 1500,
      offsetStart: 1000,
      offsetEnd: 2531,
    };
    const { pushes } = reconcile(
      browserEvidence([promise(2, '/a.css')]),
      emulatorEvidence([promised(2, '/a.css'), chunk]),
      facts,
    );
    // Byte 1001 is among the 2000 sent at 260, byte 2531 among the 3000 sent at 270.
    expect(pushes[0]).toMatchObject({ sendStart: 260, sendEnd: 270 });
  });
});

describe('early hints on the wire', () => {
  it('pass the bottleneck and arrive with the bytes that were handed over next', () => {
    const hint: ServerBody = {
      kind: 'hint',
      atMs: ORIGIN + 235,
      atOffset: 1000,
      streamId: 1,
      how: 'early-hints',
      paths: ['/a.css'],
    };
    const evidence = emulatorEvidence([hint]);
    const [connection] = evidence.connections;
    const recorded = {
      ...connection!,
      passages: [
        [ORIGIN + 250, ORIGIN + 255, 0, 1000],
        [ORIGIN + 260, ORIGIN + 265, 1000, 1000],
      ] as const,
      deliveredBytes: [[ORIGIN + 310, 2000]] as const,
    };
    const { hints } = reconcile(
      browserEvidence([request(3, '/a.css', 320), data(3, 400, 500, true)]),
      { ...evidence, connections: [recorded as never] },
      facts,
    );
    expect(hints[0]).toMatchObject({ passed: 265, arrived: 310, used: false, wastedBytes: 500 });
  });
});

describe('disagreements are reported', () => {
  it('between bytes sent and bytes received', () => {
    const server: ServerBody[] = [
      { kind: 'request', atMs: ORIGIN + 150, streamId: 1, path: '/', method: 'GET' },
      {
        kind: 'data',
        atMs: ORIGIN + 160,
        startedMs: ORIGIN + 160,
        streamId: 1,
        bytes: 900,
        offsetStart: 0,
        offsetEnd: 931,
      },
      { kind: 'end', atMs: ORIGIN + 160, streamId: 1 },
    ];
    const { disagreements } = reconcile(
      browserEvidence([request(1, '/', 100), data(1, 300, 800, true)]),
      emulatorEvidence(server),
      facts,
    );
    expect(disagreements).toEqual([
      'stream 1 of connection 1 (/): the server sent 900 bytes of body, the browser received 800',
    ]);
  });

  it('about streams that only one of them saw, with the time', () => {
    const { disagreements } = reconcile(
      browserEvidence([request(3, '/a.css', 100)]),
      emulatorEvidence([
        { kind: 'request', atMs: ORIGIN + 150, streamId: 5, path: '/b.css', method: 'GET' },
        // Before this page: another's.
        { kind: 'request', atMs: ORIGIN - 150, streamId: 1, path: '/', method: 'GET' },
      ]),
      facts,
    );
    expect(disagreements).toEqual([
      'stream 5 of connection 1 (/b.css): the server logs a request at 150.0 ms that the browser did not send',
      'stream 3 of connection 1 (https://lab.test/a.css): the browser sent a request at 100.0 ms that the server did not log',
    ]);
  });

  it('about order: nothing arrives before it was sent', () => {
    const { disagreements } = reconcile(
      browserEvidence([promise(2, '/a.css'), data(2, 259, 700)]),
      emulatorEvidence([
        { ...promised(2, '/a.css'), atMs: ORIGIN + 212 },
        {
          kind: 'data',
          atMs: ORIGIN + 240,
          startedMs: ORIGIN + 240,
          streamId: 2,
          bytes: 700,
          offsetStart: 2000,
          offsetEnd: 2731,
        },
      ]),
      facts,
    );
    expect(disagreements).toEqual([
      'stream 2 of connection 1 (/a.css): the promise was at the browser at 210.0 ms, but promised only at 212.0 ms',
      'stream 2 of connection 1 (/a.css): its first byte was at the browser at 259.0 ms, but its first byte was sent only at 270.0 ms',
    ]);
  });

  it('between CDP and NetLog: a push that no stream was adopted for', () => {
    const response = {
      receivedMonotonicMs: ORIGIN + 50,
      status: 200,
      mimeType: 'text/css',
      protocol: 'h2',
      fromDiskCache: true,
      fromPrefetchCache: false,
      fromServiceWorker: false,
      fromEarlyHints: false,
      connectionReused: true,
      timing: { requestMonotonicMs: ORIGIN + 40, pushStartMonotonicMs: ORIGIN + 30 },
    };
    const { disagreements } = reconcile(
      browserEvidence([], [record('/a.css', 40, { response })]),
      emulatorEvidence([]),
      facts,
    );
    expect(disagreements).toEqual([
      'https://lab.test/a.css: CDP calls it pushed, NetLog knows of no adopted stream',
    ]);
  });

  it('between the page’s paint and the trace’s', () => {
    const evidence = { ...browserEvidence([]), traceMetrics: { firstContentfulPaint: 310 } };
    expect(reconcile(evidence, emulatorEvidence([]), facts).disagreements[0]).toContain(
      '300.0 ms by the page, 310.0 ms',
    );
  });

  it('about a session the emulator never saw', () => {
    const evidence = browserEvidence([]);
    const foreign: Http2Event = {
      type: 'session-initialised',
      sessionId: 9,
      timeMonotonicMs: ORIGIN,
      socketId: 2,
      localPort: 1,
    };
    const { disagreements } = reconcile(
      { ...evidence, http2: [...evidence.http2, foreign] },
      emulatorEvidence([]),
      facts,
    );
    expect(disagreements[0]).toContain('port 1');
  });
});
