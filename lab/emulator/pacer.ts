import { Worker } from 'node:worker_threads';
import { monotonicNowMs } from './monotonic-clock.ts';

/**
 * So short a time the owner's thread sleeps itself, once it has served its sockets: they can wait that long, and waking
 * another thread to be woken by it took 0.15 ms of CPU, several hundred times in a load, from the browser that is
 * being measured. While packets follow each other closely hardly any due time is further away.
 */
const SHORT_SLEEP_MS = 0.5;
/** The two threads do not see the same moment: a sleep may end some µs early, a look at the clock be that old. */
const CLOSE_MS = 0.1;

/**
 * Wakes its owner at a due time. A worker thread sleeps in `Atomics.wait` and posts a message: setTimeout fires up to
 * 0.4 ms early and, under load, tens of ms late, and a spinning loop would take the browser's core.
 */
export class Pacer {
  readonly #onWake: () => void;
  readonly #worker: Worker;
  readonly #generation: Int32Array;
  readonly #sharedDueMs: Float64Array;
  /** Nobody notifies it: to sleep on. */
  readonly #bed = new Int32Array(new SharedArrayBuffer(4));
  #dueMs = Infinity;
  /** When the worker wakes at the latest; Infinity while it waits to be told. */
  #alarmMs = Infinity;
  #shortSleep: NodeJS.Immediate | undefined;

  constructor(onWake: () => void) {
    this.#onWake = onWake;
    const shared = new SharedArrayBuffer(16);
    this.#generation = new Int32Array(shared, 0, 1);
    this.#sharedDueMs = new Float64Array(shared, 8, 1);
    this.#sharedDueMs[0] = Infinity;
    this.#worker = new Worker(new URL('./pacer-worker.mjs', import.meta.url), { workerData: { shared } });
    this.#worker.on('message', () => {
      this.#alarmMs = Infinity;
      onWake();
    });
    this.#worker.unref();
  }

  /** Replaces the due time; CLOCK_MONOTONIC ms. */
  wakeAt(dueMs: number): void {
    this.#dueMs = dueMs;
    if (this.#shortSleep !== undefined) return;
    const nowMs = monotonicNowMs();
    if (dueMs - nowMs > SHORT_SLEEP_MS) this.#tellWorker(nowMs);
    else this.#shortSleep = setImmediate(() => this.#sleepShortly());
  }

  async stop(): Promise<void> {
    clearImmediate(this.#shortSleep);
    await this.#worker.terminate();
  }

  #sleepShortly(): void {
    this.#shortSleep = undefined;
    const nowMs = monotonicNowMs();
    const waitMs = this.#dueMs - nowMs;
    if (waitMs > SHORT_SLEEP_MS) {
      // It was replaced by a later one meanwhile.
      this.#tellWorker(nowMs);
      return;
    }
    if (waitMs > 0) Atomics.wait(this.#bed, 0, 0, waitMs);
    this.#onWake();
  }

  /**
   * The worker is disturbed only for an earlier due time: most are replaced by later ones, and each notification costs
   * two thread switches.
   */
  #tellWorker(nowMs: number): void {
    this.#sharedDueMs[0] = this.#dueMs;
    // An alarm that has passed, or is passing, may have been slept through: the worker looked, and found a later due time.
    if (this.#dueMs >= this.#alarmMs && this.#alarmMs > nowMs + CLOSE_MS) return;
    this.#alarmMs = this.#dueMs;
    Atomics.add(this.#generation, 0, 1);
    Atomics.notify(this.#generation, 0);
  }
}
