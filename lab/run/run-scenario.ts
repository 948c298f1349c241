import type { InstalledBrowser } from '../browser/installed-browser.ts';
import type { Calibration } from '../calibrate/calibration.ts';
import { createSiteCertificate } from '../emulator/certificate.ts';
import { MAX_REPEATS_PER_TRIAL, RepeatBudget } from './disturbance.ts';
import { PacketBudget } from './packet-budget.ts';
import { attemptOf, type PlannedTrial } from './plan.ts';
import type { PreparedRun } from './prepare.ts';
import { workThrough } from './queue.ts';
import type { TrialResult } from './results.ts';
import { runFilms } from './run-films.ts';
import { RunRecord, type FinishedRun, type RunEvent } from './run-record.ts';
import { Slot } from './slot.ts';
import { trialOptions } from './trial-options.ts';
import { failedTrial, trialResult } from './trial-result.ts';
import { runTrial, type TrialEvidence } from './trial.ts';

/**
 * Runs a plan: trials side by side in slots, then films, evidence to disk as it comes, results at the end. When `signal` aborts,
 * trials under way are dropped and what has finished is summed up and marked partial; undefined if nothing had.
 *
 * @throws {EnvironmentError} where browser or emulator do not start, results cannot be written, or every load of the
 *   warm-up block failed
 */
export async function runScenario(
  run: PreparedRun,
  installed: InstalledBrowser,
  options: {
    out: string;
    port: number;
    signal: AbortSignal;
    onEvent: (event: RunEvent) => void;
    /** Of packets, over all trials; 0 keeps none. */
    packetLimitBytes: number;
    /** Of this machine, just before. */
    calibration?: Calibration | undefined;
  },
): Promise<FinishedRun | undefined> {
  const startedAt = new Date();
  const certificate = await createSiteCertificate(run.site);
  const slots = Array.from(
    { length: run.concurrency },
    (_, index) =>
      new Slot({
        installed,
        certificate,
        site: run.scenario.site,
        hosts: run.site,
        port: options.port === 0 ? 0 : options.port + index,
      }),
  );
  const packets = new PacketBudget(options.packetLimitBytes);
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
      calibration: options.calibration,
      packets,
      onEvent: options.onEvent,
    });
    await runTrials(run, slots, record, { ...options, packets });
    const partial = options.signal.aborted;
    if (!partial) await runFilms(run, slots, record, options);
    return await record.finish(partial);
  } finally {
    options.signal.removeEventListener('abort', onAbort);
    await closeAll();
  }
}

async function runTrials(
  run: PreparedRun,
  slots: readonly Slot[],
  record: RunRecord,
  options: { signal: AbortSignal; packets: PacketBudget; onEvent: (event: RunEvent) => void },
): Promise<void> {
  const repeats = new RepeatBudget(run.trials.length);
  const { signal, packets, onEvent } = options;
  await workThrough(
    run.trials,
    slots,
    { staggerMs: run.staggerMs, signal },
    async (slot, planned, isOver) => {
      for (let attempt = 1; !isOver(); attempt++) {
        const trial = attemptOf(planned, attempt);
        onEvent({ kind: 'trial-started', trial });
        const { result, evidence } = await load(slot, run, trial, packets.hasRoom);
        if (isOver()) return;
        const again = isWorthRepeating(result, attempt) && repeats.take();
        const repeatedAs = again ? attemptOf(planned, attempt + 1).id : undefined;
        await record.keep(trial, again ? { ...result, repeatedAs } : result, evidence);
        if (!again) return;
      }
    },
  );
}

/** At once, so that it stays next to the others of its block. The warm-up block does not count anyway. */
function isWorthRepeating({ status, warmup }: TrialResult, attempt: number): boolean {
  return status === 'disturbed' && !warmup && attempt <= MAX_REPEATS_PER_TRIAL;
}

async function load(
  slot: Slot,
  run: PreparedRun,
  trial: PlannedTrial,
  capturePackets: boolean,
): Promise<{ result: TrialResult; evidence: TrialEvidence | undefined }> {
  const startedAt = new Date();
  const timing = () => ({ startedAt: startedAt.toISOString(), durationMs: Date.now() - startedAt.getTime() });
  // What does not even start will not start for the next trial either.
  await slot.open();
  try {
    const evidence = await runTrial(slot, trialOptions(run, trial, { capturePackets }));
    return {
      result: trialResult(trial, timing(), evidence, run.latenessLimits, run.scenario),
      evidence,
    };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { result: failedTrial(trial, timing(), failure), evidence: undefined };
  }
}
