import type { TimeMs } from '../simulation.ts';

const FIRST_CAPACITY = 16;

/** Moments in a ring that doubles when full. In an array of numbers each would be an object of its own. */
export class TimeFifo {
  #times = new Float64Array(FIRST_CAPACITY);
  #head = 0;
  #length = 0;

  push(timeMs: TimeMs): void {
    if (this.#length === this.#times.length) this.#grow();
    this.#times[(this.#head + this.#length) & (this.#times.length - 1)] = timeMs;
    this.#length++;
  }

  /** Infinity while it is empty. */
  peek(): TimeMs {
    return this.#length === 0 ? Infinity : this.#times[this.#head]!;
  }

  shift(): void {
    if (this.#length === 0) return;
    this.#head = (this.#head + 1) & (this.#times.length - 1);
    this.#length--;
  }

  /** The capacity stays a power of two, so that a mask does for a remainder. */
  #grow(): void {
    const old = this.#times;
    this.#times = new Float64Array(2 * old.length);
    for (let index = 0; index < old.length; index++) {
      this.#times[index] = old[(this.#head + index) & (old.length - 1)]!;
    }
    this.#head = 0;
  }
}
