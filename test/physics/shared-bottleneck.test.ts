import { describe, expect, it } from 'vitest';
import type { LinkConditions, NetworkConditions } from '../../lab/network/conditions.ts';
import { HOST_DELAY_MS, Network, type NetworkObserver } from '../../lab/network/network.ts';
import { createRandom } from '../../lab/network/random.ts';
import { Simulation } from '../../lab/network/simulation.ts';
import { conditionsOf, type Path } from './support.ts';

interface Load {
  readonly startMs: number;
  connectMs?: number;
  /** [ms of the simulation, bytes so far] */
  readonly arrivals: [timeMs: number, bytes: number][];
}

const path: Path = { rttMs: 100, downBps: 1.6e6 };

function withLinks(base: Path, link: Partial<LinkConditions>, more: Partial<NetworkConditions> = {}) {
  const conditions = conditionsOf(base);
  const both = { downlink: { ...conditions.downlink, ...link }, uplink: { ...conditions.uplink, ...link } };
  return { ...conditions, ...both, ...more };
}

function network(conditions: NetworkConditions, observer?: NetworkObserver, seed = 1) {
  const simulation = new Simulation();
  const network = new Network(simulation, {
    conditions,
    random: createRandom(seed),
    ...(observer && { observer }),
  });
  const load = (bytes: number, options: { extraRttMs?: number } = {}): Load => {
    const startMs = simulation.nowMs;
    const record: Load = { startMs, arrivals: [] };
    let received = 0;
    const connection = network.connect(
      {
        onConnected: () => {
          record.connectMs = simulation.nowMs - startMs;
          connection.clientWrite(1);
        },
        onServerReceived: () => connection.serverWrite(bytes),
        onClientReceived: (count) => record.arrivals.push([simulation.nowMs, (received += count)]),
      },
      options,
    );
    return record;
  };
  return { simulation, network, load };
}

const bytesBy = (record: Load, timeMs: number) =>
  record.arrivals.findLast(([atMs]) => atMs <= timeMs)?.[1] ?? 0;

describe('changes during a run', () => {
  it('count from the first SYN, and change rate, round trip and loss', () => {
    let beforeBytes = 0;
    /** Bytes that left the downlink's queue, per ms of the simulation. */
    const departures: [timeMs: number, bytes: number][] = [];
    const { simulation, load } = network(
      {
        ...conditionsOf({ rttMs: 40, downBps: 8e6 }),
        changes: [
          { atMs: 5000, downlinkBps: 800e3 },
          { atMs: 10_000, downlinkBps: 8e6, baseRttMs: 300 },
        ],
      },
      {
        onQueueChange: (direction, bytes) => {
          if (direction !== 'downlink') return;
          if (bytes < beforeBytes) departures.push([simulation.nowMs, beforeBytes - bytes]);
          beforeBytes = bytes;
        },
      },
    );
    const departed = (fromMs: number, toMs: number) =>
      departures.reduce((sum, [atMs, bytes]) => sum + (atMs > fromMs && atMs <= toMs ? bytes : 0), 0);
    simulation.advanceTo(7000);
    load(1e9);
    simulation.run({ limitMs: 7000 + 20_000 });
    // The queue is never empty: what leaves is rate × time, but for a packet at either end.
    expect(Math.abs(departed(10_000, 12_000) - 2e6)).toBeLessThan(1500);
    expect(Math.abs(departed(12_000, 17_000) - 500e3)).toBeLessThan(1500);
    simulation.run({ limitMs: 7000 + 30_000 });
    // 260 ms more of round trip, and a queue that is empty for a new connection of the same network: 300 ms of path,
    // and what the bulk flow has standing in the queue, at most 65,536 B × 8 / 8 Mbit/s = 66 ms.
    const second = load(1);
    simulation.run({ limitMs: 7000 + 31_000 });
    expect(second.connectMs).toBeGreaterThan(300);
    expect(second.connectMs).toBeLessThan(366);
  });

  it('the loss of a change counts from its time', () => {
    const lost: number[] = [];
    const { simulation, load } = network(
      { ...conditionsOf(path), changes: [{ atMs: 2000, lossRate: 0.1 }] },
      { onDrop: (_packet, cause) => cause === 'link' && lost.push(simulation.nowMs) },
    );
    load(1e6);
    simulation.run({ limitMs: 4000 });
    expect(lost.length).toBeGreaterThan(5);
    expect(Math.min(...lost)).toBeGreaterThan(2000);
  });
});

