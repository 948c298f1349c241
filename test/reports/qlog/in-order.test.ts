import { expect, it } from 'vitest';
import { InOrder } from '../../../reports/qlog/in-order.ts';

it('is complete up to the first hole, whatever comes twice or late', () => {
  const order = new InOrder();
  expect(order.add(0, 10)).toBe(10);
  expect(order.add(20, 30)).toBe(10);
  expect(order.add(30, 40)).toBe(10);
  expect(order.add(0, 10)).toBe(10);
  // The hole is filled by a segment that overlaps what is there.
  expect(order.add(5, 20)).toBe(40);
  expect(order.add(40, 41)).toBe(41);
});
