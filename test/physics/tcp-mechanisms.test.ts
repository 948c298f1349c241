import { describe, expect, it } from 'vitest';
import type { NetworkConditions } from '../../lab/network/conditions.ts';
import { HOST_DELAY_MS, Network } from '../../lab/network/network.ts';
import { createRandom } from '../../lab/network/random.ts';
import { Simulation } from '../../lab/network/simulation.ts';
import type { Direction } from '../../lab/network/tcp/connection.ts';
import { copySegment, SMSS_BYTES, type TcpSegment } from '../../lab/network/tcp/segment.ts';
import { conditionsOf, type Path } from './support.ts';

interface Sent {
  readonly atMs: number;
  readonly direction: Direction;
  readonly segment: TcpSegment;
}

/** One download with every segment as it comes to its link; `forced` downlink data packets are lost. */
function observe(
  path: Path,
  bytes: number,
  options: { forced?: readonly number[]; conditions?: Partial<NetworkConditions> } = {},
): { data: Sent[]; acks: Sent[]; simulation: Simulation; doneMs: number } {
  const simulation = new Simulation();
  const conditions = conditionsOf(path);
  const data: Sent[] = [];
  const acks: Sent[] = [];
  const network = new Network(simulation, {
    conditions: {
      ...conditions,
      downlink: { ...conditions.downlink, forcedLosses: options.forced ?? [] },
      ...options.conditions,
    },
    random: createRandom(1),
    observer: {
      onSend: ({ direction, segment }) => {
        if (segment === undefined) return;
        if (direction === 'downlink' && segment.length > 0)
          data.push({ atMs: simulation.nowMs, direction, segment: copySegment(segment) });
        if (direction === 'uplink' && segment.length === 0)
          acks.push({ atMs: simulation.nowMs, direction, segment: copySegment(segment) });
      },
    },
  });
  let received = 0;
  let doneMs = 0;
  const connection = network.connect({
    onConnected: () => connection.clientWrite(1),
    onServerReceived: () => connection.serverWrite(bytes),
    onClientReceived: (count) => {
      received += count;
      if (received === bytes) doneMs = simulation.nowMs;
    },
  });
  simulation.run({ done: () => received === bytes, limitMs: 600_000 });
  return { data, acks, simulation, doneMs };
}

const segmentsAcknowledged = (acks: readonly Sent[]) =>
  acks.map(({ segment }, index) => {
    const before = acks[index - 1]?.segment.acknowledgement.ack ?? 0;
    return (segment.acknowledgement.ack - before) / SMSS_BYTES;
  });

describe('acknowledgements', () => {
  it('come singly for 22 segments, then for two at a time', () => {
    // Six segments open the window (64,256 → 80,480 by 2896 each), and keep the 16 quick ACKs from being used up.
    const { acks } = observe({ rttMs: 100, downBps: 1.6e6, queueBytes: 262_144 }, 60 * SMSS_BYTES);
    const counts = segmentsAcknowledged(acks);
    expect(counts.slice(0, 22)).toEqual(Array.from({ length: 22 }, () => 1));
    // ... until the buffer has grown with what was read in a round trip, and the window opens again.
    expect(counts.slice(22, 26)).toEqual([2, 2, 2, 2]);
  });

  it('of out-of-order data are held for up to 1.1 ms once three have gone out', () => {
    // 50 Mbit/s: a segment every 0.24 ms. The fourth is lost; by then the window has opened six times at most.
    const { acks } = observe({ rttMs: 100, downBps: 50e6, queueBytes: 1e6 }, 400 * SMSS_BYTES, {
      forced: [120],
    });
    const duplicates = acks.filter(({ segment }) => segment.acknowledgement.ack === 120 * SMSS_BYTES);
    const gaps = duplicates.slice(1).map(({ atMs }, index) => atMs - duplicates[index]!.atMs);
    expect(duplicates.length).toBeGreaterThan(10);
    expect(Math.max(...gaps)).toBeGreaterThan(1);
  });
});

