import { describe, expect, it } from 'vitest';
import { numbersOf, testLink, timesOf } from './support.ts';

// 1.2 Mbit/s: 1500 B take 10 ms.
describe('a droptail queue', () => {
  it('delays by queue / rate', () => {
    const { simulation, send, delivered } = testLink({});
    for (let n = 0; n < 5; n++) send();
    simulation.run();
    // The fifth waits for four: 4 × 10 ms, and takes 10 ms itself.
    expect(timesOf(delivered)).toEqual([10, 20, 30, 40, 50]);
  });

  it('in bytes counts the packet in service in full', () => {
    const { simulation, send, dropped } = testLink({ queueLimitBytes: 3000 });
    send();
    simulation.advanceTo(9.9);
    send();
    // 0.1 ms before the first has left there are still 3000 B.
    send(60);
    expect(numbersOf(dropped)).toEqual([2]);
    expect(dropped[0]!.cause).toBe('queue');
  });

  it('has room for a packet that arrives as another is finished, whichever event came first', () => {
    const { simulation, send, dropped } = testLink({ queueLimitBytes: 3000 });
    simulation.at(10, () => send());
    simulation.at(0, () => [send(), send()]);
    simulation.run();
    expect(dropped).toEqual([]);
  });

  it('in packets does not look at their size', () => {
    const { simulation, send, dropped } = testLink({
      queue: { discipline: 'droptail', limit: { packets: 3 } },
    });
    for (let n = 0; n < 5; n++) send(n % 2 === 0 ? 1500 : 60);
    // One in service and two waiting.
    expect(numbersOf(dropped)).toEqual([3, 4]);
    simulation.advanceTo(10);
    send();
    expect(dropped).toHaveLength(2);
  });

  it('in ms holds what drains in that time', () => {
    const { simulation, send, delivered, dropped } = testLink({
      queue: { discipline: 'droptail', limit: { delayMs: 200 } },
    });
    // 1.2 Mbit/s × 200 ms / 8 = 30,000 B: twenty packets of 10 ms each.
    for (let n = 0; n < 25; n++) send();
    simulation.run();
    expect(numbersOf(dropped)).toEqual([20, 21, 22, 23, 24]);
    expect(timesOf(delivered).at(-1)).toBe(200);
  });

  it('in ms follows the rate', () => {
    const { simulation, link, send, dropped } = testLink({
      queue: { discipline: 'droptail', limit: { delayMs: 200 } },
    });
    link.setBandwidth(0.6e6);
    // Half the rate, half the bytes: ten packets.
    for (let n = 0; n < 12; n++) send();
    expect(numbersOf(dropped)).toEqual([10, 11]);
    // 12 kbit/s × 200 ms = 300 B: less than a packet, but one that need not wait is not delayed.
    link.setBandwidth(12e3);
    simulation.run();
    send();
    send();
    expect(numbersOf(dropped)).toEqual([10, 11, 13]);
  });
});