describe('background flows', () => {
  it('fill the queue that the page shares, and end with the network', () => {
    let deepest = 0;
    const {
      simulation,
      network: net,
      load,
    } = network(
      {
        ...conditionsOf({ rttMs: 100, downBps: 1.6e6, queueBytes: 64_000 }),
        background: [{ direction: 'downlink', flows: 2, startMs: 0 }],
      },
      {
        onQueueChange: (direction, bytes) => {
          if (direction === 'downlink') deepest = Math.max(deepest, bytes);
        },
      },
    );
    load(1);
    simulation.run({ limitMs: 10_000 });
    expect(deepest).toBeGreaterThan(64_000 - 1500);
    // The queue is full, but not of the page's packets.
    expect(net.isQuiet).toBe(true);
    const late = load(1);
    simulation.run({ limitMs: 12_000 });
    // 100 ms of path, and behind a queue of 64 kB or, after a loss, some half of it: 320 or 160 ms.
    expect(late.connectMs).toBeGreaterThan(200);
    expect(late.connectMs).toBeLessThan(100.6 + 320);
    net.close();
    simulation.run({ limitMs: 1e9 });
    expect(simulation.nextDueMs).toBeUndefined();
    expect(simulation.nowMs).toBeLessThan(13_000);
  });

  it('take half of the link from a single page flow', () => {
    const conditions = conditionsOf({ rttMs: 50, downBps: 8e6 });
    const { simulation, load } = network({
      ...conditions,
      background: [{ direction: 'downlink', flows: 1, startMs: 0 }],
    });
    const record = load(1e9);
    simulation.run({ limitMs: 60_000 });
    const share = (bytesBy(record, 60_000) - bytesBy(record, 10_000)) / (50e6 * (1448 / 1500));
    expect(share).toBeGreaterThan(1 / 3);
    expect(share).toBeLessThan(2 / 3);
  });

  it('start and stop at their times, upload as well, and finish what has a size', () => {
    const active = { uplink: [Infinity, 0], downlink: [Infinity, 0] };
    let downBytes = 0;
    let before = 0;
    const { simulation, load } = network(
      {
        ...conditionsOf({ rttMs: 20, downBps: 1.6e6 }),
        background: [
          { direction: 'uplink', flows: 1, startMs: 3000, stopMs: 5000 },
          { direction: 'downlink', flows: 3, startMs: 8000, sizeBytes: 50_000 },
        ],
      },
      {
        onQueueChange: (direction, bytes) => {
          if (bytes >= 1500) {
            const range = active[direction];
            range[0] = Math.min(range[0]!, simulation.nowMs);
            range[1] = Math.max(range[1]!, simulation.nowMs);
          }
          if (direction === 'downlink') {
            if (bytes < before && simulation.nowMs > 8000) downBytes += before - bytes;
            before = bytes;
          }
        },
      },
    );
    load(1);
    simulation.run({ limitMs: 1e9 });
    // A handshake of 20 ms first; after the stop the queue drains, 65,536 B in 328 ms.
    expect(active.uplink[0]).toBeGreaterThan(3020);
    expect(active.uplink[0]).toBeLessThan(3030);
    expect(active.uplink[1]).toBeGreaterThan(5000);
    expect(active.uplink[1]).toBeLessThan(5328);
    expect(active.downlink[0]).toBeGreaterThan(8020);
    // Three times 50,000 B of payload in 35 packets each, with 52 B of headers, and some ACKs.
    expect(downBytes).toBeGreaterThan(3 * (50_000 + 35 * 52));
    expect(downBytes).toBeLessThan(3 * (50_000 + 35 * 52) * 1.1);
    // Nothing is left to happen.
    expect(simulation.nextDueMs).toBeUndefined();
  });
});

describe('an origin further away', () => {
  it('adds exactly its extra round trip, and shares the bottleneck', () => {
    const { simulation, load } = network(conditionsOf(path));
    const near = load(14_480);
    simulation.run();
    const far = load(14_480, { extraRttMs: 40 });
    simulation.run();
    expect(far.connectMs! - near.connectMs!).toBeCloseTo(40, 9);
    // Two round trips to the first byte.
    const firstByteMs = (record: Load) => record.arrivals[0]![0] - record.startMs;
    expect(firstByteMs(far) - firstByteMs(near)).toBeCloseTo(80, 9);
    // The ten segments are spaced by the same link.
    expect(far.arrivals[9]![0] - far.arrivals[0]![0]).toBeCloseTo(67.5, 9);
  });

  it('does not delay the others', () => {
    const { simulation, load } = network(conditionsOf(path));
    const far = load(1, { extraRttMs: 400 });
    const near = load(1);
    simulation.run();
    // Behind the other SYN: 0.3 ms more than 100.6 and what the hosts take.
    expect(near.connectMs).toBeCloseTo(100.9 + 2 * HOST_DELAY_MS, 9);
    expect(far.connectMs).toBeCloseTo(500.6 + 2 * HOST_DELAY_MS, 9);
  });
});

