import { Simulation } from '../network/simulation.ts';
import { monotonicNowMs } from './monotonic-clock.ts';
import { Pacer } from './pacer.ts';

/**
 * The pacer sleeps at least this long: events closer together are processed in one go, at most this late. Each wake-up
 * costs two thread switches, and on a fast link they would come every few hundred microseconds and take the CPU from
 * the browser that is being measured.
 */
const MIN_SLEEP_MS = 0.4;

/**
 * Runs a simulation against the wall clock. Events keep their due time when they are processed late, so lateness does
 * not add up inside the model. What waits for it outside, browser or server, does start late: the record says how late.
 */
export class WallClockDriver {
  #simulation = new Simulation(monotonicNowMs());
  #latenessMs: number[] = [];
  #deferred: (() => void)[] = [];
  #draining = false;
  readonly #pacer = new Pacer(() => this.catchUp());

  get simulation(): Simulation {
    return this.#simulation;
  }

  /** Starts over with an empty simulation; what was pending is forgotten. */
  restart(): Simulation {
    this.#simulation = new Simulation(monotonicNowMs());
    this.#latenessMs = [];
    this.#deferred = [];
    return this.#simulation;
  }

  /** How late each batch of events was processed since `restart`, ms. */
  get latenessMs(): readonly number[] {
    return this.#latenessMs;
  }

  /** Runs what is due; call it when time may have come. */
  catchUp(): void {
    this.#advance();
    this.#runDeferred();
  }

  /** Brings the model to now, lets something from outside act on it, and re-arms the pacer. */
  act<T>(action: () => T): T {
    this.#advance();
    const result = action();
    this.#arm(monotonicNowMs());
    this.#runDeferred();
    return result;
  }

  /**
   * For the model's handlers: runs `action` once the events now due have all run. What it does to the outside may come
   * straight back and act on the model, which must not happen inside an event.
   */
  afterwards(action: () => void): void {
    this.#deferred.push(action);
  }

  #advance(): void {
    const nowMs = monotonicNowMs();
    const dueMs = this.#simulation.nextDueMs;
    if (dueMs !== undefined && dueMs <= nowMs) this.#latenessMs.push(nowMs - dueMs);
    this.#simulation.advanceTo(nowMs);
    this.#arm(nowMs);
  }

  #arm(nowMs: number): void {
    const dueMs = this.#simulation.nextDueMs;
    this.#pacer.wakeAt(dueMs === undefined ? Infinity : Math.max(dueMs, nowMs + MIN_SLEEP_MS));
  }

  #runDeferred(): void {
    if (this.#draining) return;
    this.#draining = true;
    for (let action = this.#deferred.shift(); action !== undefined; action = this.#deferred.shift()) action();
    this.#draining = false;
  }

  async stop(): Promise<void> {
    await this.#pacer.stop();
  }
}
