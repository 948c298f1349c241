import { describe, expect, it } from 'vitest';
import { bottleneckUses } from '../../lab/trace/bottleneck.ts';
import { ByteTimes } from '../../lab/trace/byte-times.ts';
import { contention } from '../../lab/trace/contention.ts';
import { flightOf, flightStarts } from '../../lab/trace/flights.ts';
import { overlapMs, union } from '../../lab/trace/intervals.ts';
import { metricPath } from '../../lab/trace/metric-path.ts';
import type { StreamEvidence } from '../../lab/trace/streams.ts';
import type { EmulatorEvidence } from '../../lab/emulator/evidence.ts';
import type { BottleneckUse, PushLife, ResourceTimeline, Waterfall } from '../../lab/trace/waterfall.ts';

const connection = {
  id: 1,
  clientPort: 4711,
  synMs: 0,
  cwndSegments: [],
  flightBytes: [],
  sentBytes: [],
  deliveredBytes: [],
};

function stream(streamId: number, ...extents: [number, number][]): StreamEvidence {
  return {
    connection: 1,
    streamId,
    server: { sentBytes: 0, extents, ended: true },
    browser: { arrivals: [], receivedBytes: 0 },
    body: {},
  };
}

describe('intervals', () => {
  it('unite where they touch or overlap', () => {
    expect(
      union([
        [150, 300],
        [100, 200],
        [400, 400],
        [300, 310],
      ]),
    ).toEqual([[100, 310]]);
  });

  it('overlap for as long as both are on', () => {
    const served = union([
      [80, 130],
      [290, 310],
    ]);
    // 100 to 130 and 290 to 300.
    expect(overlapMs(served, [[100, 300]])).toBe(40);
    expect(overlapMs(served, [])).toBe(0);
  });
});

describe('flights', () => {
  // TLS (700 B), then 10 segments' worth at 100 ms; its acknowledgements from 200 ms on release the rest.
  const series = {
    sentBytes: [
      [0, 700],
      [100, 14_700],
      [200, 17_700],
      [210, 20_700],
      [300, 30_700],
    ] as const,
    flightBytes: [
      [0, 700],
      [50, 0],
      [100, 14_000],
      // 1500 acknowledged, 3000 sent.
      [200, 15_500],
      [210, 17_000],
      // 16 200 acknowledged: something of flight 2 as well.
      [300, 14_500],
    ] as const,
  };

  it('begin where something of the one before is acknowledged', () => {
    const starts = flightStarts(
      { sentBytes: [...series.sentBytes], flightBytes: [...series.flightBytes] },
      700,
    );
    expect(starts).toEqual([700, 14_700, 20_700]);
    expect([0, 700, 14_699, 14_700, 20_699, 20_700].map((byte) => flightOf(starts, byte))).toEqual([
      undefined,
      1,
      1,
      2,
      2,
      3,
    ]);
  });
});

describe('where a byte was when', () => {
  const times = new ByteTimes(
    {
      ...connection,
      bufferedBytes: [[5, 3000]],
      flightBytes: [
        [10, 1000],
        [20, 3000],
      ],
      sentBytes: [
        [10, 1000],
        [20, 3000],
      ],
      deliveredBytes: [
        [115, 1000],
        [390, 3000],
      ],
      // Bytes 1000 to 1999 were lost behind the bottleneck and came again.
      passages: [
        [10, 15, 0, 1000],
        [20, 25, 1000, 1000, 'lost'],
        [25, 30, 2000, 1000],
        [280, 290, 1000, 1000],
      ],
    },
    0,
  );

  it('passes the bottleneck with the segment that arrives, not with the one that is lost', () => {
    expect([0, 999, 1000, 1999, 2000, 2999, 3000].map((byte) => times.passedMs(byte))).toEqual([
      15,
      15,
      290,
      290,
      30,
      30,
      undefined,
    ]);
  });

  it('tells the whole way of a body: buffered, past the bottleneck, arrived in order', () => {
    expect(
      times.bodyTimes([
        [0, 500],
        [2500, 3000],
      ]),
    ).toEqual({
      bufferStart: 5,
      bufferEnd: 5,
      passStart: 15,
      passEnd: 30,
      arriveStart: 115,
      // In order: it waits for the retransmission.
      arriveEnd: 390,
      flight: 1,
    });
  });
});

