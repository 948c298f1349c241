import type { MetricName, MetricSummary, Results } from '../../lab/run/results.ts';
import { countedTrials, findSummary } from '../digest.ts';
import { niceStep, niceTicks, paddedRange, tickDigits } from './axis.ts';

/**
 * What a strip plot shows: every trial as a dot, one strip per strategy, all on one axis, with an estimate and its
 * interval on top. The same model is drawn as SVG (print, no script) and by chart.js (screen).
 */
export interface Strip {
  readonly metric: MetricName;
  /** Differences against the baseline have a zero to be compared with. */
  readonly signed: boolean;
  readonly rows: readonly StripRow[];
  readonly low: number;
  readonly high: number;
}

export interface StripRow {
  readonly strategy: string;
  readonly isBaseline: boolean;
  readonly dots: readonly StripDot[];
  readonly estimate?: number | undefined;
  readonly interval?: { readonly low: number; readonly high: number } | undefined;
  readonly verdict?: NonNullable<MetricSummary['shift']>['verdict'] | undefined;
}

export interface StripDot {
  readonly value: number;
  readonly block: number;
  readonly trial: string;
  /** −1 … 1 across the strip, in the order of the blocks: a drift during the run is a slope, not noise. */
  readonly lane: number;
}

/** Every counted trial of every strategy, with median and interval. */
export function distributionStrip(results: Results, metric: MetricName): Strip {
  const rows = results.strategies.map(({ name }): StripRow => {
    const summary = findSummary(results, name, metric);
    return {
      strategy: name,
      isBaseline: name === results.baseline,
      dots: dotsOf(
        countedTrials(results, name).flatMap((trial) => {
          const value = trial.metrics[metric];
          return value === undefined ? [] : [{ value, block: trial.block, trial: trial.id }];
        }),
      ),
      estimate: summary?.median,
      interval: summary?.interval,
      verdict: summary?.shift?.verdict,
    };
  });
  return withRange({ metric, signed: false, rows });
}

/** Per block, a strategy minus the baseline, with the Hodges-Lehmann shift. Undefined with nothing to compare. */
export function shiftStrip(results: Results, metric: MetricName): Strip | undefined {
  const baseline = new Map(
    countedTrials(results, results.baseline).map((trial) => [trial.block, trial.metrics[metric]]),
  );
  const rows = results.strategies
    .filter(({ name }) => name !== results.baseline)
    .map(({ name }): StripRow => {
      const shift = findSummary(results, name, metric)?.shift;
      return {
        strategy: name,
        isBaseline: false,
        dots: dotsOf(
          countedTrials(results, name).flatMap((trial) => {
            const value = trial.metrics[metric];
            const reference = baseline.get(trial.block);
            if (value === undefined || reference === undefined) return [];
            return [{ value: value - reference, block: trial.block, trial: trial.id }];
          }),
        ),
        estimate: shift?.median,
        interval: shift?.interval,
        verdict: shift?.verdict,
      };
    });
  if (!rows.some((row) => row.dots.length > 0 || row.estimate !== undefined)) return undefined;
  return withRange({ metric, signed: true, rows });
}

/** Tick values and their labels, in ms or s as the range asks for; the unit stands beside the axis. */
export function stripTicks(
  strip: Pick<Strip, 'metric' | 'low' | 'high'>,
  count: number,
): { readonly unit: string; readonly ticks: readonly { readonly value: number; readonly label: string }[] } {
  const unitless = strip.metric === 'cumulativeLayoutShift';
  const inSeconds = !unitless && Math.max(Math.abs(strip.low), Math.abs(strip.high)) >= 10_000;
  const scale = inSeconds ? 1000 : 1;
  const [low, high] = [strip.low / scale, strip.high / scale];
  const digits = tickDigits(niceStep(high - low, count));
  return {
    unit: unitless ? '' : inSeconds ? 's' : 'ms',
    ticks: niceTicks(low, high, count).map((value) => ({
      value: value * scale,
      label: value
        .toFixed(digits)
        .replace(/\B(?=(\d{3})+(?!\d))/g, digits === 0 ? '\u202f' : '')
        .replace('-', '\u2212'),
    })),
  };
}

function withRange(strip: Omit<Strip, 'low' | 'high'>): Strip {
  const values = strip.rows.flatMap((row) => [
    ...row.dots.map((dot) => dot.value),
    ...(row.estimate === undefined ? [] : [row.estimate]),
    ...(row.interval ? [row.interval.low, row.interval.high] : []),
  ]);
  const [low, high] = paddedRange(strip.signed ? [0, ...values] : values);
  // Times and layout shifts do not go below zero, so neither does their axis.
  return { ...strip, low: strip.signed ? low : Math.max(0, low), high };
}

function dotsOf(values: readonly Omit<StripDot, 'lane'>[]): readonly StripDot[] {
  const inOrder = [...values].sort((left, right) => left.block - right.block);
  return inOrder.map((dot, index) => ({
    ...dot,
    lane: inOrder.length < 2 ? 0 : (2 * index) / (inOrder.length - 1) - 1,
  }));
}
