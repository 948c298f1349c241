import type { LossProcess } from './loss-process.ts';

/** Each packet is lost with the same probability, whatever became of the others. */
export class BernoulliLoss implements LossProcess {
  readonly #rate: number;
  readonly #random: () => number;

  constructor(rate: number, random: () => number) {
    this.#rate = rate;
    this.#random = random;
  }

  next(): boolean {
    return this.#rate > 0 && this.#random() < this.#rate;
  }
}
