import os from 'node:os';
import type { InstalledBrowser } from '../browser/provision.ts';
import { createCertificate } from '../emulator/certificate.ts';
import { bdpBytes } from '../network/conditions.ts';
import type { Waterfall } from '../trace/waterfall.ts';
import { labVersion } from '../package-root.ts';
import type { PlannedTrial } from './plan.ts';
import type { PreparedRun } from './prepare.ts';
import { ResultFolder } from './result-folder.ts';
import { RESULTS_SCHEMA_VERSION, type Results, type TrialResult } from './results.ts';
import { Slot } from './slot.ts';
import { summarise } from './summarise.ts';
import { failedTrial, trialResult } from './trial-result.ts';
import { blockedExternals, warningsOf } from './warnings.ts';
import { runTrial, type TrialEvidence } from './trial.ts';

export type RunEvent =
  | { readonly kind: 'trial-started'; readonly trial: PlannedTrial }
  | { readonly kind: 'trial-ended'; readonly trial: PlannedTrial; readonly result: TrialResult };

export interface FinishedRun {
  readonly folder: ResultFolder;
  readonly results: Results;
  /** Of the median trials. */
  readonly waterfalls: ReadonlyMap<string, Waterfall>;
}

/**
 * Runs a plan: trials side by side in slots, evidence to disk as it comes, results at the end. When `signal` aborts,
 * trials under way are dropped and what has finished is summed up and marked partial; undefined if nothing had.
 */
export async function runScenario(
  run: PreparedRun,
  installed: InstalledBrowser,
  options: { out: string; port: number; signal: AbortSignal; onEvent: (event: RunEvent) => void },
): Promise<FinishedRun | undefined> {
  const startedAt = new Date();
  const certificate = await createCertificate([run.site.hostname]);
  const slots = await openSlots(run, installed, { certificate, port: options.port });
  const trials: TrialResult[] = [];
  const waterfalls = new Map<string, Waterfall>();
  let folder: ResultFolder | undefined;
  let browserVersion = '';
  const report = (finishedAt: Date, partial: boolean) =>
    composeResults(run, installed, { trials, startedAt, finishedAt, partial, browserVersion });

  const keep = async (trial: PlannedTrial, result: TrialResult, evidence: TrialEvidence | undefined) => {
    // Made with the first finished trial: a run that fails before leaves nothing behind.
    folder ??= await ResultFolder.create(options.out, run.scenario.name, startedAt);
    if (evidence !== undefined) {
      await folder.writeEvidence(trial.id, evidence);
      waterfalls.set(trial.id, evidence.waterfall);
    }
    trials.push(result);
    options.onEvent({ kind: 'trial-ended', trial, result });
    // What is finished stays, even if the next thing that happens is a power cut.
    if (trials.length % run.strategies.length === 0) await folder.writeResults(report(new Date(), true));
  };

  const closeAll = () => Promise.all(slots.map((slot) => slot.close()));
  // A load may take half a minute: an interrupted one is cut off, not waited for.
  const onAbort = () => void closeAll();
  options.signal.addEventListener('abort', onAbort);
  try {
    browserVersion = (await slots[0]!.browser()).version();
    const queue = [...run.trials];
    await Promise.all(
      slots.map(async (slot) => {
        for (let trial = queue.shift(); trial !== undefined; trial = queue.shift()) {
          if (options.signal.aborted) return;
          options.onEvent({ kind: 'trial-started', trial });
          const { result, evidence } = await attempt(slot, run, trial);
          if (options.signal.aborted) return;
          await keep(trial, result, evidence);
        }
      }),
    );
  } finally {
    options.signal.removeEventListener('abort', onAbort);
    await closeAll();
  }
  if (folder === undefined) return undefined;
  const results = report(new Date(), options.signal.aborted);
  await folder.writeResults(results);
  const medians = new Set(Object.values(results.medianTrials));
  return { folder, results, waterfalls: new Map([...waterfalls].filter(([id]) => medians.has(id))) };
}

