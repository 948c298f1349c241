import { describe, expect, it } from 'vitest';
import { SMSS_BYTES } from '../../lab/network/tcp/segment.ts';
import type { WirePacket } from '../../lab/network/tcp/connection.ts';
import { download, timeOf, type Path } from './support.ts';

/** Bytes that arrive in each round trip after the first byte. */
function flights(path: Path, bytes: number, count: number): number[] {
  const { arrivals } = download(path, bytes).downloads[0]!;
  const firstMs = arrivals[0]![0];
  const perFlight: number[] = Array.from({ length: count }, () => 0);
  let before = 0;
  for (const [time, received] of arrivals) {
    const flight = Math.floor((time - firstMs) / path.rttMs);
    if (flight < count) perFlight[flight] = (perFlight[flight] ?? 0) + received - before;
    before = received;
  }
  return perFlight;
}

describe('slow start', () => {
  it.each([1, 4, 10, 32])('sends an initial window of %i segments and waits', (initialWindowSegments) => {
    // 1 Gbit/s: serialisation is nothing beside 200 ms of RTT.
    const [first] = flights({ rttMs: 200, downBps: 1e9, initialWindowSegments, queueBytes: 1e6 }, 400_000, 1);
    expect(first).toBe(initialWindowSegments * SMSS_BYTES);
  });

  it('doubles every round trip while nothing is full', () => {
    const perFlight = flights(
      { rttMs: 200, downBps: 1e9, initialWindowSegments: 4, queueBytes: 1e6 },
      2_000_000,
      3,
    );
    expect(perFlight).toEqual([4 * SMSS_BYTES, 8 * SMSS_BYTES, 16 * SMSS_BYTES]);
  });

  it('needs a second flight for 14,600 bytes at an initial window of ten', () => {
    const record = download({ rttMs: 300, downBps: 1e8 }, 15_000).downloads[0]!;
    // 10 × 1448 = 14,480 < 14,600
    expect(timeOf(record, 14_600) - timeOf(record, 14_480)).toBeGreaterThan(290);
  });
});

describe('steady state', () => {
  it('fills the link: goodput is rate × 1448/1500 within 0.5 %', () => {
    // A queue of 1 MB is not full before 3 MB have passed, so nothing is lost and nothing arrives in jumps.
    const record = download({ rttMs: 100, downBps: 1.6e6, queueBytes: 1e6 }, 4_000_000).downloads[0]!;
    const [fromMs, toMs] = [timeOf(record, 1_000_000), timeOf(record, 3_000_000)];
    const goodputBps = (2_000_000 * 8 * 1000) / (toMs - fromMs);
    const expectedBps = (1.6e6 * SMSS_BYTES) / 1500;
    expect(Math.abs(goodputBps / expectedBps - 1)).toBeLessThan(0.005);
  });

  it('a window smaller than the bandwidth-delay product limits the rate to window / RTT', () => {
    // Nothing can leave before the ACK of the one segment outstanding: 1448 B per round trip of the first flights.
    const record = download({ rttMs: 100, downBps: 1e9, initialWindowSegments: 1 }, 3 * SMSS_BYTES)
      .downloads[0]!;
    expect(timeOf(record, 3 * SMSS_BYTES) - timeOf(record, SMSS_BYTES)).toBeCloseTo(100, 0);
  });

  it('two flows of equal RTT share within a factor of 1.5', () => {
    const { downloads } = download({ rttMs: 50, downBps: 8e6 }, 8_000_000, { startsMs: [0, 0] });
    const [a, b] = downloads.map((d) => timeOf(d, 8_000_000));
    expect(Math.max(a! / b!, b! / a!)).toBeLessThan(1.5);
  });
});