describe('who held the bottleneck', () => {
  it('shares a segment out by bytes and joins what belongs together', () => {
    const evidence = {
      connections: [
        {
          ...connection,
          passages: [
            // 100 B of TLS, 400 of stream 1, 500 of stream 2; then 1000 of stream 2.
            [1000, 1010, 0, 1000],
            [1010, 1020, 1000, 1000],
            [1050, 1060, 2000, 1000],
          ],
        },
      ],
      backgroundBusy: [[1030, 1040]],
    } as unknown as EmulatorEvidence;
    const uses = bottleneckUses(evidence, [stream(1, [100, 500]), stream(2, [500, 2500])], 1000);
    const rounded = uses.map((use) => use.map((value) => Number(value.toFixed(6))));
    expect(rounded).toEqual([
      [0, 1, 1, 0],
      [1, 5, 1, 1],
      [5, 20, 1, 2],
      [30, 40, 0, 0],
      [50, 55, 1, 2],
      [55, 60, 1, 0],
    ]);
  });
});

const row = (path: string, streamId: number, more: Partial<ResourceTimeline>): ResourceTimeline => ({
  url: `https://lab.test${path}`,
  path,
  type: 'stylesheet',
  deliveredBy: 'request',
  initiator: 'parser',
  connection: 1,
  streamId,
  renderBlocking: true,
  startTime: 0,
  transferSize: 0,
  arrivals: [],
  duplicate: false,
  external: false,
  ...more,
});
const push = (promisedStreamId: number, more: Partial<PushLife>): PushLife => ({
  url: `https://lab.test/${promisedStreamId}`,
  path: `/${promisedStreamId}`,
  connection: 1,
  promisedStreamId,
  associatedStreamId: 1,
  promised: 0,
  outcome: 'adopted',
  receivedBytes: 0,
  wastedBytes: 0,
  duplicate: false,
  arrivals: [],
  ...more,
});
const waterfall = (
  bottleneck: readonly BottleneckUse[],
  resources: readonly ResourceTimeline[],
  more: Partial<Waterfall> = {},
): Waterfall => ({
  url: 'https://lab.test/',
  timeOriginMonotonicMs: 0,
  metrics: {},
  connections: [],
  resources,
  pushes: [],
  hints: [],
  lanes: { downlinkQueueBytes: [], uplinkQueueBytes: [], connections: [], drops: [], bottleneck },
  disagreements: [],
  ...more,
});

describe('contention', () => {
  it('is the example of its docstring: waste at the bottleneck while style sheet or script wait', () => {
    const resources = [
      row('/style.css', 3, { requestReceived: 100, passEnd: 200 }),
      row('/main.js', 5, { type: 'script', requestReceived: 150, passEnd: 300 }),
    ];
    const uses: BottleneckUse[] = [
      [80, 130, 1, 2],
      [290, 310, 1, 2],
    ];
    const pushes = [push(2, { outcome: 'unclaimed' })];
    expect(contention(waterfall(uses, resources, { pushes }), 0)).toEqual({
      wastedMs: 40,
      pushedBeforeDocumentMs: 0,
      pushedBeforeBlockingMs: 40,
    });
  });

  it('does not blame bytes that pass while the origin still thinks', () => {
    const resources = [row('/', 1, { type: 'document', requestReceived: 100, passEnd: 500 })];
    // 150 to 450; the document is ready at 400.
    const uses: BottleneckUse[] = [
      [150, 450, 1, 2],
      [450, 500, 1, 1],
    ];
    const pushes = [push(2, { outcome: 'adopted' })];
    expect(contention(waterfall(uses, resources, { pushes }), 300)).toMatchObject({
      wastedMs: 0,
      pushedBeforeDocumentMs: 50,
    });
  });

  it('counts the bytes of a hinted request that nobody used', () => {
    const resources = [row('/', 1, { type: 'document', requestReceived: 100, passEnd: 200 })];
    const hints = [
      { path: '/x.css', how: 'early-hints', sent: 100, used: false, connection: 1, streamId: 3 } as const,
    ];
    expect(contention(waterfall([[120, 150, 1, 3]], resources, { hints }), 0)!.wastedMs).toBe(30);
  });

  it('is unknown where the bottleneck was not recorded', () => {
    expect(contention(waterfall([], []), 0)).toBeUndefined();
  });
});

