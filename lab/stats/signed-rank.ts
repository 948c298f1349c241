import { errorFunction } from 'simple-statistics';
import { median, requireValues, type Interval } from './descriptive.ts';

/**
 * Paired comparison after Wilcoxon (1945) and Hodges and Lehmann (1963): is there a shift, how large is it, and
 * within which bounds. The three agree with each other: the interval leaves out 0 exactly when the test is
 * significant, as long as no differences are tied or zero.
 */

export interface SignedRankTest {
  /** Sum of the ranks of positive differences. */
  readonly wPlus: number;
  /** Differences that are not zero. */
  readonly n: number;
  /** Two-sided. */
  readonly pValue: number;
  readonly method: 'exact' | 'normal';
}

/** Up to here the exact distribution is computed; beyond, the normal one is right to three digits. */
const LARGEST_EXACT_N = 50;

/**
 * Wilcoxon signed-rank test of "the differences are symmetric about 0". Zero differences are dropped before ranking
 * (Wilcoxon's own treatment, not Pratt's); tied ones share the mean of their ranks, and the exact distribution is
 * that of these very mid-ranks. Above n = 50: normal approximation with tie and continuity correction.
 */
export function signedRankTest(differences: readonly number[]): SignedRankTest {
  requireValues(differences);
  const nonZero = differences.filter((difference) => difference !== 0);
  const n = nonZero.length;
  if (n === 0) return { wPlus: 0, n, pValue: 1, method: 'exact' };
  // Mid-ranks are multiples of one half; doubled, they are whole numbers to count with.
  const doubledRanks = doubledMidRanks(nonZero.map(Math.abs));
  const doubledWPlus = sum(doubledRanks.filter((_, index) => (nonZero[index] ?? 0) > 0));
  const wPlus = doubledWPlus / 2;
  if (n > LARGEST_EXACT_N) return { wPlus, n, pValue: normalPValue(wPlus, doubledRanks), method: 'normal' };

  const probabilities = rankSumProbabilities(doubledRanks);
  const lower = sum(probabilities.slice(0, doubledWPlus + 1));
  const upper = sum(probabilities.slice(doubledWPlus));
  return { wPlus, n, pValue: Math.min(1, 2 * Math.min(lower, upper)), method: 'exact' };
}

/** The smallest two-sided p that `pairs` differences can give: all of one sign, 2 of the 2^n sign patterns. */
export function smallestPValue(pairs: number): number {
  return Math.min(1, 2 ** (1 - pairs));
}

/** Hodges-Lehmann estimate of the shift: the median of all Walsh averages. */
export function hodgesLehmannShift(differences: readonly number[]): number {
  requireValues(differences);
  return median(walshAverages(differences));
}

export interface ShiftInterval extends Interval {
  /** Probability with which such intervals hold the true shift: at least the confidence asked for, if attainable. */
  readonly coverage: number;
}

/**
 * Interval of the shift from the exact distribution of the signed-rank statistic (Tukey 1949): the k+1st Walsh
 * average from either end, k the largest with P(W ≤ k) ≤ (1 - confidence) / 2. Where there is no such k (below six
 * pairs for 95 %) it is the range of the sample, and `coverage` says how little that is worth.
 */
export function signedRankInterval(differences: readonly number[], confidence = 0.95): ShiftInterval {
  requireValues(differences);
  const sorted = Float64Array.from(walshAverages(differences)).sort();
  const n = differences.length;
  const tail = (1 - confidence) / 2;
  const { k, tailProbability } = n > LARGEST_EXACT_N ? normalTail(n, tail) : exactTail(n, tail);
  const low = sorted[k];
  const high = sorted[sorted.length - 1 - k];
  if (low === undefined || high === undefined) throw new RangeError(`no interval from ${n} differences`);
  return { low, high, coverage: 1 - 2 * tailProbability };
}

/** Means of all pairs, each value with itself included: n (n + 1) / 2 of them. */
function walshAverages(differences: readonly number[]): number[] {
  const averages: number[] = [];
  for (const [index, first] of differences.entries()) {
    for (const second of differences.slice(index)) averages.push((first + second) / 2);
  }
  return averages;
}

function exactTail(n: number, tail: number): { k: number; tailProbability: number } {
  const probabilities = rankSumProbabilities(Array.from({ length: n }, (_, index) => index + 1));
  let k = 0;
  let tailProbability = probabilities[0] ?? 1;
  for (;;) {
    const next = tailProbability + (probabilities[k + 1] ?? 1);
    if (next > tail) return { k, tailProbability };
    tailProbability = next;
    k++;
  }
}

function normalTail(n: number, tail: number): { k: number; tailProbability: number } {
  const mean = (n * (n + 1)) / 4;
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24);
  const tailAt = (rankSum: number) => lowerNormalTail((rankSum + 0.5 - mean) / deviation);
  let k = Math.max(0, Math.floor(mean - 6 * deviation));
  while (tailAt(k + 1) <= tail) k++;
  return { k, tailProbability: tailAt(k) };
}

/** P(Z ≤ z), right to seven decimals; the library's own normal distribution is a table that ends at 3.09. */
function lowerNormalTail(z: number): number {
  return (1 + errorFunction(z / Math.SQRT2)) / 2;
}

/**
 * P(W = w) for each w, when each rank counts with probability one half: the coefficients of the product of
 * (1 + x^rank) / 2.
 */
function rankSumProbabilities(ranks: readonly number[]): number[] {
  const probabilities = new Array<number>(sum(ranks) + 1).fill(0);
  probabilities[0] = 1;
  let reached = 0;
  for (const rank of ranks) {
    reached += rank;
    for (let total = reached; total >= 0; total--) {
      const without = probabilities[total] ?? 0;
      const withRank = total >= rank ? (probabilities[total - rank] ?? 0) : 0;
      probabilities[total] = (without + withRank) / 2;
    }
  }
  return probabilities;
}

/** Twice the rank of each value, counted from 1; tied values share the mean of their ranks. */
function doubledMidRanks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const doubledRanks = new Array<number>(values.length).fill(0);
  for (let first = 0; first < order.length;) {
    let last = first;
    while (last + 1 < order.length && at(values, at(order, last + 1)) === at(values, at(order, first)))
      last++;
    // Ranks first+1 .. last+1; twice their mean is their ends added up.
    for (let position = first; position <= last; position++)
      doubledRanks[at(order, position)] = first + last + 2;
    first = last + 1;
  }
  return doubledRanks;
}

/** Hollander and Wolfe, Nonparametric Statistical Methods, §3.1, large-sample approximation. */
function normalPValue(wPlus: number, doubledRanks: readonly number[]): number {
  const n = doubledRanks.length;
  const groupSizes = new Map<number, number>();
  for (const rank of doubledRanks) groupSizes.set(rank, (groupSizes.get(rank) ?? 0) + 1);
  const ties = sum([...groupSizes.values()].map((size) => size ** 3 - size));
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - ties / 48;
  const distance = Math.max(0, Math.abs(wPlus - (n * (n + 1)) / 4) - 0.5);
  return Math.min(1, 2 * lowerNormalTail(-distance / Math.sqrt(variance)));
}

function at(values: readonly number[], index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`no value ${index}`);
  return value;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
