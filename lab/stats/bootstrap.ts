import { median, quantile, requireValues, type Interval } from './descriptive.ts';

/** Enough that the ends of the interval move by less than a tenth of its width from seed to seed. */
const RESAMPLES = 2000;

/**
 * Percentile bootstrap interval of the median (Efron 1979): the median of `resamples` samples drawn with replacement,
 * cut at both tails. For the few dozen loads of a run it is close to nominal; below about ten values it is too narrow,
 * which is why verdicts rest on the signed-rank test and not on this.
 * @param random from a seed, so that a result can be computed again
 */
export function bootstrapMedianInterval(
  sample: readonly number[],
  random: () => number,
  { confidence = 0.95, resamples = RESAMPLES }: { confidence?: number; resamples?: number } = {},
): Interval {
  requireValues(sample);
  const medians: number[] = [];
  const drawn = new Array<number>(sample.length);
  for (let round = 0; round < resamples; round++) {
    for (let index = 0; index < drawn.length; index++) {
      drawn[index] = sample[Math.floor(random() * sample.length)] ?? NaN;
    }
    medians.push(median(drawn));
  }
  const tail = (1 - confidence) / 2;
  return { low: quantile(medians, tail), high: quantile(medians, 1 - tail) };
}
