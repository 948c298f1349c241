// Sleeps until the due time its owner left, then wakes the owner. See pacer.ts.
import process from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';

/** @type {{ shared: SharedArrayBuffer }} */
const { shared } = workerData;
const generation = new Int32Array(shared, 0, 1);
const dueMs = new Float64Array(shared, 8, 1);

const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

for (;;) {
  const seen = Atomics.load(generation, 0);
  const waitMs = (dueMs[0] ?? Infinity) - nowMs();
  if (waitMs > 0) {
    // Ends early when an earlier due time was set; a later one is found by looking again.
    Atomics.wait(generation, 0, seen, waitMs);
    continue;
  }
  parentPort?.postMessage(undefined);
  // The owner sets the next due time.
  Atomics.wait(generation, 0, seen);
}
