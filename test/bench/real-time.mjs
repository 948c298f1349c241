// @ts-nocheck -- a script over the built code
// Real time against virtual time: every cell of the kernel measurements that lasts under six seconds, through the real
// proxy and on the virtual clock. Prints the differences of the milestones and how late the pacer was; fails nothing.
// Usage: npm run bench:real-time [-- --repeats 3] [--only "iw rtt50"] [--throughput]
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { median, quantile } from 'simple-statistics';
import { benchThroughput } from './real-time-throughput.mjs';

const root = path.join(import.meta.dirname, '../..');
const load = (file) => import(path.join(root, 'dist/lab', file));
const { orderOf, parseCells } = await load('transfer/cells.js');
const { milestonesOf } = await load('transfer/milestones.js');
const { simulateTransfer } = await load('transfer/simulate-transfer.js');
const { RealPath } = await load('transfer/real-path.js');

const { values: options } = parseArgs({
  options: {
    repeats: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    throughput: { type: 'boolean', default: false },
  },
});
const MILESTONES = ['connectMs', 'firstByteMs', 't14600Ms', 't50Ms', 't100Ms'];
/** A difference that counts as agreement. */
const allowedMs = (expected) => Math.max(2, 0.015 * expected);
const LONGEST_MS = 6000;

const realPath = await RealPath.open();
try {
  if (options.throughput) await benchThroughput(realPath, simulateTransfer);
  else await benchCells();
} finally {
  realPath.close();
}
// The emulator's channel may take a moment to close.
process.exit();

async function benchCells() {
  const file = path.join(root, 'test/data/kernel-tcp/curves.json');
  const cells = parseCells(readFileSync(file, 'utf8'), file).filter((cell) =>
    String(cell.id).includes(options.only),
  );
  const repeats = Number(options.repeats);
  console.log(
    `differences real - virtual in ms, median of ${repeats}; the worst flow of a cell; * out of max(2 ms, 1.5 %)`,
  );
  console.log(
    `${'cell'.padEnd(52)} ${MILESTONES.map((name) => name.replace('Ms', '').padStart(9)).join(' ')}   ratio     late: p50     p99     max`,
  );
  let out = 0;
  let compared = 0;
  for (const cell of cells) {
    const order = orderOf(cell, 1);
    const virtual = simulateTransfer(order);
    const expected = virtual.flows.map((flow) => milestonesOf(flow, order.bytes));
    if (Math.max(...virtual.flows.map(({ startMs }, flow) => startMs + expected[flow].t100Ms)) > LONGEST_MS)
      continue;
    const runs = [];
    const lateness = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const { record, evidence } = await realPath.carryOut(order);
      runs.push(record.flows.map((flow) => milestonesOf(flow, order.bytes)));
      lateness.push(evidence.latenessMs);
    }
    const columns = MILESTONES.map((name) => {
      const differences = expected.flatMap((flow, index) => {
        if (flow[name] === null) return [];
        const measured = median(runs.map((run) => run[index][name] ?? Infinity));
        return [{ difference: measured - flow[name], allowed: allowedMs(flow[name]) }];
      });
      if (differences.length === 0) return '-'.padStart(9);
      const worst = differences.sort(
        (a, b) => Math.abs(b.difference) / b.allowed - Math.abs(a.difference) / a.allowed,
      )[0];
      compared++;
      const within = Math.abs(worst.difference) <= worst.allowed;
      if (!within) out++;
      return `${worst.difference.toFixed(2)}${within ? ' ' : '*'}`.padStart(9);
    });
    const last = expected.length - 1;
    const ratio = median(runs.map((run) => run[last].t100Ms ?? Infinity)) / expected[last].t100Ms;
    const [p50, p99, max] = [0.5, 0.99, 1].map((share) =>
      median(lateness.map((values) => quantile(values, share)))
        .toFixed(3)
        .padStart(7),
    );
    console.log(
      `${String(cell.id).padEnd(52)} ${columns.join(' ')}   ${ratio.toFixed(3)}     ${p50} ${p99} ${max}`,
    );
  }
  console.log(
    `\n${compared - out} of ${compared} milestones agree; load average ${readFileSync('/proc/loadavg', 'utf8').split(' ')[0]}`,
  );
}