describe('queue management under TCP', () => {
  const base: Path = { rttMs: 40, downBps: 10e6 };
  const codel = { targetMs: 5, intervalMs: 100 };

  /** Share of 200 ms windows, after 5 s, in which the queue was below `targetMs` at some moment; and the goodput. */
  function bulk(queue: LinkConditions['queue'], congestionControl: 'cubic' | 'reno') {
    const lowest = new Map<number, number>();
    const { simulation, load } = network(withLinks({ ...base, congestionControl }, { queue }), {
      onQueueChange: (direction, bytes) => {
        if (direction !== 'downlink') return;
        const window = Math.floor(simulation.nowMs / 200);
        const delayMs = (bytes * 8000) / 10e6;
        lowest.set(window, Math.min(lowest.get(window) ?? Infinity, delayMs));
      },
    });
    const record = load(1e9);
    simulation.run({ limitMs: 30_000 });
    const windows = [...lowest].filter(([window]) => window >= 25 && window < 150);
    expect(windows).toHaveLength(125);
    return {
      belowTarget: windows.filter(([, delayMs]) => delayMs < 5).length / windows.length,
      utilisation: (bytesBy(record, 30_000) - bytesBy(record, 5000)) / (25 * 1.25e6 * (1448 / 1500)),
    };
  }

  it.each(['cubic', 'reno'] as const)(
    'CoDel holds its target under a %s download, and the link is used',
    (cc) => {
      // Droptail with the same room keeps a standing queue: the window never falls below the queue's 1000 packets × β.
      const droptail = bulk({ discipline: 'droptail', limit: { packets: 1000 } }, cc);
      expect(droptail.belowTarget).toBe(0);
      const managed = bulk({ discipline: 'codel', limit: { packets: 1000 }, ...codel }, cc);
      expect(managed.belowTarget).toBeGreaterThan(0.9);
      // A window cut to β with less than a BDP queued leaves the link idle for a while: 0.7 (CUBIC) or 0.5 (Reno) at
      // worst, three quarters of the way back on average.
      expect(managed.utilisation).toBeGreaterThan(cc === 'cubic' ? 0.85 : 0.75);
    },
  );

  it('FQ-CoDel gives a new connection an empty path beside a bulk download', () => {
    const connectMs = (queue: LinkConditions['queue']) => {
      const { simulation, load } = network(
        withLinks(base, { queue }, { background: [{ direction: 'downlink', flows: 1, startMs: 0 }] }),
      );
      load(1);
      simulation.run({ limitMs: 10_000 });
      const second = load(1);
      simulation.run({ limitMs: 12_000 });
      return second.connectMs!;
    };
    const fair = {
      discipline: 'fq-codel',
      limit: { packets: 10_240 },
      quantumBytes: 1514,
      flows: 1024,
    } as const;
    // 40 ms, two 60 B packets of 0.048 ms, and at most one full packet in service in each direction: 1.2 ms.
    const fairMs = connectMs({ ...fair, ...codel });
    expect(fairMs).toBeGreaterThan(40.09);
    expect(fairMs).toBeLessThan(40.1 + 2.4);
    // 500 packets of 1.2 ms and more stand in a droptail queue of 1000.
    expect(connectMs({ discipline: 'droptail', limit: { packets: 1000 } })).toBeGreaterThan(500);
  });
});

describe('everything at once', () => {
  const conditions = withLinks(
    { rttMs: 60, downBps: 4e6 },
    {
      queue: {
        discipline: 'fq-codel',
        limit: { packets: 60 },
        targetMs: 5,
        intervalMs: 100,
        quantumBytes: 1514,
        flows: 64,
      },
      gilbertElliott: { p: 0.01, r: 0.3, badLossRate: 0.5, goodLossRate: 0 },
      jitterMs: 8,
    },
    {
      background: [
        { direction: 'downlink', flows: 2, startMs: 100 },
        { direction: 'uplink', flows: 1, startMs: 500, stopMs: 3000 },
      ],
      changes: [
        { atMs: 1000, downlinkBps: 1e6, baseRttMs: 20 },
        { atMs: 2000, downlinkBps: 6e6, lossRate: 0.01 },
      ],
    },
  );

  const log = (seed: number) => {
    const events: string[] = [];
    const { simulation, load } = network(
      conditions,
      {
        onQueueChange: (direction, bytes) => events.push(`${simulation.nowMs} ${direction} ${bytes}`),
        onDrop: (packet, cause) =>
          events.push(`${simulation.nowMs} ${cause} ${packet.connection} ${packet.segment?.seq}`),
      },
      seed,
    );
    const records = [load(200_000), load(100_000, { extraRttMs: 30 })];
    simulation.run({ limitMs: 6000 });
    return JSON.stringify([events, records]);
  };

  it('the same seed gives the same event log, another seed another', () => {
    const first = log(5);
    expect(first.length).toBeGreaterThan(100_000);
    expect(log(5)).toBe(first);
    expect(log(6)).not.toBe(first);
  });
});

