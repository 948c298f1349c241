import { Fifo } from '../queue/fifo.ts';
import { TimeFifo } from '../queue/time-fifo.ts';
import { Timer, type Simulation, type TimeMs } from '../simulation.ts';

/**
 * Propagation: every item arrives `delayMs` and a random part of `jitterMs` later, and never before one that was sent
 * earlier. A delay that becomes shorter therefore does not let new items overtake those on their way.
 */
export class DelayLine<T> {
  readonly #simulation: Simulation;
  readonly #jitterMs: number;
  readonly #random: () => number;
  readonly #deliver: (item: T) => void;
  readonly #onTheWay = new Fifo<T>();
  readonly #dueTimes = new TimeFifo();
  /** For the item at the head: those behind it come no earlier. */
  readonly #timer: Timer;
  #delayMs: number;
  #lastDueMs: TimeMs = -Infinity;

  constructor(
    simulation: Simulation,
    options: {
      delayMs: number;
      jitterMs: number;
      /** Uniform in [0, 1); drawn once per item when there is jitter. */
      random: () => number;
      deliver: (item: T) => void;
    },
  ) {
    this.#simulation = simulation;
    this.#delayMs = options.delayMs;
    this.#jitterMs = options.jitterMs;
    this.#random = options.random;
    this.#deliver = options.deliver;
    this.#timer = new Timer(simulation, () => this.#arrive());
  }

  /** For what is sent from now on. */
  setDelay(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  send(item: T): void {
    const jitterMs = this.#jitterMs > 0 ? this.#random() * this.#jitterMs : 0;
    const dueMs = Math.max(this.#lastDueMs, this.#simulation.nowMs + this.#delayMs + jitterMs);
    this.#lastDueMs = dueMs;
    this.#onTheWay.push(item);
    this.#dueTimes.push(dueMs);
    if (this.#onTheWay.length === 1) this.#timer.set(dueMs);
  }

  #arrive(): void {
    const item = this.#onTheWay.shift() as T;
    this.#dueTimes.shift();
    if (this.#onTheWay.length > 0) this.#timer.set(this.#dueTimes.peek());
    this.#deliver(item);
  }
}
