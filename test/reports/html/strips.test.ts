import { describe, expect, it } from 'vitest';
import { niceTicks, paddedRange, tickDigits } from '../../../reports/html/axis.ts';
import { distributionStrip, shiftStrip, stripTicks } from '../../../reports/html/strips.ts';
import { stripSvg } from '../../../reports/html/strips-svg.ts';
import { sampleReport } from '../sample-results.ts';

const { results } = sampleReport();

describe('axes', () => {
  it('has round ticks within the range', () => {
    expect(niceTicks(0, 28_000, 8)).toEqual([0, 5000, 10_000, 15_000, 20_000, 25_000]);
    expect(niceTicks(-0.3, 0.3, 3)).toEqual([-0.2, 0, 0.2]);
  });

  it('has one tick where there is no range', () => {
    expect(niceTicks(5, 5, 4)).toEqual([5]);
  });

  it('gives equal values a range of their own', () => {
    expect(paddedRange([200, 200])).toEqual([190, 210]);
    expect(paddedRange([0, 0])).toEqual([-1, 1]);
    expect(paddedRange([])).toEqual([0, 1]);
  });

  it('shows the digits a step needs', () =>
    expect([5, 0.5, 0.25, 0.001].map(tickDigits)).toEqual([0, 1, 2, 3]));
});

describe('distributionStrip', () => {
  const strip = distributionStrip(results, 'firstContentfulPaint');

  it('has every counted trial and neither warm-up nor failed ones', () => {
    expect(strip.rows.map((row) => row.dots.length)).toEqual([8, 8, 8, 7, 8]);
  });

  it('orders the dots of a strip by block', () => {
    expect(strip.rows[0]?.dots.map((dot) => dot.block)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(strip.rows[0]?.dots.map((dot) => dot.lane).at(-1)).toBe(1);
  });

  it('has an axis that holds all dots and intervals', () => {
    for (const row of strip.rows) {
      for (const dot of row.dots) expect(dot.value >= strip.low && dot.value <= strip.high).toBe(true);
      expect(row.interval?.low).toBeGreaterThanOrEqual(strip.low);
    }
  });
});

describe('shiftStrip', () => {
  it('pairs by block: a failed trial costs a difference, and zero is on the axis', () => {
    const strip = shiftStrip(results, 'firstContentfulPaint');
    expect(strip?.rows.map((row) => [row.strategy, row.dots.length])).toEqual([
      ['after-html', 8],
      ['before-html', 8],
      ['preload', 7],
      ['early-hints', 8],
    ]);
    expect((strip?.low ?? 1) <= 0 && (strip?.high ?? -1) >= 0).toBe(true);
  });

  it('is not there without a baseline to compare with', () => {
    const without = {
      ...results,
      trials: results.trials.filter((trial) => trial.strategy !== 'no-push'),
      summaries: [],
    };
    expect(shiftStrip(without, 'loadEventEnd')).toBeUndefined();
  });
});

describe('stripTicks', () => {
  it('turns to seconds above ten', () => {
    expect(stripTicks({ metric: 'loadEventEnd', low: 12_000, high: 14_000 }, 4)).toEqual({
      unit: 's',
      ticks: [
        { value: 12_000, label: '12.0' },
        { value: 12_500, label: '12.5' },
        { value: 13_000, label: '13.0' },
        { value: 13_500, label: '13.5' },
        { value: 14_000, label: '14.0' },
      ],
    });
  });

  it('groups thousands of milliseconds and writes a true minus', () => {
    const { unit, ticks } = stripTicks({ metric: 'firstPaint', low: -2000, high: 0 }, 2);
    expect([unit, ...ticks.map(({ label }) => label)]).toEqual(['ms', '−2\u202f000', '−1\u202f000', '0']);
  });
});

describe('stripSvg', () => {
  it('draws equal values without a number that is none', () => {
    const svg = stripSvg(distributionStrip(results, 'cumulativeLayoutShift'), 'no-push').toString();
    expect(svg).not.toMatch(/NaN|Infinity/);
  });
});
