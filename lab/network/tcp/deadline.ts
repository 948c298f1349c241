import { Timer, type Simulation, type TimeMs } from '../simulation.ts';

/**
 * A timer that is moved far more often than it fires. Moving it later costs nothing: it looks again when it comes.
 */
export class Deadline {
  readonly #simulation: Simulation;
  readonly #action: () => void;
  readonly #timer: Timer;
  #dueMs: TimeMs = Infinity;
  #stopped = false;

  constructor(simulation: Simulation, action: () => void) {
    this.#simulation = simulation;
    this.#action = action;
    this.#timer = new Timer(simulation, () => this.#look());
  }

  get isSet(): boolean {
    return this.#dueMs !== Infinity;
  }

  /** When it is due; Infinity while it is not set. */
  get dueMs(): TimeMs {
    return this.#dueMs;
  }

  set(dueMs: TimeMs): void {
    if (this.#stopped) return;
    this.#dueMs = dueMs;
    if (dueMs < this.#timer.dueMs) this.#timer.set(dueMs);
  }

  clear(): void {
    this.#dueMs = Infinity;
  }

  /** For good, even if its owner is in the midst of something: nothing of it stays in the simulation. */
  stop(): void {
    this.#stopped = true;
    this.#dueMs = Infinity;
    this.#timer.cancel();
  }

  #look(): void {
    if (this.#dueMs === Infinity) return;
    if (this.#simulation.nowMs < this.#dueMs) {
      this.#timer.set(this.#dueMs);
      return;
    }
    this.#dueMs = Infinity;
    this.#action();
  }
}
