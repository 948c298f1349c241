import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Network } from '../../lab/network/network.ts';
import { createRandom } from '../../lab/network/random.ts';
import { Simulation } from '../../lab/network/simulation.ts';
import { SMSS_BYTES } from '../../lab/network/tcp/segment.ts';
import { orderOf, parseCells } from '../../lab/transfer/cells.ts';
import { resultOf } from '../../lab/transfer/result.ts';
import { simulateTransfer } from '../../lab/transfer/simulate-transfer.ts';
import { conditionsOf, download, type Download, type Path } from './support.ts';

/** 8 Mbit/s × 100 ms: 100 kB, or 66.7 packets of 1500 B, are in flight when the link is full and the queue empty. */
const path: Path = { rttMs: 100, downBps: 8e6, queueBytes: 1e6, congestionControl: 'bbr' };
const BDP_BYTES = 100_000;
const GOODPUT_BPS = (8e6 * SMSS_BYTES) / 1500;

const bytesBy = ({ startMs, arrivals }: Download, timeMs: number) =>
  arrivals.findLast(([atMs]) => startMs + atMs <= timeMs)?.[1] ?? 0;
const goodputBps = (record: Download, fromMs: number, toMs: number) =>
  ((bytesBy(record, toMs) - bytesBy(record, fromMs)) * 8 * 1000) / (toMs - fromMs);

describe('start-up', () => {
  it('doubles what is sent every round', () => {
    const rttMs = 200;
    const { arrivals } = download({ ...path, rttMs, downBps: 1e9, queueBytes: 1e7 }, 3e6).downloads[0]!;
    const perRound: number[] = Array.from({ length: 8 }, () => 0);
    let before = 0;
    for (const [atMs, bytes] of arrivals) {
      const round = Math.floor((atMs - arrivals[0]![0]) / rttMs);
      if (round < 8) perRound[round]! += (bytes - before) / SMSS_BYTES;
      before = bytes;
    }
    // Without pacing 10 · 2^k; the gain is 2/ln 2 so that pacing sends as much, but for its first rounds: by then the
    // rate is that of windows which were not yet spread out.
    expect(perRound.slice(0, 2)).toEqual([10, 20]);
    for (let round = 4; round < 8; round++) expect(perRound[round]! / perRound[round - 1]!).toBeCloseTo(2, 0);
    expect(perRound[7]! / perRound[3]!).toBeGreaterThan(2 ** 4 * 0.95);
    expect(perRound[7]! / perRound[3]!).toBeLessThan(2 ** 4 * 1.1);
  });

  it('fills a pipe and then drains what that has queued', () => {
    const { flight } = download(path, 3e6).downloads[0]!;
    const peakBytes = Math.max(...flight.map(([, bytes]) => bytes));
    const fullMs = flight.findLast(([, bytes]) => bytes > 2.8 * BDP_BYTES)![0];
    const drained = flight.find(([atMs, bytes]) => atMs > fullMs && bytes < 1.1 * BDP_BYTES)!;
    // The window is 2.89 BDP. What is sent while draining is 1/2.89 of what leaves: of 1.89 BDP in excess 0.66 go a round.
    expect(peakBytes).toBeLessThan(2.9 * BDP_BYTES + 10 * SMSS_BYTES);
    expect(peakBytes).toBeGreaterThan(2.8 * BDP_BYTES);
    expect(drained[0] - fullMs).toBeGreaterThan(2.5 * path.rttMs);
    expect(drained[0] - fullMs).toBeLessThan(3.5 * path.rttMs);
  });
});

