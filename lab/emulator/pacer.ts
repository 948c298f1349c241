import { Worker } from 'node:worker_threads';
import { monotonicNowMs } from './monotonic-clock.ts';

/**
 * Wakes its owner at a due time. A worker thread sleeps in `Atomics.wait` and posts a message: setTimeout fires up to
 * 0.4 ms early and, under load, tens of ms late, and a spinning loop would take the browser's core.
 */
export class Pacer {
  readonly #worker: Worker;
  readonly #generation: Int32Array;
  readonly #dueMs: Float64Array;
  /** When the worker wakes at the latest; Infinity while it waits to be told. */
  #alarmMs = Infinity;

  constructor(onWake: () => void) {
    const shared = new SharedArrayBuffer(16);
    this.#generation = new Int32Array(shared, 0, 1);
    this.#dueMs = new Float64Array(shared, 8, 1);
    this.#dueMs[0] = Infinity;
    this.#worker = new Worker(new URL('./pacer-worker.mjs', import.meta.url), { workerData: { shared } });
    this.#worker.on('message', () => {
      this.#alarmMs = Infinity;
      onWake();
    });
    this.#worker.unref();
  }

  /**
   * Replaces the due time; CLOCK_MONOTONIC ms. The worker is disturbed only for an earlier one: most due times are
   * replaced by later ones, and each notification costs two thread switches.
   */
  wakeAt(dueMs: number): void {
    this.#dueMs[0] = dueMs;
    // An alarm that has passed may have been slept through: the worker looked, and found a later due time.
    if (dueMs >= this.#alarmMs && this.#alarmMs > monotonicNowMs()) return;
    this.#alarmMs = dueMs;
    Atomics.add(this.#generation, 0, 1);
    Atomics.notify(this.#generation, 0);
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
