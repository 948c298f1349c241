// Sleeps until the due time its owner left, then wakes the owner. See pacer.ts.
import process from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';

/** @type {{ shared: SharedArrayBuffer }} */
const { shared } = workerData;
const [GENERATION, FENCE] = [0, 1];
const signals = new Int32Array(shared, 0, 2);
const dueMs = new Float64Array(shared, 8, 1);
const alarmMs = new Float64Array(shared, 16, 1);

const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

for (;;) {
  const seen = Atomics.load(signals, GENERATION);
  const due = dueMs[0] ?? Infinity;
  alarmMs[0] = due;
  // The owner writes the due time and reads the alarm; here it is the other way round. One of the two sees the other's.
  Atomics.add(signals, FENCE, 1);
  if ((dueMs[0] ?? Infinity) < due) continue;
  const waitMs = due - nowMs();
  if (waitMs > 0) {
    // Ends early when an earlier due time was set; a later one is found by looking again.
    Atomics.wait(signals, GENERATION, seen, waitMs);
    continue;
  }
  parentPort?.postMessage(undefined);
  // The owner sets the next due time.
  alarmMs[0] = Infinity;
  Atomics.wait(signals, GENERATION, seen);
}
