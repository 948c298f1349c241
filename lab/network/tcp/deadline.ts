import { Timer, type TimeMs } from '../simulation.ts';

/**
 * A timer that is moved far more often than it fires. Moving it later costs nothing: it looks again when it comes.
 */
export class Deadline extends Timer {
  /** May be later than when the simulation is to run it. */
  #dueMs: TimeMs = Infinity;
  #stopped = false;

  override get isSet(): boolean {
    return this.#dueMs !== Infinity;
  }

  /** When it is due; Infinity while it is not set. */
  override get dueMs(): TimeMs {
    return this.#dueMs;
  }

  override set(dueMs: TimeMs): void {
    if (this.#stopped) return;
    this.#dueMs = dueMs;
    if (dueMs < this.wakeMs) super.set(dueMs);
  }

  /** Costs nothing either: it stays in the simulation, but will not fire. */
  clear(): void {
    this.#dueMs = Infinity;
  }

  override cancel(): void {
    this.#dueMs = Infinity;
    super.cancel();
  }

  /** For good, even if its owner is in the midst of something: nothing of it stays in the simulation. */
  stop(): void {
    this.#stopped = true;
    this.cancel();
  }

  override run(): void {
    this.wakeMs = Infinity;
    if (this.#dueMs === Infinity) return;
    if (this.simulation.nowMs < this.#dueMs) {
      super.set(this.#dueMs);
      return;
    }
    this.#dueMs = Infinity;
    this.action();
  }
}