describe('conditions under which nothing would ever arrive', () => {
  const good = conditionsOf(path);
  const link = (change: Partial<LinkConditions>) => ({ downlink: { ...good.downlink, ...change } });
  const chain = { p: 0.1, r: 0.5, badLossRate: 1, goodLossRate: 0 };
  const codel = { discipline: 'codel', limit: { packets: 9 }, targetMs: 5, intervalMs: 100 } as const;
  const trace = (...opportunitiesMs: number[]) => link({ trace: { name: 't', opportunitiesMs } });

  it.each<[string, Partial<NetworkConditions>]>([
    ['baseRttMs is -1; allowed: 0 or more', { baseRttMs: -1 }],
    ['baseRttMs is NaN', { baseRttMs: NaN }],
    ['baseRttMs is Infinity', { baseRttMs: Infinity }],
    ['downlink.bandwidthBps is 0; allowed: above 0', link({ bandwidthBps: 0 })],
    ['downlink.bandwidthBps is Infinity', link({ bandwidthBps: Infinity })],
    ['downlink.queueLimitBytes is 1499; allowed: at least 1500', link({ queueLimitBytes: 1499 })],
    ['downlink.lossRate is 1; allowed: 0 to below 1', link({ lossRate: 1 })],
    ['downlink.lossRate is -0.1', link({ lossRate: -0.1 })],
    ['downlink.jitterMs is -1', link({ jitterMs: -1 })],
    ['downlink.forcedLosses is 1.5', link({ forcedLosses: [0, 1.5] })],
    ['downlink.gilbertElliott.p is 2', link({ gilbertElliott: { ...chain, p: 2 } })],
    ['downlink.gilbertElliott.r is 0; allowed: above 0', link({ gilbertElliott: { ...chain, r: 0 } })],
    ['downlink.gilbertElliott in the long run is 1', link({ gilbertElliott: { ...chain, goodLossRate: 1 } })],
    ['downlink.queue.limit is 0', link({ queue: { discipline: 'droptail', limit: { packets: 0 } } })],
    ['downlink.queue.limit is 1000', link({ queue: { discipline: 'droptail', limit: { bytes: 1000 } } })],
    ['downlink.queue.limit is 0', link({ queue: { discipline: 'droptail', limit: { delayMs: 0 } } })],
    ['downlink.queue.intervalMs is 0', link({ queue: { ...codel, intervalMs: 0 } })],
    [
      'downlink.queue.quantumBytes is 0',
      link({ queue: { ...codel, discipline: 'fq-codel', quantumBytes: 0, flows: 8 } }),
    ],
    [
      'downlink.queue.flows is 0',
      link({ queue: { ...codel, discipline: 'fq-codel', quantumBytes: 1514, flows: 0 } }),
    ],
    ['downlink.trace, its last time is 0', trace()],
    ['downlink.trace, its last time is 0', trace(0, 0)],
    ['downlink.trace: its times go back', trace(5, 3)],
    ['initialWindowSegments is 0', { initialWindowSegments: 0 }],
    ['sendBufferBytes is 0', { sendBufferBytes: 0 }],
    ['notSentLowatBytes is 0', { notSentLowatBytes: 0 }],
    ['changes[0].downlinkBps is 0', { changes: [{ atMs: 1, downlinkBps: 0 }] }],
    ['changes[0].lossRate is 1', { changes: [{ atMs: 1, lossRate: 1 }] }],
    ['changes[1].atMs is 1; allowed: 2 or later', { changes: [{ atMs: 2 }, { atMs: 1 }] }],
    [
      'changes[0].downlinkBps: that direction follows a trace',
      { ...trace(5), changes: [{ atMs: 1, downlinkBps: 1 }] },
    ],
    ['background[0].flows is 0', { background: [{ direction: 'downlink', flows: 0, startMs: 0 }] }],
    [
      'background[0].stopMs is 5; allowed: after startMs, 5',
      { background: [{ direction: 'downlink', flows: 1, startMs: 5, stopMs: 5 }] },
    ],
    ['extraRttMs of a.test is -1', { extraRttMs: { 'a.test': -1 } }],
  ])('%s', (message, change) => {
    const attempt = () =>
      new Network(new Simulation(), { conditions: { ...good, ...change }, random: createRandom(1) });
    expect(attempt).toThrow(RangeError);
    expect(attempt).toThrow(message);
  });

  it('an origin at a negative distance', () => {
    const { network: net } = network(good);
    const handlers = { onClientReceived: () => undefined, onServerReceived: () => undefined };
    expect(() => net.connect(handlers, { extraRttMs: -1 })).toThrow(RangeError);
  });
});
