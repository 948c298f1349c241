import { Simulation } from '../network/simulation.ts';
import { monotonicNowMs } from './monotonic-clock.ts';
import { Pacer } from './pacer.ts';

/**
 * Least time between two wake-ups of the pacer: events closer together are processed in one go, at most this late. Each
 * wake-up costs two thread switches, and on a fast link they would come every few dozen microseconds and take the CPU
 * from the browser that is being measured.
 */
const MIN_WAKE_GAP_MS = 0.25;

/**
 * Runs a simulation against the wall clock. Events keep their due time when they are processed late, so lateness does
 * not add up inside the model. What waits for it outside, browser or server, does start late: the record says how late.
 */
export class WallClockDriver {
  #simulation = new Simulation(monotonicNowMs());
  #latenessMs: number[] = [];
  #recordLateness = true;
  #deferred: (() => void)[] = [];
  #advancing = false;
  #draining = false;
  #drainScheduled = false;
  #wokenMs = 0;
  readonly #pacer = new Pacer(() => this.#wake());

  get simulation(): Simulation {
    return this.#simulation;
  }

  /** Starts over with an empty simulation; what was pending is forgotten. */
  restart({ recordLateness = true } = {}): Simulation {
    this.#simulation = new Simulation(monotonicNowMs());
    this.#latenessMs = [];
    this.#recordLateness = recordLateness;
    this.#deferred = [];
    return this.#simulation;
  }

  /**
   * How late each batch of events was processed since `restart`, ms: from the due time of its oldest event to the moment
   * that event ran. What falls due while a batch runs belongs to the next one.
   */
  get latenessMs(): readonly number[] {
    return this.#latenessMs;
  }

  /**
   * Brings the model to now, lets something from outside act on it, and re-arms the pacer. May be called from within a
   * peer's write: what the model sets off outside runs afterwards, never within the caller. From within an event of the
   * model it acts at the event's due time.
   */
  act<T>(action: () => T): T {
    if (this.#advancing) return action();
    this.#advance();
    const result = action();
    this.#arm();
    if (this.#deferred.length > 0 && !this.#draining && !this.#drainScheduled) {
      this.#drainScheduled = true;
      process.nextTick(() => {
        this.#drainScheduled = false;
        this.#runDeferred();
      });
    }
    return result;
  }

  /**
   * For the model's handlers: runs `action` once the events now due have all run. What it does to the outside may come
   * straight back and act on the model, which must not happen inside an event.
   */
  afterwards(action: () => void): void {
    this.#deferred.push(action);
  }

  async stop(): Promise<void> {
    await this.#pacer.stop();
  }

  #wake(): void {
    this.#wokenMs = this.#advance();
    // Before the outside is served: the pacer's thread falls asleep meanwhile.
    this.#arm();
    this.#runDeferred();
  }

  /** Returns the time it has come to. */
  #advance(): number {
    const nowMs = monotonicNowMs();
    const dueMs = this.#simulation.nextDueMs;
    if (this.#recordLateness && dueMs !== undefined && dueMs <= nowMs) this.#latenessMs.push(nowMs - dueMs);
    this.#advancing = true;
    this.#simulation.advanceTo(nowMs);
    this.#advancing = false;
    return nowMs;
  }

  #arm(): void {
    const dueMs = this.#simulation.nextDueMs ?? Infinity;
    this.#pacer.wakeAt(Math.max(dueMs, this.#wokenMs + MIN_WAKE_GAP_MS));
  }

  #runDeferred(): void {
    if (this.#draining) return;
    this.#draining = true;
    const deferred = this.#deferred;
    for (let next = 0; next < deferred.length; next++) deferred[next]!();
    deferred.length = 0;
    this.#draining = false;
  }
}
