import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageRoot } from '../../../lab/package-root.ts';
import type { Results, TrialResult } from '../../../lab/run/results.ts';
import { resultsSchema } from '../../../lab/run/results.ts';
import type { Waterfall } from '../../../lab/trace/waterfall.ts';

/** The built command line: what a user runs. */
const LAB = path.join(packageRoot, 'dist/lab/cli/main.js');

export interface Outcome {
  /** Exit status, or undefined when a signal ended it. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export function startLab(
  args: readonly string[],
  env: Record<string, string> = {},
): { child: ChildProcess; outcome: Promise<Outcome> } {
  const child = spawn(process.execPath, [LAB, ...args], {
    cwd: packageRoot,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  const outcome = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status: status ?? undefined, stdout, stderr }));
  });
  return { child, outcome };
}

export function lab(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  return startLab(args, env).outcome;
}

export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'push-lab-test-'));
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The only run below `<out>/<scenario>/`. */
export async function readRun(out: string, scenario: string): Promise<{ folder: string; results: Results }> {
  const [time, ...more] = await readdir(path.join(out, scenario));
  if (time === undefined || more.length > 0) throw new Error(`expected one run of ${scenario}`);
  const folder = path.join(out, scenario, time);
  return {
    folder,
    results: resultsSchema.parse(JSON.parse(await readFile(path.join(folder, 'results.json'), 'utf8'))),
  };
}

export async function readWaterfall(folder: string, trial: string): Promise<Waterfall> {
  return JSON.parse(
    await readFile(path.join(folder, 'trials', trial, 'waterfall.json'), 'utf8'),
  ) as Waterfall;
}

/** A run of `test/data/<name>.yaml` that is over; `remove` takes its folder away. */
export interface FinishedRun {
  readonly folder: string;
  readonly results: Results;
  readonly measured: (strategy: string) => TrialResult;
  readonly waterfall: (strategy: string) => Promise<Waterfall>;
  readonly remove: () => Promise<void>;
}

/** However busy this machine is: its punctuality is not what is tested. */
export async function runScenario(name: string): Promise<FinishedRun> {
  const out = await temporaryFolder();
  await lab([
    ...['run', path.join(packageRoot, `test/data/${name}.yaml`), '--out', out.path],
    ...['--concurrency', '2', '--max-lateness', '60s'],
  ]);
  const { folder, results } = await readRun(out.path, name);
  const measured = (strategy: string): TrialResult =>
    results.trials.find((trial) => trial.strategy === strategy && !trial.warmup)!;
  const waterfall = (strategy: string) => readWaterfall(folder, measured(strategy).id);
  return { folder, results, measured, waterfall, remove: out.remove };
}
