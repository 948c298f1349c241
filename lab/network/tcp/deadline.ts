import type { Simulation, TimeMs, Timer } from '../simulation.ts';

/**
 * A timer that is moved far more often than it fires. Moving it later costs nothing: the pending event stays and looks
 * again when it comes.
 */
export class Deadline {
  readonly #simulation: Simulation;
  readonly #action: () => void;
  readonly #fire = () => this.#onEvent();
  #dueMs: TimeMs = Infinity;
  #event: Timer | undefined;

  constructor(simulation: Simulation, action: () => void) {
    this.#simulation = simulation;
    this.#action = action;
  }

  get isSet(): boolean {
    return this.#dueMs !== Infinity;
  }

  /** When it is due; Infinity while it is not set. */
  get dueMs(): TimeMs {
    return this.#dueMs;
  }

  set(dueMs: TimeMs): void {
    this.#dueMs = dueMs;
    if (this.#event !== undefined) {
      if (this.#event.dueMs <= dueMs) return;
      this.#event.cancel();
    }
    this.#event = this.#simulation.at(dueMs, this.#fire);
  }

  clear(): void {
    this.#dueMs = Infinity;
  }

  /** Forgets the pending event as well: nothing of it stays in the simulation. */
  stop(): void {
    this.#dueMs = Infinity;
    this.#event?.cancel();
    this.#event = undefined;
  }

  #onEvent(): void {
    this.#event = undefined;
    if (this.#dueMs === Infinity) return;
    if (this.#simulation.nowMs < this.#dueMs) {
      this.#event = this.#simulation.at(this.#dueMs, this.#fire);
      return;
    }
    this.#dueMs = Infinity;
    this.#action();
  }
}