async function openSlots(
  run: PreparedRun,
  installed: InstalledBrowser,
  options: { certificate: Awaited<ReturnType<typeof createCertificate>>; port: number },
): Promise<Slot[]> {
  const opened = await Promise.allSettled(
    Array.from({ length: run.concurrency }, (_, index) =>
      Slot.open({
        installed,
        certificate: options.certificate,
        site: run.scenario.site,
        hostname: run.site.hostname,
        port: options.port === 0 ? 0 : options.port + index,
      }),
    ),
  );
  const slots = opened.filter((slot) => slot.status === 'fulfilled').map((slot) => slot.value);
  const failed = opened.find((slot) => slot.status === 'rejected');
  if (failed !== undefined) {
    await Promise.all(slots.map((slot) => slot.close()));
    throw failed.reason;
  }
  return slots;
}

async function attempt(
  slot: Slot,
  run: PreparedRun,
  trial: PlannedTrial,
): Promise<{ result: TrialResult; evidence: TrialEvidence | undefined }> {
  const startedAt = new Date();
  const timing = () => ({ startedAt: startedAt.toISOString(), durationMs: Date.now() - startedAt.getTime() });
  const { scenario } = run;
  try {
    const evidence = await runTrial(slot, {
      order: {
        strategy: run.strategies.find(({ name }) => name === trial.strategy)!,
        network: scenario.network,
        thinkMs: scenario.thinkMs,
        seed: trial.seed,
      },
      url: run.url,
      facts: { siteUrl: run.url, criticalPaths: new Set(run.site.critical.map(({ path }) => path)) },
      timeoutMs: scenario.timeoutMs,
    });
    return { result: trialResult(trial, timing(), evidence), evidence };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { result: failedTrial(trial, timing(), failure), evidence: undefined };
  }
}

function composeResults(
  run: PreparedRun,
  installed: InstalledBrowser,
  state: {
    trials: readonly TrialResult[];
    startedAt: Date;
    finishedAt: Date;
    partial: boolean;
    browserVersion: string;
  },
): Results {
  const { scenario, strategies } = run;
  const trials = state.trials.toSorted((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
  const network = { ...scenario.network, bdpBytes: bdpBytes(scenario.network) };
  const described = strategies.map(({ name, description, what, when, how, gate, paths }) => ({
    name,
    description,
    what: typeof what === 'string' ? what : [...what],
    when,
    how,
    gate: [...gate],
    paths: [...paths],
  }));
  return {
    schemaVersion: RESULTS_SCHEMA_VERSION,
    scenario: {
      name: scenario.name,
      file: scenario.file,
      text: scenario.text,
      thinkMs: scenario.thinkMs,
      cache: scenario.cache,
    },
    startedAt: state.startedAt.toISOString(),
    finishedAt: state.finishedAt.toISOString(),
    partial: state.partial,
    seed: scenario.seed,
    runs: scenario.runs,
    concurrency: run.concurrency,
    lab: {
      version: labVersion,
      node: process.version,
      platform: `${os.type()} ${os.release()} ${os.arch()}`,
      cpu: os.cpus()[0]?.model ?? 'unknown',
      cores: os.availableParallelism(),
    },
    browser: {
      name: installed.name,
      version: state.browserVersion,
      sha256: installed.sha256,
      acceptsPush: installed.acceptsPush,
      usesEarlyHints: installed.usesEarlyHints,
    },
    network,
    site: run.siteRecord,
    strategies: described,
    baseline: scenario.baseline,
    primaryMetric: scenario.primaryMetric,
    trials,
    blockedExternals: blockedExternals(trials),
    warnings: warningsOf(trials, run),
    ...summarise({
      trials,
      strategies: described,
      baseline: scenario.baseline,
      primaryMetric: scenario.primaryMetric,
      network,
      thinkMs: scenario.thinkMs,
      seed: scenario.seed,
    }),
  };
}
