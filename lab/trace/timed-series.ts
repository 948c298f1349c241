import type { TimedValue } from '../emulator/evidence.ts';
import type { Step } from './waterfall.ts';

/** When a growing series first reached `value`; undefined if it never did. Binary search. */
export function whenReached(series: readonly TimedValue[], value: number): number | undefined {
  let low = 0;
  let high = series.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (series[middle]![1] >= value) high = middle;
    else low = middle + 1;
  }
  return series[low]?.[0];
}

/** The same steps counted from `originMs`, values multiplied by `unit`. */
export function stepsSince(series: readonly TimedValue[], originMs: number, unit = 1): Step[] {
  return series.map(([timeMs, value]) => [timeMs - originMs, value * unit] as const);
}

/** What holds at a moment; undefined before the first step. Binary search. */
export function valueAt(series: readonly TimedValue[], timeMs: number): number | undefined {
  let low = 0;
  let high = series.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (series[middle]![0] <= timeMs) low = middle + 1;
    else high = middle;
  }
  return series[low - 1]?.[1];
}
