/** The value of a stepped series at a moment; undefined before it begins. */
export function valueAt(
  steps: readonly (readonly [timeMs: number, value: number])[],
  timeMs: number,
): number | undefined {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (steps[middle]![0] <= timeMs) low = middle + 1;
    else high = middle;
  }
  return steps[low - 1]?.[1];
}
