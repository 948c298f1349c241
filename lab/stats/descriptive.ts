import { median as medianOf, quantile as quantileOf } from 'simple-statistics';

/** A closed interval, in the unit of the sample. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The middle value; the mean of the two middle ones where there is no single one.
 * @throws RangeError for an empty sample
 */
export function median(sample: readonly number[]): number {
  requireValues(sample);
  return medianOf([...sample]);
}

/**
 * The value below which a share of the sample lies. Where the share falls between two values their mean is taken
 * (definition 2 of Hyndman and Fan 1996), so that quantile 0.5 is the median.
 * @param share 0..1
 * @throws RangeError for an empty sample
 */
export function quantile(sample: readonly number[], share: number): number {
  requireValues(sample);
  if (!(share >= 0 && share <= 1)) throw new RangeError(`a quantile is between 0 and 1, not ${share}`);
  return quantileOf([...sample], share);
}

/** Smallest and largest value. */
export function range(sample: readonly number[]): Interval {
  requireValues(sample);
  let low = Infinity;
  let high = -Infinity;
  for (const value of sample) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { low, high };
}

/** Statistics of nothing, or of NaN, would come out as numbers that look real. */
export function requireValues(sample: readonly number[]): void {
  if (sample.length === 0) throw new RangeError('an empty sample has no statistics');
  const odd = sample.find((value) => !Number.isFinite(value));
  if (odd !== undefined) throw new RangeError(`a sample has numbers only, not ${odd}`);
}
