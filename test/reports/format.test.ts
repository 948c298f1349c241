import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatDate,
  formatDuration,
  formatMs,
  formatMsInterval,
  formatP,
  formatRate,
  formatShare,
  formatShiftMs,
  plural,
} from '../../reports/format.ts';
import { formatMetric, formatMetricInterval, formatMetricShift } from '../../reports/metrics.ts';

/** Spaces as they look; which kind of no-break space stands where is checked once, below. */
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');

describe('formatMs', () => {
  it.each([
    [0, '0 ms'],
    [0.42, '0.4 ms'],
    [9.96, '10 ms'],
    [812.4, '812 ms'],
    [8412, '8 412 ms'],
    [9999.4, '9 999 ms'],
    [9999.6, '10.00 s'],
    [28_127, '28.13 s'],
    [-251, '−251 ms'],
    [-0.01, '0.0 ms'],
    [undefined, '–'],
    [Number.NaN, '–'],
  ])('%s is %s', (ms, text) => expect(plain(formatMs(ms))).toBe(text));

  it('groups digits by a narrow space and ties the unit to its number', () => {
    expect(formatMs(8412)).toBe('8\u202f412\u00a0ms');
  });
});

describe('differences and intervals', () => {
  it.each([
    [251, '+251 ms'],
    [-251, '−251 ms'],
    [0, '0 ms'],
    [0.02, '0.0 ms'],
    [12_345, '+12.35 s'],
  ])('a shift of %s is %s', (ms, text) => expect(plain(formatShiftMs(ms))).toBe(text));

  it('writes both ends of an interval in one unit', () => {
    expect(plain(formatMsInterval(8120, 8530))).toBe('8 120 to 8 530 ms');
    expect(plain(formatMsInterval(9800, 10_400))).toBe('9.80 to 10.40 s');
    expect(plain(formatMsInterval(-335, 56, true))).toBe('−335 to +56 ms');
  });

  it('knows that layout shift has no unit', () => {
    expect(formatMetric('cumulativeLayoutShift', 0.0421)).toBe('0.042');
    expect(formatMetricShift('cumulativeLayoutShift', -0.01)).toBe('−0.010');
    expect(formatMetricShift('cumulativeLayoutShift', 0.00001)).toBe('0.000');
    expect(formatMetricInterval('cumulativeLayoutShift', { low: -0.1, high: 0.2 }, true)).toBe(
      '−0.100 to +0.200',
    );
  });
});

describe('bytes and rates', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1448, '1.45 kB'],
    [28_000, '28.0 kB'],
    [99_960, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.00 MB'],
    [3_456_789, '3.46 MB'],
    [undefined, '–'],
  ])('%s bytes are %s', (bytes, text) => expect(plain(formatBytes(bytes))).toBe(text));

  it.each([
    [280_000, '280 kbit/s'],
    [1_600_000, '1.6 Mbit/s'],
    [56_500, '56.5 kbit/s'],
    [100_000_000, '100 Mbit/s'],
    [1e10, '10 Gbit/s'],
  ])('%s bit/s are %s', (rate, text) => expect(plain(formatRate(rate))).toBe(text));

  it('keeps small shares', () => {
    expect(plain(formatShare(0.001, 3))).toBe('0.1 %');
    expect(plain(formatShare(0))).toBe('0 %');
  });
});

describe('the rest', () => {
  it('never says that p is zero', () => {
    expect(plain(formatP(0.00001))).toBe('< 0.001');
    expect(formatP(0.03125)).toBe('0.031');
  });

  it('writes dates in UTC and lets other text through', () => {
    expect(formatDate('2026-03-01T14:05:11Z')).toBe('2026-03-01 14:05 UTC');
    expect(formatDate('yesterday')).toBe('yesterday');
  });

  it('writes durations', () => {
    expect(plain(formatDuration(42_400))).toBe('42 s');
    expect(plain(formatDuration(1_589_000))).toBe('26 min 29 s');
    expect(plain(formatDuration(7_500_000))).toBe('2 h 5 min');
  });

  it('counts', () => {
    expect(plural(1, 'push', 'pushes')).toBe('1 push');
    expect(plural(0, 'trial')).toBe('0 trials');
  });
});
