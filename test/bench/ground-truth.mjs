// @ts-nocheck -- a script over JSON; its shapes are documented in lab/run/results.ts
// The ground-truth page in the lab against the same page over a real Linux TCP path (test/data/kernel-tcp/page.json).
// Prints medians and their ratio; nothing here fails. Usage: npm run bench:ground-truth [-- --runs 5]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { median } from 'simple-statistics';

const root = path.join(import.meta.dirname, '../..');
const truth = JSON.parse(readFileSync(path.join(root, 'test/data/kernel-tcp/page.json'), 'utf8'));
/** Strategies by the name they have in the truth. */
const STRATEGIES = { 'no-push': 'none', 'after-html': 'after', 'before-html': 'before' };
const out = mkdtempSync(path.join(tmpdir(), 'push-lab-bench-'));
const options = process.argv.slice(2);
if (!options.includes('--runs')) options.push('--runs', '7');

console.log('condition        strategy     metric   kernel      lab    ratio');
for (const [scenario, rttMs] of [
  ['ground-truth-100ms', 100],
  ['ground-truth-20ms', 20],
]) {
  const { status } = spawnSync(
    process.execPath,
    [
      path.join(root, 'dist/lab/cli/main.js'),
      'run',
      path.join(root, `scenarios/${scenario}.yaml`),
      '--out',
      out,
      '--concurrency',
      '1',
      ...options,
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  if (status !== 0) process.exit(status ?? 3);
  const folder = path.join(out, scenario);
  const results = JSON.parse(readFileSync(path.join(folder, readdirSync(folder)[0], 'results.json'), 'utf8'));
  for (const [strategy, trueName] of Object.entries(STRATEGIES)) {
    const cell = truth.find((candidate) => candidate.rttMs === rttMs && candidate.strategy === trueName);
    const trials = results.trials.filter(
      (trial) => trial.strategy === strategy && !trial.warmup && trial.status === 'ok',
    );
    for (const [label, metric, expected] of [
      ['FCP', 'firstContentfulPaint', cell.fcpMs],
      ['load', 'loadEventEnd', cell.loadMs],
    ]) {
      const measured = median(trials.map((trial) => trial.metrics[metric]));
      console.log(
        `${`${rttMs} ms`.padEnd(16)} ${strategy.padEnd(12)} ${label.padEnd(5)} ${expected.toFixed(1).padStart(9)} ${measured.toFixed(1).padStart(8)} ${(measured / expected).toFixed(3).padStart(8)}`,
      );
    }
  }
}
rmSync(out, { recursive: true });
