import { describe, expect, it } from 'vitest';
import type { Step } from '../../../lab/trace/waterfall.ts';
import { valueAt } from '../../../reports/html/client/series.ts';
import { arrivalSpans, downsampleSteps } from '../../../reports/html/downsample.ts';
import { stepPath } from '../../../reports/html/lanes.ts';

describe('downsampleSteps', () => {
  it('leaves a series alone that the plot can show', () => {
    const steps: Step[] = [
      [0, 1],
      [400, 2],
      [900, 3],
    ];
    expect(downsampleSteps(steps, 0, 1000, 100)).toEqual(steps);
  });

  it('keeps the first, lowest, highest and last value of a column, in their order', () => {
    const steps: Step[] = [
      [1, 5],
      [2, 9],
      [3, 7],
      [4, 1],
      [5, 6],
      [6, 4],
    ];
    expect(downsampleSteps(steps, 0, 10, 1)).toEqual([
      [1, 5],
      [2, 9],
      [4, 1],
      [6, 4],
    ]);
  });

  it('loses no extreme of a long series and stays below four values per column', () => {
    const steps = Array.from({ length: 50_000 }, (_, index): Step => [
      index,
      index === 31_415 ? 99 : index % 7,
    ]);
    const shown = downsampleSteps(steps, 0, 50_000, 200);
    expect(shown.length).toBeLessThanOrEqual(4 * 200);
    expect(Math.max(...shown.map(([, value]) => value))).toBe(99);
    expect(shown.map(([time]) => time)).toEqual([...shown].map(([time]) => time).sort((a, b) => a - b));
  });

  it('carries the value that holds when the plot begins, and drops what comes after its end', () => {
    const steps: Step[] = [
      [-5, 3],
      [-1, 8],
      [20, 2],
      [99, 4],
    ];
    expect(downsampleSteps(steps, 0, 50, 10)).toEqual([
      [0, 8],
      [20, 2],
    ]);
  });

  it('survives an empty series and an empty range', () => {
    expect(downsampleSteps([], 0, 10, 5)).toEqual([]);
    expect(downsampleSteps([[0, 1]], 0, 0, 5)).toEqual([[0, 1]]);
  });
});

describe('arrivalSpans', () => {
  // A segment of 1448 B is a packet of 1500 B: 12 000 bit take 40 ms at 300 kbit/s.
  const spans = (arrivals: readonly (readonly [number, number])[], earliest = 0) =>
    arrivalSpans(arrivals, 300_000, earliest, 1).map((span) => span.map((at) => Math.round(at)));

  it('makes an arrival as wide as its bytes take on the downlink, ending when they were there', () => {
    expect(spans([[1000, 1448]])).toEqual([[960, 1000]]);
  });

  it('joins what follows without a gap and keeps what does not', () => {
    expect(
      spans([
        [1000, 1448],
        [1040, 1448],
        [1200, 1448],
      ]),
    ).toEqual([
      [960, 1040],
      [1160, 1200],
    ]);
  });

  it('adds up what came at one moment, and draws no more than a frame of it', () => {
    // Two halves of a 16 kB record: 16 375 B × 1500 / 1448 × 8 / 300 kbit/s = 452 ms.
    expect(
      spans([
        [1000, 8183],
        [1000, 8192],
      ]),
    ).toEqual([[548, 1000]]);
    // 64 kB released at once after a loss do not fill the 1.8 s before them: 16 384 B take 453 ms.
    expect(spans([[5000, 64_000]])).toEqual([[4547, 5000]]);
  });

  it('never draws blocks over each other', () => {
    expect(
      spans([
        [1000, 1448],
        [1010, 1448],
        [1300, 1448],
      ]),
    ).toEqual([
      [960, 1010],
      [1260, 1300],
    ]);
  });

  it('begins no earlier than the response', () => {
    expect(spans([[1000, 16_384]], 900)).toEqual([[900, 1000]]);
  });
});

describe('a lane and the values read back from it', () => {
  const steps: Step[] = [
    [100, 20],
    [500, 80],
    [700, 0],
  ];

  it.each([false, true])('filled: %s', (isFilled) => {
    const path = stepPath(steps, 1000, 100, isFilled);
    expect(valueAt(path, 0.05, 100)).toBeUndefined();
    expect(valueAt(path, 0.3, 100)).toBeCloseTo(20);
    expect(valueAt(path, 0.6, 100)).toBeCloseTo(80);
    expect(valueAt(path, 0.9, 100)).toBeCloseTo(0);
  });

  it('writes only what changes', () => {
    expect(stepPath(steps, 1000, 100, false)).toBe('M1000 80H5000V20H7000V100H10000');
    expect(stepPath([], 1000, 100, true)).toBe('');
  });
});
