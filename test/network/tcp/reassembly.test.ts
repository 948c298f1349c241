import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../lab/network/random.ts';
import { Reassembly } from '../../../lab/network/tcp/reassembly.ts';

describe('reassembly', () => {
  it('reports the most recent range first, and no more than four', () => {
    const held = new Reassembly();
    for (const start of [10, 30, 50, 70, 90]) held.add(start, start + 10);
    expect(held.blocks).toEqual([
      [90, 100],
      [70, 80],
      [50, 60],
      [30, 40],
    ]);
  });

  it('joins what touches, and moves it to the front', () => {
    const held = new Reassembly();
    held.add(10, 20);
    held.add(30, 40);
    held.add(20, 30);
    expect(held.blocks).toEqual([[10, 40]]);
    expect(held.bytes).toBe(30);
    expect(held.highestEnd).toBe(40);
  });

  it('gives up what has become complete', () => {
    const held = new Reassembly();
    held.add(10, 20);
    held.add(30, 40);
    expect(held.absorb(10)).toBe(20);
    expect(held.bytes).toBe(10);
    expect(held.blocks).toEqual([[30, 40]]);
    expect(held.absorb(30)).toBe(40);
    expect(held.isEmpty).toBe(true);
    expect(held.blocks).toEqual([]);
  });

  it('whatever the order, everything comes out once', () => {
    const random = createRandom(7);
    for (let round = 0; round < 50; round++) {
      const held = new Reassembly();
      const segments = Array.from({ length: 40 }, (_, index) => index).sort(() => random() - 0.5);
      let complete = 0;
      for (const index of segments) {
        const [start, end] = [index * 10, index * 10 + 10];
        if (start === complete) complete = held.absorb(end);
        else held.add(start, end);
        expect(complete + held.bytes).toBe(10 * (segments.indexOf(index) + 1));
      }
      expect(complete).toBe(400);
      expect(held.isEmpty).toBe(true);
    }
  });
});
