import { describe, expect, it } from 'vitest';
import { bytesOf, testLink } from './support.ts';

const fqCodel = {
  discipline: 'fq-codel',
  limit: { packets: 10_240 },
  quantumBytes: 1514,
  flows: 1024,
  targetMs: 5,
  intervalMs: 100,
} as const;

// 1.2 Mbit/s: 1500 B take 10 ms, 90 B 0.6 ms.
describe('FQ-CoDel', () => {
  it('lets a thin flow pass a bulk flow: it waits for the packet in service, no more', () => {
    const thinDelays = (queue?: typeof fqCodel) => {
      const { simulation, sendEvery, delivered, dropped } = testLink({ ...(queue && { queue }) });
      // A bulk flow of twice the rate, and 90 B every 50 ms once that is no longer new itself.
      sendEvery(5, 0, 10_000, 1500, 1);
      sendEvery(50, 101, 10_000, 90, 2);
      simulation.run({ limitMs: 10_000 });
      expect(dropped.filter(({ packet }) => packet.connection === 2)).toEqual([]);
      return delivered
        .filter(({ packet }) => packet.connection === 2)
        .map(({ packet, atMs }) => atMs - packet.sentMs);
    };
    const delays = thinDelays(fqCodel);
    expect(delays.length).toBeGreaterThan(190);
    // At most 10 ms of the packet in service and its own 0.6 ms.
    expect(Math.max(...delays)).toBeLessThan(10.6 + 1e-6);
    // In one queue it would stand behind half of everything sent so far: 5 s at the end.
    expect(Math.max(...thinDelays())).toBeGreaterThan(4500);
  });

  it('shares by bytes, not by packets', () => {
    const { simulation, sendEvery, delivered } = testLink({ queue: fqCodel });
    // Both want the whole link: 1500 B every 10 ms, 300 B every 2 ms.
    sendEvery(10, 0, 10_000, 1500, 1);
    sendEvery(2, 0, 10_000, 300, 2);
    simulation.run({ limitMs: 10_000 });
    const share = bytesOf(delivered.filter(({ packet }) => packet.connection === 1)) / bytesOf(delivered);
    expect(Math.abs(share - 0.5)).toBeLessThan(0.02);
  });

  it('keeps the order within a flow', () => {
    const { simulation, send, delivered } = testLink({ bandwidthBps: 12e6, queue: fqCodel });
    for (let n = 0; n < 30; n++) send(n % 2 === 0 ? 1500 : 200, 1 + (n % 3));
    simulation.run();
    for (const connection of [1, 2, 3]) {
      const numbers = delivered
        .filter(({ packet }) => packet.connection === connection)
        .map(({ packet }) => packet.number);
      expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      expect(numbers).toHaveLength(10);
    }
  });

  it('at the limit drops half of the fattest flow, from its head', () => {
    const { send, dropped } = testLink({ queue: { ...fqCodel, limit: { packets: 12 } } });
    send(1500, 1); // in service
    for (let n = 1; n <= 8; n++) send(1500, 1);
    for (let n = 9; n <= 11; n++) send(1500, 2);
    expect(dropped).toEqual([]);
    send(1500, 3);
    // Flow 1 has eight waiting, numbers 1 to 8: the first four go.
    expect(dropped.map(({ packet, cause }) => [packet.number, cause])).toEqual([
      [1, 'queue'],
      [2, 'queue'],
      [3, 'queue'],
      [4, 'queue'],
    ]);
  });

  it('runs CoDel in every flow', () => {
    const { simulation, sendEvery, dropped } = testLink({ queue: fqCodel });
    sendEvery(8, 0, 3000);
    simulation.run({ limitMs: 3000 });
    expect(dropped.length).toBeGreaterThan(5);
    expect(dropped.every(({ cause }) => cause === 'aqm')).toBe(true);
  });
});