describe('bursts', () => {
  it('of an initial window are pairs, the second of which has PSH', () => {
    const { data } = observe({ rttMs: 100, downBps: 1.6e6 }, 30 * SMSS_BYTES);
    expect(data.slice(0, 10).map(({ segment }) => segment.push)).toEqual(
      Array.from({ length: 10 }, (_, index) => index % 2 === 1),
    );
  });

  it('with pacing leave spaced by length / rate, with the first ten segments unspaced', () => {
    const rttMs = 100;
    const { data } = observe({ rttMs, downBps: 100e6, queueBytes: 1e7 }, 200 * SMSS_BYTES, {
      conditions: { pacing: true },
    });
    const firstFlight = data.slice(0, 10).map(({ atMs }) => atMs);
    expect(firstFlight.at(-1)! - firstFlight[0]!).toBeCloseTo(0, 9);
    // Second flight: twice cwnd per RTT, 20 segments and more per 100 ms at a rate of 2 × cwnd / srtt.
    const second = data.slice(10, 30).map(({ atMs }) => atMs);
    const perPairMs = (second.at(-1)! - second[0]!) / 9;
    // 2 segments at 2 × 10…20 segments per RTT: between 100 × 2 / 40 and 100 × 2 / 20; lost time is made up for.
    expect(perPairMs).toBeGreaterThan(0.9 * ((rttMs * 2) / 40));
    expect(perPairMs).toBeLessThan((rttMs * 2) / 20 + 1);
  });
});

describe('the receive window', () => {
  it('limits an initial window of 100 segments to 64,256 bytes', () => {
    const { data } = observe(
      { rttMs: 200, downBps: 1e9, queueBytes: 1e7, initialWindowSegments: 100 },
      200 * SMSS_BYTES,
    );
    const firstFlight = data.filter(({ atMs }) => atMs < 450);
    // 64,256 / 1448 = 44.4
    expect(firstFlight).toHaveLength(44);
  });
});

describe('a lost tail', () => {
  it('is repaired when a delayed ACK can no longer be the reason: 2 × srtt + 200 ms, or the RTO if that is earlier', () => {
    const { data, acks } = observe({ rttMs: 100, downBps: 1.6e6, queueBytes: 262_144 }, 11 * SMSS_BYTES, {
      forced: [10],
    });
    const probe = data.find(({ segment }) => segment.retransmission)!;
    const lastAckAtServerMs =
      acks.findLast(({ atMs }) => atMs < probe.atMs)!.atMs + 50 + HOST_DELAY_MS + 0.26;
    expect(probe.segment.seq).toBe(10 * SMSS_BYTES);
    const afterMs = probe.atMs - lastAckAtServerMs;
    // RTO = srtt + 200, and srtt is between the first RTT and the tenth's: 100.6 and 176 ms. 336 ms are 84 jiffies, for
    // which the wheel has slots of 32 ms.
    expect(afterMs).toBeGreaterThan(100 + 200);
    expect(afterMs).toBeLessThan(176 + 200 + 32);
  });

  it('costs one retransmission and no timeout', () => {
    const { data } = observe({ rttMs: 100, downBps: 1.6e6, queueBytes: 262_144 }, 11 * SMSS_BYTES, {
      forced: [10],
    });
    expect(data.filter(({ segment }) => segment.retransmission)).toHaveLength(1);
  });
});

describe('a spurious timeout', () => {
  it('wastes one segment and is undone: slow start goes on', () => {
    // 1500 B take 240 ms at 50 kbit/s: the RTO of 200 ms and a round trip passes before the second ACK is back.
    const { data } = observe({ rttMs: 100, downBps: 50e3, queueBytes: 65_536 }, 69 * SMSS_BYTES);
    const again = data.filter(({ segment }) => segment.retransmission);
    expect(again).toHaveLength(1);
    // Two new segments per acknowledgement after it, as in slow start.
    const after = data.filter(({ atMs, segment }) => atMs > again[0]!.atMs && !segment.retransmission);
    const moments = new Map<number, number>();
    for (const { atMs } of after.slice(0, 20)) moments.set(atMs, (moments.get(atMs) ?? 0) + 1);
    expect([...moments.values()].slice(0, 5)).toEqual([2, 2, 2, 2, 2]);
  });
});

describe('a hole', () => {
  it('is retransmitted once, a round trip after the segment behind it arrived', () => {
    const path = { rttMs: 100, downBps: 10e6, queueBytes: 262_144 };
    const { data } = observe(path, 100 * SMSS_BYTES, { forced: [20] });
    const lost = data.find(({ segment }) => segment.seq === 20 * SMSS_BYTES)!;
    const again = data.filter(({ segment }) => segment.retransmission);
    expect(again.map(({ segment }) => segment.seq)).toEqual([20 * SMSS_BYTES]);
    // RACK waits a quarter of the minimum RTT for reordering, or for three segments behind it.
    expect(again[0]!.atMs - lost.atMs).toBeGreaterThan(100);
    expect(again[0]!.atMs - lost.atMs).toBeLessThan(100 + 100 / 4 + 10);
  });

  it('reduces the window once, by 717/1024', () => {
    const path = { rttMs: 100, downBps: 10e6, queueBytes: 1e6 };
    const windows: number[] = [];
    const simulation = new Simulation();
    const conditions = conditionsOf(path);
    const network = new Network(simulation, {
      conditions: { ...conditions, downlink: { ...conditions.downlink, forcedLosses: [40] } },
      random: createRandom(1),
    });
    let received = 0;
    const connection = network.connect({
      onConnected: () => connection.clientWrite(1),
      onServerReceived: () => connection.serverWrite(200 * SMSS_BYTES),
      onClientReceived: (count) => (received += count),
      onWindow: (cwndSegments) => windows.push(cwndSegments),
    });
    simulation.run({ done: () => received === 200 * SMSS_BYTES, limitMs: 60_000 });
    const peak = Math.max(...windows);
    const afterwards = windows.slice(windows.lastIndexOf(peak));
    expect(afterwards).toContain(Math.floor((peak * 717) / 1024));
  });
});

