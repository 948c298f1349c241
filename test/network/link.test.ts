import { describe, expect, it } from 'vitest';
import type { LinkConditions } from '../../lab/network/conditions.ts';
import { createRandom } from '../../lab/network/random.ts';
import { bytesOf, expectWithin3Sigma, numbersOf, testLink, timesOf } from './support.ts';

describe('a rate that changes', () => {
  // 1.2 Mbit/s: 1500 B take 10 ms.
  it('sends what is left of the packet in service at the new rate', () => {
    const { simulation, link, send, delivered } = testLink({});
    send();
    send();
    simulation.advanceTo(4);
    link.setBandwidth(0.6e6);
    simulation.run();
    // 4 ms at 1.2 Mbit/s: 600 B; the other 900 B take 12 ms at 0.6. The second packet takes 20 ms.
    expect(timesOf(delivered)).toEqual([16, 36]);
  });

  it('loses and gains nothing through many changes', () => {
    const { simulation, link, send, delivered } = testLink({});
    const random = createRandom(4);
    for (let n = 0; n < 100; n++) send();
    let capacityBytes = 0;
    let bandwidthBps = 1.2e6;
    for (let atMs = 0; atMs < 900;) {
      const stepMs = 1 + 5 * random();
      capacityBytes += (stepMs * bandwidthBps) / 8000;
      atMs += stepMs;
      simulation.advanceTo(atMs);
      // What left is what the rates of the time allowed, the packet in service aside.
      const leftBytes = 150_000 - link.queuedBytes;
      expect(leftBytes).toBeLessThanOrEqual(capacityBytes + 1e-6);
      if (link.queuedBytes > 0) expect(leftBytes).toBeGreaterThan(capacityBytes - 1500 - 1e-6);
      bandwidthBps = 0.3e6 + 2e6 * random();
      link.setBandwidth(bandwidthBps);
    }
    simulation.run();
    expect(numbersOf(delivered)).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });
});

describe('jitter', () => {
  it('adds up to its size to each packet, half of it on average', () => {
    const { simulation, sendEvery, delivered } = testLink(
      { jitterMs: 30, bandwidthBps: 1.2e9 },
      { propagationDelayMs: 50 },
    );
    // 100 ms apart nothing is held back by the one before; 1500 B take 0.01 ms.
    sendEvery(100, 0, 200_000);
    simulation.run();
    const extra = delivered.map(({ packet, atMs }) => atMs - packet.sentMs - 50.01);
    expect(Math.min(...extra)).toBeGreaterThanOrEqual(-1e-6);
    expect(Math.max(...extra)).toBeLessThan(30);
    // Uniform: mean 15, standard deviation 30/√12.
    const mean = extra.reduce((sum, ms) => sum + ms, 0) / extra.length;
    expectWithin3Sigma(mean, 15, 30 / Math.sqrt(12) / Math.sqrt(extra.length));
  });

  it('never reorders', () => {
    const { simulation, sendEvery, delivered } = testLink({ jitterMs: 30 });
    sendEvery(10, 0, 10_000);
    simulation.run();
    expect(numbersOf(delivered)).toEqual(Array.from({ length: 1000 }, (_, n) => n));
    expect(timesOf(delivered)).toEqual(timesOf(delivered).toSorted((a, b) => a - b));
  });

  it('nor does a propagation delay that becomes shorter', () => {
    const { simulation, link, sendEvery, delivered } = testLink({}, { propagationDelayMs: 100 });
    sendEvery(10, 0, 100);
    simulation.at(50, () => link.setPropagationDelay(10));
    simulation.run();
    // Sent off at 50: due at 150. The next, at 60 + 10, would be 80 ms before it and arrives with it.
    expect(timesOf(delivered)).toEqual([110, 120, 130, 140, 150, 150, 150, 150, 150, 150]);
  });
});

describe('conservation', () => {
  const codel = { targetMs: 5, intervalMs: 100 };
  const trace = { name: 't', opportunitiesMs: [3, 3, 10, 40, 41, 90] };
  const cases: Record<string, Partial<LinkConditions>> = {
    'droptail in bytes': { queueLimitBytes: 20_000 },
    'droptail in packets': { queue: { discipline: 'droptail', limit: { packets: 20 } } },
    'droptail in ms': { queue: { discipline: 'droptail', limit: { delayMs: 100 } } },
    codel: { queue: { discipline: 'codel', limit: { packets: 50 }, ...codel } },
    'fq-codel': {
      queue: { discipline: 'fq-codel', limit: { bytes: 40_000 }, quantumBytes: 300, flows: 4, ...codel },
    },
    'fq-codel in ms': {
      queue: { discipline: 'fq-codel', limit: { delayMs: 150 }, quantumBytes: 1514, flows: 64, ...codel },
    },
    'droptail before a trace': { queueLimitBytes: 20_000, trace },
    'codel before a trace': { queue: { discipline: 'codel', limit: { packets: 50 }, ...codel }, trace },
  };

  it.each(Object.entries(cases))('%s: bytes in = delivered + dropped + queued', (_name, conditions) => {
    for (let seed = 1; seed <= 10; seed++) {
      const { simulation, link, send, delivered, dropped, depths } = testLink(
        { lossRate: 0.05, jitterMs: 20, ...conditions },
        { seed, propagationDelayMs: 5 },
      );
      const random = createRandom(100 + seed);
      let sentBytes = 0;
      for (let step = 0; step < 500; step++) {
        simulation.advanceTo(simulation.nowMs + (random() < 0.1 ? 200 : 8) * random());
        if (random() < 0.02 && conditions.trace === undefined) link.setBandwidth(1e5 + 3e6 * random());
        for (let burst = Math.floor(4 * random()); burst > 0; burst--) {
          const sizeBytes = random() < 0.5 ? 1500 : 40 + Math.floor(1400 * random());
          send(sizeBytes, 1 + Math.floor(6 * random()));
          sentBytes += sizeBytes;
        }
        const accounted = bytesOf(delivered) + bytesOf(dropped) + link.queuedBytes;
        expect(accounted).toBeLessThanOrEqual(sentBytes);
        expect(link.foregroundBytes).toBe(link.queuedBytes);
        expect(depths.at(-1)?.[1] ?? 0).toBe(link.queuedBytes);
      }
      simulation.run();
      // Nothing is on its way any more.
      expect(link.queuedBytes).toBe(0);
      expect(bytesOf(delivered) + bytesOf(dropped)).toBe(sentBytes);
      expect(new Set([...numbersOf(delivered), ...numbersOf(dropped)]).size).toBe(
        delivered.length + dropped.length,
      );
      expect(dropped.some(({ cause }) => cause !== 'link')).toBe(true);
    }
  });
});