describe('steady state', () => {
  const { downloads } = download(path, 40e6, { limitMs: 30_000 });
  const record = downloads[0]!;

  it('delivers at the bottleneck’s rate within 1 %', () => {
    for (const fromMs of [2000, 12_000]) {
      expect(Math.abs(goodputBps(record, fromMs, fromMs + 7000) / GOODPUT_BPS - 1)).toBeLessThan(0.01);
    }
  });

  it('keeps the queue below a BDP at all times, and near a quarter of it when probing', () => {
    const bytes = record.flight.filter(([atMs]) => atMs > 2000 && atMs < 10_000).map(([, flight]) => flight);
    const inPackets = (flight: number) => (flight * 1500) / SMSS_BYTES;
    const highest = inPackets(Math.max(...bytes));
    expect(highest).toBeLessThan(2 * BDP_BYTES);
    // 1.25 BDP and the room for bursts: three of two segments, and two more in the probing phase
    expect(highest).toBeGreaterThan(1.2 * BDP_BYTES);
    expect(highest).toBeLessThan(1.25 * BDP_BYTES + 12 * 1500);
  });

  it('cuts the flight to four segments for 200 ms every ten seconds', () => {
    const low = record.flight
      .filter(([atMs, bytes]) => atMs > 1000 && bytes <= 4 * SMSS_BYTES)
      .map(([atMs]) => atMs);
    const dips = low.filter((atMs, index) => index === 0 || atMs - low[index - 1]! > 1000);
    expect(dips).toHaveLength(2);
    // Ten seconds after the handshake, its round trip and that of draining.
    expect(dips[0]).toBeGreaterThan(10_000 + path.rttMs);
    expect(dips[0]).toBeLessThan(10_000 + 3 * path.rttMs);
    const firstDip = low.filter((atMs) => atMs < 11_000);
    expect(firstDip.at(-1)! - firstDip[0]!).toBeGreaterThanOrEqual(200);
    // 200 ms, and until the acknowledgement after
    expect(firstDip.at(-1)! - firstDip[0]!).toBeLessThan(200 + 1.2 * path.rttMs);
    // 10 s after the first has ended
    expect(dips[1]! - firstDip.at(-1)!).toBeGreaterThan(10_000);
    expect(dips[1]! - firstDip.at(-1)!).toBeLessThan(10_000 + 2 * path.rttMs);
  });

  it('does not mind losses: 2 % of them cost less than a tenth', () => {
    const lossy = { ...path, lossRate: 0.02 };
    const shareOf = (congestionControl: 'bbr' | 'cubic') => {
      const { downloads } = download({ ...lossy, congestionControl }, 40e6, { limitMs: 30_000 });
      return goodputBps(downloads[0]!, 5_000, 30_000) / GOODPUT_BPS;
    };
    expect(shareOf('bbr')).toBeGreaterThan(0.9);
    expect(shareOf('cubic')).toBeLessThan(0.5);
  });
});

describe('two flows', () => {
  it.each([0, 3_000])('share within a quarter, the second %i ms later', (secondMs) => {
    const shared = { ...path, rttMs: 40, queueBytes: 200_000 };
    const { downloads } = download(shared, 200e6, { startsMs: [0, secondMs], limitMs: 65_000 });
    const [a, b] = downloads.map((record) => goodputBps(record, 25_000, 65_000)) as [number, number];
    expect(Math.max(a / b, b / a)).toBeLessThan(1.25);
    expect((a + b) / GOODPUT_BPS).toBeGreaterThan(0.97);
  });
});

describe('chance', () => {
  const arrivals = (seed: number) => download(path, 8e6, { seed }).downloads[0]!.flight;

  it('decides only in which phase probing begins, and the seed decides chance', () => {
    expect(arrivals(1)).toEqual(arrivals(1));
    const some = [1, 2, 3, 4, 5].map((seed) => JSON.stringify(arrivals(seed)));
    expect(new Set(some).size).toBeGreaterThan(1);
    // Until then all are the same: start-up takes more than half a second.
    const early = [1, 2, 3].map((seed) => arrivals(seed).filter(([atMs]) => atMs < 500));
    expect(early[1]).toEqual(early[0]);
    expect(early[2]).toEqual(early[0]);
  });
});

describe('after a pause', () => {
  it('goes on at the rate it had, where CUBIC begins anew', () => {
    const secondResponseMs = (congestionControl: 'bbr' | 'cubic') => {
      const simulation = new Simulation();
      const conditions = conditionsOf({ ...path, congestionControl });
      const network = new Network(simulation, { conditions, random: createRandom(1) });
      let received = 0;
      const connection = network.connect({
        onConnected: () => connection.clientWrite(1),
        onServerReceived: () => connection.serverWrite(2_000_000),
        onClientReceived: (bytes) => (received += bytes),
      });
      simulation.run({ done: () => received === 2_000_000 });
      simulation.advanceTo(simulation.nowMs + 5000);
      const requestMs = simulation.nowMs;
      connection.clientWrite(1);
      simulation.run({ done: () => received === 4_000_000 });
      return simulation.nowMs - requestMs;
    };
    const idealMs = path.rttMs + (2_000_000 * 8 * 1000) / GOODPUT_BPS;
    expect(secondResponseMs('bbr')).toBeLessThan(1.03 * idealMs);
    expect(secondResponseMs('cubic')).toBeGreaterThan(1.05 * idealMs);
  });
});

describe('against the kernel', () => {
  const text = readFileSync(join(import.meta.dirname, '../data/kernel-tcp/curves.json'), 'utf8');
  const truths = JSON.parse(text) as { f: { curve: number[] }[]; droptail: number; retransmitted: number }[];
  const cells = parseCells(text, 'curves.json').flatMap((cell, index) =>
    cell.cc === 'bbr' ? [[cell, truths[index]!] as const] : [],
  );

  it.each(cells)('$id: every hundredth of the bytes within 2 ms, and the same losses', (cell, truth) => {
    const order = orderOf(cell, 1);
    const { flows, drops, retransmitted } = resultOf(order, simulateTransfer(order));
    flows.forEach(({ curve }, flow) => {
      const errors = curve.map((atMs, percent) => Math.abs(atMs! - truth.f[flow]!.curve[percent]!));
      expect(Math.max(...errors)).toBeLessThan(2);
    });
    expect([drops, retransmitted]).toEqual([truth.droptail, truth.retransmitted]);
  });
});
