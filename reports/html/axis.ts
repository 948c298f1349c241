/** Round numbers for axes. Pure arithmetic, used on the page and in its script. */

/** Ticks at a step of 1, 2, 2.5 or 5 × 10ⁿ that cover [low, high] with about `count` of them, all within it. */
export function niceTicks(low: number, high: number, count: number): readonly number[] {
  const step = niceStep(high - low, count);
  if (step === 0) return [low];
  const ticks: number[] = [];
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // `+ 0` turns the −0 of a range that ends at zero into 0.
  for (let index = first; index <= last; index++) ticks.push(cleaned(index * step) + 0);
  return ticks;
}

/** The step of such ticks; 0 where there is no range to divide. */
export function niceStep(range: number, count: number): number {
  if (!(range > 0) || !Number.isFinite(range)) return 0;
  const rough = range / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 2.5, 5, 10].find((candidate) => candidate * power >= rough * 0.999) ?? 10;
  return cleaned(factor * power);
}

/** The digits after the point that a tick of this step needs. */
export function tickDigits(step: number): number {
  for (let digits = 0; digits < 6; digits++) {
    if (Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) < 1e-6) return digits;
  }
  return 6;
}

/** A range with air around it; a single value gets a range of its own. */
export function paddedRange(values: readonly number[], share = 0.05): readonly [low: number, high: number] {
  if (values.length === 0) return [0, 1];
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const air = (high - low) * share || Math.abs(high) * share || 1;
  return [low - air, high + air];
}

/** Cuts the binary dust off a product such as 3 × 0.1. */
function cleaned(value: number): number {
  return Number(value.toPrecision(12));
}
