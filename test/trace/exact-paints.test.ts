import { expect, test } from 'vitest';
import { withExactPaints } from '../../lab/trace/exact-paints.ts';
import type { PageMetrics } from '../../lab/trace/waterfall.ts';

const metrics = (firstContentfulPaint: number): PageMetrics => ({
  firstContentfulPaint,
  loadEventEnd: 300,
  cumulativeLayoutShift: 0,
});

test('a paint that the page was told rounded up to 4 ms is taken from the trace', () => {
  // As Chromium 153 had it: 1002.998 ms, told as 1004.
  expect(withExactPaints(metrics(1004), metrics(1002.998)).firstContentfulPaint).toBe(1002.998);
  expect(withExactPaints(metrics(1004), metrics(1002.998)).loadEventEnd).toBe(300);
});

test('what is not that rounding stays as the page says it', () => {
  expect(withExactPaints(metrics(984.4), metrics(984.354)).firstContentfulPaint).toBe(984.4);
  expect(withExactPaints(metrics(1004), metrics(999)).firstContentfulPaint).toBe(1004);
  expect(withExactPaints(metrics(1004), metrics(1010)).firstContentfulPaint).toBe(1004);
});
