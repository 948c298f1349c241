import { describe, expect, it } from 'vitest';
import { bytesAtPercent, milestonesOf, throughputBps, timeOfByte } from '../../lab/transfer/milestones.ts';
import type { FlowRecord, TimedValue } from '../../lab/transfer/transfer.ts';

const flow = (arrivals: readonly TimedValue[]): FlowRecord => ({
  startMs: 0,
  connectMs: 100.60004,
  arrivals,
  cwndSegments: [],
  flightBytes: [],
});

describe('the byte that is k percent', () => {
  it('is the smallest whole number of bytes that is so much or more', () => {
    expect(bytesAtPercent(100_000, 50)).toBe(50_000);
    // 15,001 / 2 = 7500.5
    expect(bytesAtPercent(15_001, 50)).toBe(7_501);
    // 0.07 × 100 is 7.000000000000001 in floating point; 100 × 7 / 100 is not.
    expect(bytesAtPercent(100, 7)).toBe(7);
  });

  it('is the first byte at least, also of a single one', () => {
    expect(bytesAtPercent(1_000_000, 0)).toBe(1);
    expect(bytesAtPercent(1, 1)).toBe(1);
    expect(bytesAtPercent(1, 100)).toBe(1);
  });
});

describe('the time of a byte', () => {
  const arrivals: TimedValue[] = [
    [200, 1_448],
    [207.5, 2_896],
    [330, 10_000],
  ];

  it('is that of the arrival which brought it', () => {
    expect(timeOfByte(arrivals, 1)).toBe(200);
    expect(timeOfByte(arrivals, 1_448)).toBe(200);
    expect(timeOfByte(arrivals, 1_449)).toBe(207.5);
    expect(timeOfByte(arrivals, 2_897)).toBe(330);
    expect(timeOfByte(arrivals, 10_000)).toBe(330);
  });

  it('is none for a byte that never came', () => {
    expect(timeOfByte(arrivals, 10_001)).toBeNull();
    expect(timeOfByte([], 1)).toBeNull();
  });
});

describe('milestones', () => {
  it('are rounded to a microsecond and read off the arrivals', () => {
    const milestones = milestonesOf(
      flow([
        [200.00049, 10_000],
        [300.12351, 14_600],
        [400, 20_000],
      ]),
      20_000,
    );
    expect(milestones).toMatchObject({
      connectMs: 100.6,
      firstByteMs: 200,
      t14600Ms: 300.124,
      t50Ms: 200,
      t100Ms: 400,
    });
    expect(milestones.curve).toHaveLength(101);
    // 50 % = 10,000 bytes; 51 % = 10,200; 73 % = 14,600; 74 % = 14,800.
    expect([0, 50, 51, 73, 74, 100].map((percent) => milestones.curve[percent])).toEqual([
      200, 200, 300.124, 300.124, 400, 400,
    ]);
  });

  it('have no 14,600th byte where there are fewer', () => {
    expect(milestonesOf(flow([[200, 14_599]]), 14_599).t14600Ms).toBeNull();
  });

  it('are missing from where the bytes stopped', () => {
    const { t50Ms, t100Ms, curve } = milestonesOf(flow([[200, 60]]), 100);
    expect([t50Ms, t100Ms, curve[60], curve[61]]).toEqual([200, null, 200, null]);
  });

  it('give the throughput since connect()', () => {
    // 8 × 20,000 bit in 400 ms
    expect(throughputBps(flow([[400, 20_000]]), 20_000)).toBe(400_000);
    expect(throughputBps(flow([[400, 19_999]]), 20_000)).toBeNull();
  });
});