describe('what a server may hand over', () => {
  it('is bounded by TCP_NOTSENT_LOWAT beyond what has left', () => {
    const lowat = 16_384;
    const simulation = new Simulation();
    const network = new Network(simulation, {
      conditions: { ...conditionsOf({ rttMs: 100, downBps: 1.6e6 }), notSentLowatBytes: lowat },
      random: createRandom(1),
    });
    let [sent, written, received, largest] = [0, 0, 0, 0];
    const connection = network.connect({
      onConnected: () => connection.clientWrite(1),
      onServerReceived: () => write(),
      onServerWritable: () => written > 0 && write(),
      onServerSent: (bytes) => (sent = bytes),
      onClientReceived: (count) => (received += count),
    });
    const write = () => {
      while (written < 500_000 && connection.serverFreeBytes > 0) {
        written += 1000;
        connection.serverWrite(1000);
        largest = Math.max(largest, written - sent);
      }
    };
    simulation.run({ done: () => received === 500_000, limitMs: 60_000 });
    expect(received).toBe(500_000);
    // One write of 1000 bytes may go beyond.
    expect(largest).toBeLessThanOrEqual(lowat + 1000);
    expect(largest).toBeGreaterThan(lowat - 1000);
  });
});

describe('a connection that is closed in mid-flight', () => {
  it('leaves no timer, and the queue empties', () => {
    const simulation = new Simulation();
    const network = new Network(simulation, {
      conditions: conditionsOf({ rttMs: 100, downBps: 1.6e6 }),
      random: createRandom(1),
    });
    let received = 0;
    const connection = network.connect({
      onConnected: () => connection.clientWrite(1),
      onServerReceived: () => connection.serverWrite(500_000),
      onClientReceived: (count) => {
        received += count;
        if (received > 100_000) connection.close();
      },
    });
    simulation.run({ limitMs: 60_000 });
    expect(simulation.pending).toBe(0);
    expect(network.isQuiet).toBe(true);
    expect(received).toBeLessThan(110_000);
  });

  it('also when the handler of what it is doing closes it', () => {
    const simulation = new Simulation();
    for (const at of ['connected', 'sent'] as const) {
      const network = new Network(simulation, {
        conditions: conditionsOf({ rttMs: 100, downBps: 1.6e6 }),
        random: createRandom(1),
      });
      const connection = network.connect({
        onConnected: () => {
          connection.clientWrite(1);
          if (at === 'connected') connection.close();
        },
        onServerReceived: () => connection.serverWrite(500_000),
        onServerSent: () => connection.close(),
        onClientReceived: () => undefined,
      });
      simulation.run({ limitMs: simulation.nowMs + 60_000 });
      expect([at, simulation.pending]).toEqual([at, 0]);
    }
  });
});

describe('packets', () => {
  it('are never larger than the link takes, however many ranges an acknowledgement with data reports', () => {
    const simulation = new Simulation();
    const path = conditionsOf({ rttMs: 50, downBps: 9e6 });
    let largest = 0;
    let selective = 0;
    const network = new Network(simulation, {
      conditions: { ...path, downlink: { ...path.downlink, lossRate: 0.1 } },
      random: createRandom(3),
      observer: {
        onSend: ({ sizeBytes, segment }) => {
          largest = Math.max(largest, sizeBytes);
          if (segment !== undefined && segment.length > 0 && segment.acknowledgement.sackBlocks.length > 0)
            selective++;
        },
      },
    });
    let received = 0;
    const connection = network.connect({
      onConnected: () => connection.clientWrite(600_000),
      onServerReceived: (count) => connection.serverWrite(count),
      onClientReceived: (count) => void (received += count),
    });
    simulation.run({ done: () => received === 600_000, limitMs: 600_000 });
    expect(received).toBe(600_000);
    expect(selective).toBeGreaterThan(0);
    expect(largest).toBe(1500);
  });
});
