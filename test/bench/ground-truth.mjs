// @ts-nocheck -- a script over JSON; its shapes are documented in lab/run/results.ts
// The ground-truth page in the lab against the same page over a real Linux TCP path (test/data/kernel-tcp/page.json).
// Prints medians, and their ratio where the kernel was measured; nothing here fails. `browser` is the part of the FCP after
// everything it needs has arrived: it depends on the machine, and on how fast that is just now. The kernel's counts from
// when the page had it (responseEnd), the lab's from its last byte at the browser's socket, which is a little more.
// Usage: npm run bench:ground-truth [-- --only 20ms] [--out FOLDER] [any option of lab run]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { median } from 'simple-statistics';
import { browserMsOf, CONDITIONS, STRATEGIES, truthOf } from './ground-truth-page.mjs';

const root = path.join(import.meta.dirname, '../..');
const METRICS = [
  ['FCP', ({ metrics }) => metrics.firstContentfulPaint, ({ fcpMs }) => fcpMs],
  ['browser', (trial) => trial.path?.browserMs, browserMsOf],
  ['load', ({ metrics }) => metrics.loadEventEnd, ({ loadMs }) => loadMs],
];

const options = process.argv.slice(2);
const only = takeOption('--only');
const kept = takeOption('--out');
const out = kept ?? mkdtempSync(path.join(tmpdir(), 'push-lab-bench-'));
for (const [name, value] of [
  ['--runs', '7'],
  ['--concurrency', '1'],
]) {
  if (!options.includes(name)) options.push(name, value);
}
const chosen = CONDITIONS.filter(({ name }) => only === undefined || name === only);
if (chosen.length === 0) {
  console.error(`--only takes one of ${CONDITIONS.map(({ name }) => name).join(', ')}; found "${only}"`);
  process.exit(2);
}

console.log(`load average ${loadavg()[0].toFixed(1)}; each time in ms, median of the measured loads\n`);
console.log(row(['condition', 'strategy', 'metric', 'kernel', 'lab', 'ratio', 'loads']));
for (const condition of chosen) {
  const results = run(condition.scenario);
  for (const [strategy, trueName] of Object.entries(STRATEGIES)) {
    const truth = truthOf(condition, trueName);
    const trials = results.trials.filter(
      (trial) => trial.strategy === strategy && !trial.warmup && trial.status === 'ok',
    );
    if (trials.length === 0) continue;
    for (const [label, measured, expected] of METRICS) {
      const values = trials.map(measured).filter((value) => value !== undefined);
      if (values.length === 0) continue;
      const measuredMs = median(values);
      const expectedMs = truth && expected(truth);
      console.log(
        row([
          condition.name,
          strategy,
          label,
          expectedMs?.toFixed(1) ?? '–',
          measuredMs.toFixed(1),
          expectedMs === undefined ? '–' : (measuredMs / expectedMs).toFixed(3),
          String(values.length),
        ]),
      );
    }
  }
}
if (kept === undefined) rmSync(out, { recursive: true });

/** `lab run` on one scenario, and what it wrote. */
function run(scenario) {
  const { status } = spawnSync(
    process.execPath,
    [
      path.join(root, 'dist/lab/cli/main.js'),
      'run',
      path.join(root, `scenarios/${scenario}.yaml`),
      '--out',
      out,
      ...options,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (status !== 0) process.exit(status ?? 3);
  const folder = path.join(out, scenario);
  const latest = readdirSync(folder).sort().at(-1);
  return JSON.parse(readFileSync(path.join(folder, latest, 'results.json'), 'utf8'));
}

/** The value of one of our own options, which `lab run` does not get to see. */
function takeOption(name) {
  const index = options.indexOf(name);
  return index === -1 ? undefined : options.splice(index, 2)[1];
}

function row([condition, strategy, metric, ...numbers]) {
  const words = `${condition.padEnd(11)}${strategy.padEnd(17)}${metric.padEnd(8)}`;
  return words + numbers.map((number) => number.padStart(9)).join('');
}
