import { Worker } from 'node:worker_threads';
import { monotonicNowMs } from './monotonic-clock.ts';

/**
 * The last so much before a due time the owner's thread sleeps itself, once it has served its sockets: they can wait
 * that long. The thread that slept until then takes some tenths of a millisecond to wake it, which this hides. And
 * while packets follow each other closely hardly any due time is further away: to set and wait for another thread for
 * each took 0.15 ms of CPU, several hundred times in a load, from the browser that is being measured.
 */
const SHORT_SLEEP_MS = 0.5;
const [GENERATION, FENCE] = [0, 1];

/**
 * Wakes its owner at a due time. A worker thread sleeps in `Atomics.wait` and posts a message: setTimeout fires up to
 * 0.4 ms early and, under load, tens of ms late, and a spinning loop would take the browser's core.
 */
export class Pacer {
  readonly #onWake: () => void;
  readonly #worker: Worker;
  readonly #signals: Int32Array;
  readonly #workerDueMs: Float64Array;
  /** When the worker looks again; Infinity while it waits to be told. It writes this itself. */
  readonly #workerAlarmMs: Float64Array;
  /** Nobody notifies it: to sleep on. */
  readonly #bed = new Int32Array(new SharedArrayBuffer(4));
  #dueMs = Infinity;
  #shortSleep: NodeJS.Immediate | undefined;

  constructor(onWake: () => void) {
    this.#onWake = onWake;
    const shared = new SharedArrayBuffer(24);
    this.#signals = new Int32Array(shared, 0, 2);
    this.#workerDueMs = new Float64Array(shared, 8, 1);
    this.#workerAlarmMs = new Float64Array(shared, 16, 1);
    this.#workerDueMs[0] = this.#workerAlarmMs[0] = Infinity;
    this.#worker = new Worker(new URL('./pacer-worker.mjs', import.meta.url), { workerData: { shared } });
    this.#worker.on('message', () => this.wakeAt(this.#dueMs));
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
    const dueMs = this.#dueMs - SHORT_SLEEP_MS;
    this.#workerDueMs[0] = dueMs;
    Atomics.add(this.#signals, FENCE, 1);
    const alarmMs = this.#workerAlarmMs[0] ?? Infinity;
    if (dueMs >= alarmMs && alarmMs > nowMs) return;
    Atomics.add(this.#signals, GENERATION, 1);
    Atomics.notify(this.#signals, GENERATION);
  }
}
