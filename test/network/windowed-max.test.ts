import { describe, expect, it } from 'vitest';
import { WindowedMax } from '../../lab/network/tcp/windowed-max.ts';

function maxima(window: number, values: readonly number[]): number[] {
  const filter = new WindowedMax(window);
  return values.map((value, time) => {
    filter.add(time, value);
    return filter.value;
  });
}

describe('the windowed maximum', () => {
  it('is 0 before anything was read', () => {
    expect(new WindowedMax(10).value).toBe(0);
  });

  it('rises at once', () => {
    expect(maxima(10, [1, 3, 2, 5, 5])).toEqual([1, 3, 3, 5, 5]);
  });

  it('keeps a peak for the window, and no longer', () => {
    const values = [9, ...Array.from({ length: 14 }, () => 4)];
    // The peak is of time 0: at time 10 it is as old as the window, at time 11 older.
    expect(maxima(10, values)).toEqual(values.map((_, time) => (time <= 10 ? 9 : 4)));
  });

  it('falls to the best reading since the peak, not to the latest', () => {
    const values = [9, 4, 4, 4, 4, 4, 6, 3, 3, 3, 3, 3, 3];
    expect(maxima(10, values).slice(-2)).toEqual([6, 6]);
  });

  it('never says less than the latest reading, nor more than the window has seen', () => {
    let state = 7;
    const values = Array.from({ length: 500 }, () => (state = (state * 16807) % 2147483647) % 1000);
    maxima(10, values).forEach((maximum, time) => {
      expect(maximum).toBeGreaterThanOrEqual(values[time]!);
      expect(maximum).toBeLessThanOrEqual(Math.max(...values.slice(Math.max(time - 10, 0), time + 1)));
    });
  });

  it('forgets everything after a silence longer than the window', () => {
    const filter = new WindowedMax(10);
    filter.add(0, 9);
    filter.add(30, 1);
    expect(filter.value).toBe(1);
  });
});
