/**
 * Holm's step-down adjustment (1979): p-values that may each be compared with the level for the whole family. Never
 * smaller than the raw ones, in the same order, at most 1.
 */
export function holmAdjust(pValues: readonly number[]): number[] {
  const order = pValues.map((pValue, index) => ({ pValue, index })).sort((a, b) => a.pValue - b.pValue);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let largestSoFar = 0;
  for (const [rank, { pValue, index }] of order.entries()) {
    largestSoFar = Math.max(largestSoFar, Math.min(1, pValue * (pValues.length - rank)));
    adjusted[index] = largestSoFar;
  }
  return adjusted;
}
