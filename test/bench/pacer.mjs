// @ts-nocheck -- a script over the built code
// How late the emulator's pacer wakes: in its own process, idle and while another process keeps one core busy.
// Usage: npm run bench:pacer [-- --seconds 5]
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { quantileSorted } from 'simple-statistics';

const dist = path.join(import.meta.dirname, '../../dist');
const { EmulatorProcess } = await import(path.join(dist, 'lab/emulator/emulator-process.js'));
const { values } = parseArgs({ options: { seconds: { type: 'string', default: '5' } } });
const durationMs = Number(values.seconds) * 1000;

const { emulator } = await EmulatorProcess.start({ port: 0 });
console.log('machine      wake-ups   p50 ms   p99 ms   max ms   load average');
for (const busy of [false, true, false, true]) {
  const spinner = busy ? new Worker('for (;;);', { eval: true }) : undefined;
  const lateness = [...(await emulator.timePacer(durationMs))].sort((a, b) => a - b);
  await spinner?.terminate();
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) =>
    quantileSorted(lateness, share).toFixed(3).padStart(8),
  );
  const load = readFileSync('/proc/loadavg', 'utf8').split(' ')[0];
  console.log(
    `${(busy ? 'a busy core' : 'idle').padEnd(12)} ${String(lateness.length).padStart(8)} ${p50} ${p99} ${max}   ${load}`,
  );
}
await emulator.stop();
process.exit();
