import { describe, expect, it } from 'vitest';
import {
  parseDeliveryTrace,
  traceBandwidthBps,
  type DeliveryTrace,
} from '../../lab/network/link/delivery-trace.ts';
import { bytesOf, testLink, timesOf } from './support.ts';

const trace = (...opportunitiesMs: number[]): DeliveryTrace => ({ name: 't', opportunitiesMs });

describe('a delivery trace', () => {
  it('carries 1500 B per opportunity, and begins again at its end', () => {
    const { simulation, send, delivered } = testLink({ trace: trace(10, 12, 12, 30) });
    for (let n = 0; n < 6; n++) send();
    simulation.run();
    // The last time is the length: the second round is 30 ms later.
    expect(timesOf(delivered)).toEqual([10, 12, 12, 30, 40, 42]);
  });

  it('delivers opportunities × 1500 × 8 bits when busy', () => {
    const times = Array.from({ length: 97 }, (_, index) => Math.floor((index + 1) ** 1.3));
    const busy = trace(...times);
    const periodMs = times.at(-1)!;
    const { simulation, sendEvery, delivered } = testLink({ trace: busy });
    sendEvery(0.5, 0, 20 * periodMs);
    simulation.run({ limitMs: 10 * periodMs });
    expect(bytesOf(delivered)).toBe(10 * 97 * 1500);
    expect(traceBandwidthBps(busy)).toBeCloseTo((97 * 1500 * 8 * 1000) / periodMs, 6);
  });

  it('lets small packets share an opportunity, and a large one begin in what is left', () => {
    const { simulation, send, delivered } = testLink({ trace: trace(10, 20, 30, 40) });
    for (let n = 0; n < 3; n++) send(500);
    for (let n = 0; n < 3; n++) send(1000);
    simulation.run();
    // 3 × 500 in the first; 1000 + 500 of the next; its other 500 + 1000.
    expect(timesOf(delivered)).toEqual([10, 10, 10, 20, 30, 30]);
  });

  it('wastes what nothing waits for, also the opportunity at the moment of arrival', () => {
    const { simulation, sendEvery, send, delivered } = testLink({ trace: trace(10, 20, 30) });
    send(100);
    sendEvery(1000, 20, 21);
    simulation.run();
    // The 1400 B left at 10 ms are gone.
    expect(timesOf(delivered)).toEqual([10, 30]);
  });

  it('finds its place again after any pause, without a timer in between', () => {
    const { simulation, send, delivered } = testLink({ trace: trace(0, 7, 7, 11) }, { startMs: 5 });
    for (const atMs of [5, 6, 1_000_000_003.5]) {
      simulation.advanceTo(atMs);
      expect(simulation.nextDueMs === undefined || simulation.nextDueMs > atMs).toBe(true);
      send(1500);
      simulation.run();
      expect(simulation.nextDueMs).toBeUndefined();
    }
    // Began at 5, 11 ms a round. At 5 the opportunity of that moment is past, so 12. By then it is after 6. And
    // (1,000,000,003.5 − 5) mod 11 = 6.5 (11 × 90,909,090 = 999,999,990; rest 8.5), so at 11 of that round.
    expect(timesOf(delivered)).toEqual([12, 16, 1_000_000_006]);
  });
});

describe('parseDeliveryTrace', () => {
  it('reads whole ms, one per line, whatever the line ends, with comments', () => {
    expect(parseDeliveryTrace('# made up\r\n0\r\n 5 \n5\n12\n', 'a')).toEqual({
      trace: { name: 'a', opportunitiesMs: [0, 5, 5, 12] },
    });
    expect(parseDeliveryTrace('7', 'a')).toEqual({ trace: { name: 'a', opportunitiesMs: [7] } });
  });

  it.each([
    ['1\n2\nx3\n', 3, 'found "x3"; expected a time in whole ms'],
    ['1\n\n2\n', 2, 'found ""'],
    ['1.5\n', 1, 'found "1.5"'],
    ['-1\n', 1, 'found "-1"'],
    ['5\n4\n', 2, '4 ms comes after 5 ms; times must not go back'],
    ['', 1, 'no line with a time'],
    ['# nothing\n', 1, 'no line with a time'],
    ['0\n0\n', 2, 'ends at 0 ms'],
    ['99999999999\n', 1, 'expected a time in whole ms'],
    [`${'\u0000'.repeat(40)}\n`, 1, 'found "\\u0000'],
  ])('names line and reason: %j', (text, line, problem) => {
    const result = parseDeliveryTrace(text, 'a');
    expect(result).toMatchObject({ line });
    expect('problem' in result && result.problem).toContain(problem);
  });
});
