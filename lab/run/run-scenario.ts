import { setTimeout as sleep } from 'node:timers/promises';
import type { InstalledBrowser } from '../browser/provision.ts';
import type { Calibration } from '../calibrate/calibration.ts';
import { createCertificate } from '../emulator/certificate.ts';
import { trialOrder } from '../emulator/trial-order.ts';
import { MAX_REPEATS_PER_TRIAL, RepeatBudget } from './disturbance.ts';
import { PacketBudget } from './packet-budget.ts';
import { attemptOf, type PlannedTrial } from './plan.ts';
import { pageUrl, type PreparedRun } from './prepare.ts';
import type { TrialResult } from './results.ts';
import { RunRecord, type FinishedRun, type RunEvent } from './run-record.ts';
import { Slot } from './slot.ts';
import { failedTrial, trialResult } from './trial-result.ts';
import { runTrial, type TrialEvidence, type TrialPage } from './trial.ts';

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
    await runQueue(run, slots, record, { ...options, packets });
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
  options: { signal: AbortSignal; packets: PacketBudget; onEvent: (event: RunEvent) => void },
): Promise<void> {
  const queue = [...run.trials];
  const repeats = new RepeatBudget(run.trials.length);
  let stopped = false;
  const carryOut = async (slot: Slot, planned: PlannedTrial) => {
    for (let attempt = 1; !stopped && !options.signal.aborted; attempt++) {
      const trial = attemptOf(planned, attempt);
      options.onEvent({ kind: 'trial-started', trial });
      const { result, evidence } = await load(slot, run, trial, options.packets.hasRoom);
      if (stopped || options.signal.aborted) return;
      const again = isWorthRepeating(result, attempt) && repeats.take();
      const repeatedAs = again ? attemptOf(planned, attempt + 1).id : undefined;
      await record.keep(trial, again ? { ...result, repeatedAs } : result, evidence);
      if (!again) return;
    }
  };
  const work = slots.map(async (slot, index) => {
    try {
      await sleep(index * run.staggerMs, undefined, { signal: options.signal });
      for (let trial = queue.shift(); trial !== undefined; trial = queue.shift()) {
        if (stopped || options.signal.aborted) return;
        await carryOut(slot, trial);
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
  const { scenario } = run;
  // What does not even start will not start for the next trial either.
  await slot.open();
  try {
    const evidence = await runTrial(slot, {
      order: {
        ...trialOrder({
          conditions: scenario,
          hostname: run.site.hostname,
          strategy: run.strategies.find(({ name }) => name === trial.strategy)!,
          seed: trial.seed,
        }),
        capturePackets,
      },
      pages: trialPages(run),
      timeoutMs: run.timeoutMs,
      cache: scenario.cache,
      connection: scenario.connection,
      measure: scenario.measure,
      site: run.site,
    });
    return { result: trialResult(trial, timing(), evidence, run.latenessLimits, scenario), evidence };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { result: failedTrial(trial, timing(), failure), evidence: undefined };
  }
}

function trialPages({ pages, scenario }: PreparedRun): [TrialPage, ...TrialPage[]] {
  const [first, ...more] = pages.map((page, index): TrialPage => {
    const url = pageUrl(page);
    return {
      url,
      facts: {
        siteUrl: url,
        criticalPaths: new Set(page.critical.map(({ path }) => path)),
        thinkMs: scenario.thinkMs,
      },
      afterMs: scenario.journey[index]?.afterMs,
    };
  });
  return [first!, ...more];
}
