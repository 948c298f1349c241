import { describe, expect, it } from 'vitest';
import {
  errorPercent,
  errorsOf,
  summarise,
  type CellComparison,
} from '../../lab/transfer/kernel-comparison.ts';

describe('errorPercent', () => {
  it('counts what exceeds the spread of the repetitions, with the sign of model − kernel', () => {
    // (110 − 100 − 4) / 100, and the same below.
    expect(errorPercent(110, 100, 4)).toBeCloseTo(6);
    expect(errorPercent(90, 100, 4)).toBeCloseTo(-6);
  });

  it('is none within the spread', () => {
    expect(errorPercent(103, 100, 4)).toBe(0);
  });

  it('is without bound where the model never gets there', () => {
    expect(errorPercent(Infinity, 100, 4)).toBe(Infinity);
  });
});

describe('summarise', () => {
  it('takes all milestones of all flows, and leaves out those a short transfer does not have', () => {
    const cells = [cell('one', [1, -3]), cell('two', [5]), cell('one', [2])];
    expect(errorsOf(cells[0]!)).toEqual([1, 3]);
    // The 95th percentiles lie between the two largest: 2 + 0.9, 3 + 0.85 · 2.
    expect(
      summarise(cells).map(({ p95, ...others }) => ({ ...others, p95: Number(p95.toFixed(3)) })),
    ).toEqual([
      { group: 'one', cells: 2, milestones: 3, median: 2, p95: 2.9, worst: 3 },
      { group: 'two', cells: 1, milestones: 1, median: 5, p95: 5, worst: 5 },
      { group: 'all', cells: 3, milestones: 4, median: 2.5, p95: 4.7, worst: 5 },
    ]);
  });
});

/** One flow whose last milestones have these errors, and no others. */
function cell(group: string, errors: readonly number[]): CellComparison {
  const [t50Ms = null, t100Ms = null] = errors;
  return {
    id: group,
    group,
    flows: [{ connectMs: null, firstByteMs: null, t14600Ms: null, t50Ms, t100Ms }],
    curves: [],
    drops: { model: 0, kernel: 0 },
    retransmitted: { model: 0, kernel: 0 },
  };
}
