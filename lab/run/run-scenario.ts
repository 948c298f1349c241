import type { InstalledBrowser } from '../browser/provision.ts';
import { createCertificate } from '../emulator/certificate.ts';
import type { PlannedTrial } from './plan.ts';
import type { PreparedRun } from './prepare.ts';
import type { TrialResult } from './results.ts';
import { RunRecord, type FinishedRun, type RunEvent } from './run-record.ts';
import { Slot } from './slot.ts';
import { failedTrial, trialResult } from './trial-result.ts';
import { runTrial, type TrialEvidence } from './trial.ts';

/**
 * Runs a plan: trials side by side in slots, evidence to disk as it comes, results at the end. When `signal` aborts,
 * trials under way are dropped and what has finished is summed up and marked partial; undefined if nothing had.
 *
 * @throws {EnvironmentError} where browser or emulator do not start, results cannot be written, or every load of the
 *   warm-up block failed
 */
export async function runScenario(
  run: PreparedRun,
  installed: InstalledBrowser,
  options: { out: string; port: number; signal: AbortSignal; onEvent: (event: RunEvent) => void },
): Promise<FinishedRun | undefined> {
  const startedAt = new Date();
  const certificate = await createCertificate([run.site.hostname]);
  const slots = Array.from(
    { length: run.concurrency },
    (_, index) =>
      new Slot({
        installed,
        certificate,
        site: run.scenario.site,
        hostname: run.site.hostname,
        port: options.port === 0 ? 0 : options.port + index,
      }),
  );
  const closeAll = () => Promise.all(slots.map((slot) => slot.close()));
  // A load may take half a minute: an interrupted one is cut off, not waited for.
  const onAbort = () => void closeAll();
  options.signal.addEventListener('abort', onAbort);
  try {
    const [first] = await Promise.all(slots.map((slot) => slot.open()));
    const record = new RunRecord(run, installed, {
      out: options.out,
      startedAt,
      browserVersion: first!.browser.version(),
      onEvent: options.onEvent,
    });
    await runQueue(run, slots, record, options);
    return await record.finish(options.signal.aborted);
  } finally {
    options.signal.removeEventListener('abort', onAbort);
    await closeAll();
  }
}

/** Every slot takes the next trial until none is left, the run is interrupted, or one of them fails for good. */
async function runQueue(
  run: PreparedRun,
  slots: readonly Slot[],
  record: RunRecord,
  options: { signal: AbortSignal; onEvent: (event: RunEvent) => void },
): Promise<void> {
  const queue = [...run.trials];
  let stopped = false;
  const work = slots.map(async (slot) => {
    try {
      for (let trial = queue.shift(); trial !== undefined; trial = queue.shift()) {
        if (stopped || options.signal.aborted) return;
        options.onEvent({ kind: 'trial-started', trial });
        const { result, evidence } = await attempt(slot, run, trial);
        if (stopped || options.signal.aborted) return;
        await record.keep(trial, result, evidence);
      }
    } catch (error) {
      // An interrupt closes the slots under their trials.
      if (options.signal.aborted) return;
      stopped = true;
      throw error;
    }
  });
  const failed = (await Promise.allSettled(work)).find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

async function attempt(
  slot: Slot,
  run: PreparedRun,
  trial: PlannedTrial,
): Promise<{ result: TrialResult; evidence: TrialEvidence | undefined }> {
  const startedAt = new Date();
  const timing = () => ({ startedAt: startedAt.toISOString(), durationMs: Date.now() - startedAt.getTime() });
  const { scenario } = run;
  // What does not even start will not start for the next trial either.
  await slot.open();
  try {
    const evidence = await runTrial(slot, {
      order: {
        network: scenario.network,
        seed: trial.seed,
        peer: {
          kind: 'push-server',
          strategy: run.strategies.find(({ name }) => name === trial.strategy)!,
          thinkMs: scenario.thinkMs,
        },
      },
      url: run.url,
      facts: { siteUrl: run.url, criticalPaths: new Set(run.site.critical.map(({ path }) => path)) },
      timeoutMs: run.timeoutMs,
    });
    return { result: trialResult(trial, timing(), evidence), evidence };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { result: failedTrial(trial, timing(), failure), evidence: undefined };
  }
}
