import { describe, expect, it } from 'vitest';
import { Fifo } from '../../lab/network/queue/fifo.ts';
import { createRandom } from '../../lab/network/random.ts';

describe('Fifo', () => {
  it('does what an array does, through growth and wrapping', () => {
    const random = createRandom(1);
    const fifo = new Fifo<number>();
    const model: number[] = [];
    for (let step = 0; step < 20_000; step++) {
      // Grows to some hundred items, then shrinks, in turns.
      const pushes = Math.floor(step / 1000) % 2 === 0 ? 0.6 : 0.4;
      if (random() < pushes) {
        fifo.push(step);
        model.push(step);
      } else {
        expect(fifo.peek()).toBe(model[0]);
        expect(fifo.shift()).toBe(model.shift());
      }
      expect(fifo.length).toBe(model.length);
    }
  });
});