describe('the path to a metric', () => {
  // Request at 100; the origin thinks for 50; document, gap of a round trip, an unclaimed push, the style sheet.
  const uses: BottleneckUse[] = [
    [150, 160, 1, 1],
    [260, 290, 1, 2],
    [290, 300, 1, 0],
    [300, 340, 1, 3],
    [340, 400, 1, 5],
  ];
  const page = row('/', 1, {
    type: 'document',
    requestReceived: 100,
    passStart: 155,
    passEnd: 160,
    arriveStart: 205,
    arriveEnd: 210,
    flight: 1,
  });
  const style = row('/style.css', 3, { requestStart: 212, passEnd: 340, arriveEnd: 390, flight: 2 });
  const image = row('/photo.jpg', 5, { renderBlocking: false, type: 'image', passEnd: 400, arriveEnd: 450 });
  const pushes = [push(2, { outcome: 'unclaimed' })];
  const load = (metrics: Waterfall['metrics'], resources = [page, style, image]) =>
    waterfall(uses, resources, { pushes, metrics });

  it('shares the time out without a remainder', () => {
    const path = metricPath(load({ firstContentfulPaint: 420 }), 'firstContentfulPaint', 50)!;
    expect(path).toEqual({
      document: { path: '/', receivedMs: 100, arrivedMs: 210, flight: 1 },
      resource: {
        path: '/style.css',
        by: 'request',
        hinted: false,
        askedMs: 212,
        arrivedMs: 390,
        flight: 2,
      },
      gate: 'resource',
      // 100 to 340: 50 thinking, 10 document, 100 idle, 30 waste, 10 frames, 40 style sheet.
      bottleneck: {
        thinkMs: 50,
        idleMs: 100,
        documentMs: 10,
        neededMs: 40,
        pushedMs: 0,
        wastedMs: 30,
        otherMs: 10,
      },
      transitMs: 50,
      browserMs: 30,
    });
    const parts = Object.values(path.bottleneck).reduce((total, ms) => total + ms, 0);
    expect(path.document.receivedMs + parts + path.transitMs + path.browserMs).toBe(420);
  });

  it('waits for everything where the metric is the load event', () => {
    const path = metricPath(load({ loadEventEnd: 460 }), 'loadEventEnd', 50)!;
    expect(path.resource!.path).toBe('/photo.jpg');
    expect(path.bottleneck).toMatchObject({ neededMs: 100, wastedMs: 30 });
    expect(path.browserMs).toBe(10);
  });

  it('does not wait for what came after the paint: then the document is the gate', () => {
    const path = metricPath(load({ firstContentfulPaint: 240 }), 'firstContentfulPaint', 50)!;
    expect(path).toMatchObject({ gate: 'document', browserMs: 30 });
    expect(path).not.toHaveProperty('resource');
  });

  it('takes the first bytes of a document that was not complete by then', () => {
    const long = { ...page, passEnd: 900, arriveEnd: 950 };
    const path = metricPath(load({ firstContentfulPaint: 240 }, [long]), 'firstContentfulPaint', 50)!;
    expect(path.document.arrivedMs).toBe(205);
  });

  it('is unknown without the metric', () => {
    expect(metricPath(load({}), 'firstContentfulPaint', 0)).toBeUndefined();
  });
});