describe('loss', () => {
  const forLoss: Path = { rttMs: 100, downBps: 8e6, queueBytes: 262_144, lossRate: 0.02 };

  it.each(['cubic', 'reno'] as const)('%s delivers every byte in order at 2 %% loss', (congestionControl) => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const { downloads } = download({ ...forLoss, congestionControl }, 500_000, { seed, limitMs: 120_000 });
      expect(downloads[0]!.arrivals.at(-1)![1]).toBe(500_000);
    }
  });

  it('survives half of all packets lost, SYN and ACKs included', () => {
    const { downloads } = download({ ...forLoss, lossRate: 0.5 }, 20_000, { seed: 3, limitMs: 3_600_000 });
    expect(downloads[0]!.arrivals.at(-1)![1]).toBe(20_000);
  });

  it('holds back what is behind a hole until it is filled', () => {
    const { arrivals } = download(forLoss, 500_000, { seed: 1 }).downloads[0]!;
    const largest = Math.max(...arrivals.map(([, bytes], index) => bytes - (arrivals[index - 1]?.[1] ?? 0)));
    expect(largest).toBeGreaterThan(10 * SMSS_BYTES);
  });

  it('repairs an overflowing queue without a timeout stall: within 1.3 × the ideal time', () => {
    const drops: WirePacket[] = [];
    const record = download(
      { rttMs: 50, downBps: 9e6, queueBytes: 65_536, congestionControl: 'reno' },
      1_000_000,
      {
        observer: { onDrop: (packet) => drops.push(packet) },
      },
    ).downloads[0]!;
    expect(drops.length).toBeGreaterThan(10);
    const idealMs = (1_000_000 * (1500 / SMSS_BYTES) * 8 * 1000) / 9e6 + 100;
    expect(timeOf(record, 1_000_000)).toBeLessThan(1.3 * idealMs);
  });
});

describe('invariants', () => {
  const busy: Path = { rttMs: 80, downBps: 2e6, queueBytes: 20_000, lossRate: 0.01 };

  it('the same seed gives the same event log, another seed another', () => {
    const log = (seed: number) => {
      const events: string[] = [];
      const { downloads } = download(busy, 300_000, {
        seed,
        startsMs: [0, 200],
        observer: {
          onQueueChange: (direction, bytes) => events.push(`${direction} ${bytes}`),
          onDrop: (packet, cause) => events.push(`${cause} ${packet.segment?.seq}`),
        },
      });
      return JSON.stringify([events, downloads]);
    };
    expect(log(7)).toBe(log(7));
    expect(log(7)).not.toBe(log(8));
  });

  it('every packet put on a link is delivered, dropped or still there', () => {
    const counts = { drops: 0, departures: 0, arrivals: 0 };
    let last = 0;
    const { downloads } = download(busy, 300_000, {
      observer: {
        onDrop: (packet, cause) => {
          if (packet.direction === 'downlink' && cause === 'queue') counts.drops++;
        },
        onQueueChange: (direction, queuedBytes) => {
          if (direction !== 'downlink') return;
          if (queuedBytes > last) counts.arrivals++;
          else counts.departures++;
          last = queuedBytes;
        },
      },
    });
    // Whatever entered the queue left it again, but for what is queued at the end.
    expect(counts.arrivals - counts.departures).toBe(last === 0 ? 0 : Math.ceil(last / 1500));
    expect(counts.drops).toBeGreaterThan(0);
    expect(downloads[0]!.arrivals.at(-1)![1]).toBe(300_000);
  });

  it('never lets the queue beyond its limit, nor the flight beyond the window', () => {
    let deepest = 0;
    const { downloads } = download(busy, 300_000, {
      observer: { onQueueChange: (_direction, bytes) => (deepest = Math.max(deepest, bytes)) },
    });
    expect(deepest).toBeLessThanOrEqual(20_000);
    // A reduction leaves more in flight than the new window allows, and a tail loss probe may add one segment
    // (RFC 8985 §7.3); but nothing new leaves beyond the window.
    const { cwnd, flight } = downloads[0]!;
    for (let at = 1; at < flight.length; at++) {
      const grew = flight[at]![1] > flight[at - 1]![1];
      if (grew) expect(flight[at]![1]).toBeLessThanOrEqual((cwnd[at]! + 1) * SMSS_BYTES);
    }
  });
});
