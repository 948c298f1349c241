import { describe, expect, it } from 'vitest';
import { createRandom } from '../../lab/network/random.ts';
import { bootstrapMedianInterval } from '../../lab/stats/bootstrap.ts';
import { median, quantile, range } from '../../lab/stats/descriptive.ts';
import { holmAdjust } from '../../lab/stats/holm.ts';
import { shuffle } from '../../lab/stats/shuffle.ts';

describe('median, quantile, range', () => {
  it('takes the middle, or the mean of the two middle values', () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantile([1, 2, 3, 4, 5], 0)).toBe(1);
    expect(quantile([1, 2, 3, 4, 5], 1)).toBe(5);
    expect(range([3, -1, 2])).toEqual({ low: -1, high: 3 });
  });

  it('leaves the sample as it was', () => {
    const sample = [3, 1, 2];
    median(sample);
    quantile(sample, 0.5);
    expect(sample).toEqual([3, 1, 2]);
  });

  it('refuses what has no statistics', () => {
    expect(() => median([])).toThrow(RangeError);
    expect(() => median([NaN])).toThrow(RangeError);
    expect(() => quantile([1], 2)).toThrow(RangeError);
  });
});

describe('bootstrapMedianInterval', () => {
  it('is a point for a constant sample and for a single value', () => {
    expect(bootstrapMedianInterval([4, 4, 4], createRandom(1))).toEqual({ low: 4, high: 4 });
    expect(bootstrapMedianInterval([7], createRandom(1))).toEqual({ low: 7, high: 7 });
  });

  it('repeats with the seed', () => {
    const sample = [5, 1, 9, 7, 3, 8, 2];
    const interval = bootstrapMedianInterval(sample, createRandom(8));
    expect(bootstrapMedianInterval(sample, createRandom(8))).toEqual(interval);
    expect(interval.low).toBeLessThanOrEqual(5);
    expect(interval.high).toBeGreaterThanOrEqual(5);
  });

  it('holds the true median about as often as it says', () => {
    const random = createRandom(21);
    let held = 0;
    for (let round = 0; round < 400; round++) {
      // Exponential: skewed, as load times are; the median is ln 2.
      const sample = Array.from({ length: 25 }, () => -Math.log(1 - random()));
      const { low, high } = bootstrapMedianInterval(sample, random, { resamples: 300 });
      if (low <= Math.LN2 && Math.LN2 <= high) held++;
    }
    expect(held / 400).toBeGreaterThan(0.91);
    expect(held / 400).toBeLessThan(0.98);
  });
});

describe('holmAdjust', () => {
  it('multiplies by the number of hypotheses left and never goes down', () => {
    // Sorted: .01 × 4, .02 × 3 = .06, .03 × 2 = .06, .04 × 1 → .06.
    expect(holmAdjust([0.04, 0.01, 0.03, 0.02])).toEqual([0.06, 0.04, 0.06, 0.06]);
  });

  it('stops at 1, keeps a single one, accepts none', () => {
    expect(holmAdjust([0.6, 0.9])).toEqual([1, 1]);
    expect(holmAdjust([0.03])).toEqual([0.03]);
    expect(holmAdjust([])).toEqual([]);
  });
});

describe('createRandom', () => {
  it('repeats, stays in [0, 1) and is even', () => {
    const [a, b] = [createRandom(42), createRandom(42)];
    const bins = new Array<number>(10).fill(0);
    for (let index = 0; index < 20_000; index++) {
      const value = a();
      expect(b()).toBe(value);
      const bin = Math.floor(value * 10);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    // 2000 expected in each, deviation 42.
    for (const count of bins) expect(Math.abs(count - 2000)).toBeLessThan(4 * 42);
    expect(createRandom(1)()).not.toBe(createRandom(2)());
  });
});

describe('shuffle', () => {
  it('gives every order equally often', () => {
    const random = createRandom(9);
    const counts = new Map<string, number>();
    for (let round = 0; round < 6000; round++) {
      const order = shuffle(['a', 'b', 'c'], random).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // 1000 expected of each, deviation 29.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(4 * 29);
  });

  it('repeats with the seed and leaves the list as it was', () => {
    const items = ['no-push', 'after-html', 'before-html', 'preload'];
    const shuffled = shuffle(items, createRandom(1));
    expect(shuffle(items, createRandom(1))).toEqual(shuffled);
    expect(shuffled.toSorted()).toEqual(items.toSorted());
    expect(items[0]).toBe('no-push');
    expect(shuffle([], createRandom(1))).toEqual([]);
  });
});
