import { describe, expect, it } from 'vitest';
import { testLink } from './support.ts';

const codel = {
  discipline: 'codel',
  limit: { packets: 100_000 },
  targetMs: 5,
  intervalMs: 100,
} as const;

/** Waiting times of the delivered, [ms of departure, ms waited], at 12 Mbit/s and no propagation. */
const waits = (delivered: readonly { packet: { sentMs: number }; atMs: number }[]) =>
  delivered.map(({ packet, atMs }) => [atMs, atMs - 1 - packet.sentMs] as const);

// 12 Mbit/s: 1500 B take 1 ms.
describe('CoDel', () => {
  it('leaves a burst alone that is gone within the interval', () => {
    const { simulation, send, dropped } = testLink({ bandwidthBps: 12e6, queue: codel });
    for (let n = 0; n < 100; n++) send();
    simulation.run();
    expect(dropped).toEqual([]);
  });

  it('leaves a queue alone that stays below the target', () => {
    const { simulation, send, sendEvery, dropped } = testLink({ bandwidthBps: 12e6, queue: codel });
    for (let n = 0; n < 4; n++) send();
    sendEvery(1, 0, 2000);
    simulation.run();
    expect(dropped).toEqual([]);
  });

  it('drops at the head after an interval above the target, then after interval / √count', () => {
    const { simulation, send, sendEvery, dropped } = testLink({ bandwidthBps: 12e6, queue: codel });
    // 200 packets stand; arrivals at the rate of the link keep them there.
    for (let n = 0; n < 200; n++) send();
    sendEvery(1, 0.5, 700);
    simulation.advanceTo(600);
    const times = dropped.map(({ atMs }) => atMs);
    // Packet 5 waits 5 ms, the first to reach the target; 100 ms later is the first drop.
    expect(times[0]).toBe(105);
    expect(dropped[0]!.packet.number).toBe(105);
    expect(dropped.every(({ cause }) => cause === 'aqm')).toBe(true);
    // RFC 8289 §5.5: 100/√1, 100/√2, 100/√3 ms later, at the next packet's turn (up to 1 ms).
    let dueMs = 105;
    for (let count = 1; count < 7; count++) {
      dueMs += 100 / Math.sqrt(count);
      expect(times[count]! - dueMs).toBeGreaterThanOrEqual(0);
      expect(times[count]! - dueMs).toBeLessThan(1);
    }
  });

  it('brings an unresponsive overload of 20 % under the target in the time its control law needs', () => {
    const { simulation, sendEvery, delivered } = testLink({ bandwidthBps: 12e6, queue: codel });
    sendEvery(1 / 1.2, 0, 12_000);
    simulation.run({ limitMs: 12_000 });
    // 200 packets/s too many. The n-th drop follows 0.1 s / √n after the one before: √n = 5 t, a drop rate of 50 t
    // per second. It reaches 200/s at t = 4 s, with ∫(200 − 50 t) dt = 400 packets standing: as drops are at
    // the head, these are the arrivals of the last 400 / 1200 s = 333 ms. At t = 8 s they are gone. All that starts
    // when the target has been exceeded for 100 ms, at about 0.13 s.
    const series = waits(delivered);
    const [peakAtMs, peakMs] = series.reduce((peak, entry) => (entry[1] > peak[1] ? entry : peak));
    expect(peakMs).toBeGreaterThan(0.95 * 333);
    expect(peakMs).toBeLessThan(1.05 * 333);
    expect(Math.abs(peakAtMs - 4130)).toBeLessThan(300);
    const backAtMs = series.find(([atMs, waitMs]) => atMs > peakAtMs && waitMs < 5)![0];
    expect(Math.abs(backAtMs - 8130)).toBeLessThan(500);
  });

  it('takes up the drop rate that worked when the queue comes back soon after', () => {
    const { simulation, sendEvery, dropped } = testLink({ bandwidthBps: 12e6, queue: codel });
    sendEvery(1 / 1.2, 0, 20_000);
    simulation.run({ limitMs: 20_000 });
    // Without that memory the second cycle would need 4 s to its peak and reach 333 ms again.
    const second = dropped.filter(({ atMs }) => atMs > 9000);
    const waited = second.map(({ packet, atMs }) => atMs - packet.sentMs);
    expect(Math.max(...waited)).toBeLessThan(200);
  });

  it('drops what exceeds its limit at the tail', () => {
    const { send, dropped } = testLink({
      bandwidthBps: 12e6,
      queue: { ...codel, limit: { bytes: 3000 } },
    });
    for (let n = 0; n < 3; n++) send();
    expect(dropped).toMatchObject([{ packet: { number: 2 }, cause: 'queue' }]);
  });
});
