import { describe, expect, it } from 'vitest';
import { createRandom } from '../../lab/network/random.ts';
import {
  hodgesLehmannShift,
  signedRankInterval,
  signedRankTest,
  smallestPValue,
} from '../../lab/stats/signed-rank.ts';

describe('signedRankTest', () => {
  it('gives the smallest p of 2 / 2^n when all differences have one sign', () => {
    expect(signedRankTest([1, 2, 3, 4, 5]).pValue).toBe(0.0625);
    expect(signedRankTest([1, 2, 3, 4, 5, 6]).pValue).toBe(0.03125);
    expect(signedRankTest([-1, -2, -3, -4, -5, -6, -7, -8]).pValue).toBe(0.0078125);
    expect(smallestPValue(6)).toBe(0.03125);
    expect(smallestPValue(8)).toBe(0.0078125);
    expect(smallestPValue(0)).toBe(1);
  });

  it('counts sign patterns: n = 4, W+ = 1 leaves 2 of 16 at or below, so p = 2 × 2/16', () => {
    // Rank sums of subsets of {1,2,3,4}: 0 once, 1 once, 2 once, 3 twice, ...
    const test = signedRankTest([1, -2, -3, -4]);
    expect(test).toEqual({ wPlus: 1, n: 4, pValue: 0.25, method: 'exact' });
  });

  it('agrees with the printed critical values (two-sided .05: n = 8 → 3, n = 10 → 8, n = 15 → 25, n = 20 → 52)', () => {
    for (const [n, critical] of [
      [8, 3],
      [10, 8],
      [15, 25],
      [20, 52],
    ] as const) {
      expect(signedRankTest(differencesWithWPlus(n, critical)).pValue).toBeLessThanOrEqual(0.05);
      expect(signedRankTest(differencesWithWPlus(n, critical + 1)).pValue).toBeGreaterThan(0.05);
    }
  });

  it("reproduces Darwin's maize (Fisher 1935; 15 pairs, R's wilcox.test): V = 96, p = 0.04126", () => {
    // Differences in eighths of an inch. The negative ones, 48 and 67, have ranks 10 and 14: W+ = 120 - 24.
    const test = signedRankTest([49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]);
    expect(test.wPlus).toBe(96);
    expect(test.pValue).toBeCloseTo(0.04126, 5);
  });

  it('drops zeros and shares ranks among ties', () => {
    // |d| = 1, 1, 2: ranks 1.5, 1.5, 3. W+ = 1.5 + 3 = 4.5.
    // Subset sums of {1.5, 1.5, 3}: 0, 1.5 ×2, 3 ×2, 4.5 ×2, 6. At or above 4.5: 3 of 8, so p = 0.75.
    const test = signedRankTest([0, 1, -1, 2, 0]);
    expect(test).toEqual({ wPlus: 4.5, n: 3, pValue: 0.75, method: 'exact' });
  });

  it('finds nothing in nothing but zeros', () => {
    expect(signedRankTest([0, 0, 0])).toEqual({ wPlus: 0, n: 0, pValue: 1, method: 'exact' });
  });

  it('hands over from the exact to the normal distribution without a step', () => {
    const random = createRandom(5);
    // One more difference moves p itself a little, up or down; on the average it does not.
    const steps = Array.from({ length: 40 }, () => {
      const sample = Array.from({ length: 50 }, () => random() - 0.42);
      const exact = signedRankTest(sample);
      const normal = signedRankTest([...sample, 0.0001 * (random() - 0.5)]);
      expect([exact.method, normal.method]).toEqual(['exact', 'normal']);
      return normal.pValue - exact.pValue;
    });
    expect(steps.reduce((total, step) => total + step, 0) / steps.length).toBeCloseTo(0, 2);
  });

  it('keeps small p-values above n = 50', () => {
    // 60 positive differences: z = (1830 - 915 - 0.5) / sqrt(60·61·121/24) = 6.73, p = 1.7e-11.
    const test = signedRankTest(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(test.pValue).toBeLessThan(1e-6);
    expect(test.pValue).toBeGreaterThanOrEqual(0);
  });

  it('rejects a true null hypothesis about as often as it says', () => {
    const random = createRandom(11);
    let rejections = 0;
    for (let round = 0; round < 2000; round++) {
      const sample = Array.from({ length: 10 }, () => normal(random));
      if (signedRankTest(sample).pValue <= 0.05) rejections++;
    }
    // The attainable level at n = 10 is P(W ≤ 8) × 2 = 50 / 1024 = 0.0488; 2000 rounds have a deviation of 0.005.
    expect(rejections / 2000).toBeGreaterThan(0.034);
    expect(rejections / 2000).toBeLessThan(0.064);
  });

  it('refuses an empty sample and NaN', () => {
    expect(() => signedRankTest([])).toThrow(RangeError);
    expect(() => signedRankTest([1, NaN])).toThrow(RangeError);
  });
});

describe('hodgesLehmannShift', () => {
  it('is the median of the Walsh averages', () => {
    // Of 1, 2, 6: averages 1, 1.5, 2, 3.5, 4, 6; the median is (2 + 3.5) / 2.
    expect(hodgesLehmannShift([1, 2, 6])).toBe(2.75);
    expect(hodgesLehmannShift([-5])).toBe(-5);
  });

  it('moves little with an outlier', () => {
    const calm = hodgesLehmannShift([9, 10, 10, 11, 10, 9, 11, 10]);
    const disturbed = hodgesLehmannShift([9, 10, 10, 11, 10, 9, 11, 1000]);
    expect(Math.abs(disturbed - calm)).toBeLessThan(1);
  });
});

describe('signedRankInterval', () => {
  it('takes the Walsh averages at the critical value: n = 8 → the 4th from either end', () => {
    // P(W ≤ 3) = 5/256 = 0.0195 ≤ 0.025 < P(W ≤ 4) = 7/256. Coverage 1 - 10/256.
    const interval = signedRankInterval([1, 2, 3, 4, 5, 6, 7, 8]);
    // Lowest averages of 1..8: 1, 1.5, 2, 2, ...; highest: 8, 7.5, 7, 7.
    expect(interval).toEqual({ low: 2, high: 7, coverage: 1 - 10 / 256 });
  });

  it('is the range of the sample where n is too small', () => {
    expect(signedRankInterval([3, 1, 2, 5, 4])).toEqual({ low: 1, high: 5, coverage: 1 - 2 / 32 });
    expect(signedRankInterval([3, 1, 2, 5, 4, 6])).toEqual({ low: 1, high: 6, coverage: 1 - 2 / 64 });
    expect(signedRankInterval([7])).toEqual({ low: 7, high: 7, coverage: 0 });
  });

  it('leaves out 0 exactly when the test is significant', () => {
    const random = createRandom(3);
    for (let round = 0; round < 300; round++) {
      const sample = Array.from({ length: 12 }, () => normal(random) + 0.6);
      const { low, high } = signedRankInterval(sample);
      expect(low > 0 || high < 0).toBe(signedRankTest(sample).pValue <= 0.05);
    }
  });

  it.each([8, 20, 60])('holds the true shift about as often as it says (n = %i)', (n) => {
    const random = createRandom(n);
    const rounds = 600;
    let held = 0;
    let coverage = 0;
    for (let round = 0; round < rounds; round++) {
      const interval = signedRankInterval(Array.from({ length: n }, () => 2 + normal(random)));
      coverage = interval.coverage;
      if (interval.low <= 2 && interval.high >= 2) held++;
    }
    expect(coverage).toBeGreaterThanOrEqual(0.95);
    expect(coverage).toBeLessThan(0.97);
    // Three standard deviations of 600 rounds at 95 %: 0.027.
    expect(Math.abs(held / rounds - coverage)).toBeLessThan(0.027);
  });
});

/** Differences ±1 … ±n of which the positive ones have the ranks summing up to `wPlus`, greedily from the largest. */
function differencesWithWPlus(n: number, wPlus: number): number[] {
  let left = wPlus;
  const differences: number[] = [];
  for (let rank = n; rank >= 1; rank--) {
    const positive = rank <= left;
    if (positive) left -= rank;
    differences.push(positive ? rank : -rank);
  }
  return differences;
}

/** Box-Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
