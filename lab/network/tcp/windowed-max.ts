interface Reading {
  time: number;
  value: number;
}

/**
 * The maximum of the readings of the last `window` units of time, approximately: Kathleen Nichols' filter, which Linux
 * has as win_minmax. It keeps the best reading, the best since that, and the best since that again, so that a
 * successor is at hand when the first expires; the second and third are drawn from the later parts of the window.
 */
export class WindowedMax {
  readonly #window: number;
  #best: Reading = { time: 0, value: 0 };
  #second: Reading = this.#best;
  #third: Reading = this.#best;

  constructor(window: number) {
    this.#window = window;
  }

  get value(): number {
    return this.#best.value;
  }

  /** @param time in any unit that does not go back: rounds, for instance */
  add(time: number, value: number): void {
    const reading = { time, value };
    if (value >= this.#best.value || time - this.#third.time > this.#window) {
      this.#best = this.#second = this.#third = reading;
      return;
    }
    if (value >= this.#second.value) this.#second = this.#third = reading;
    else if (value >= this.#third.value) this.#third = reading;
    this.#age(reading);
  }

  #age(newest: Reading): void {
    const ageOfBest = newest.time - this.#best.time;
    if (ageOfBest > this.#window) {
      this.#promote(newest);
      if (newest.time - this.#best.time > this.#window) this.#promote(newest);
    } else if (this.#second.time === this.#best.time && ageOfBest > Math.floor(this.#window / 4)) {
      this.#second = this.#third = newest;
    } else if (this.#third.time === this.#second.time && ageOfBest > Math.floor(this.#window / 2)) {
      this.#third = newest;
    }
  }

  #promote(newest: Reading): void {
    this.#best = this.#second;
    this.#second = this.#third;
    this.#third = newest;
  }
}
