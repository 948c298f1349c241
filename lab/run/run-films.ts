import { failedFilm, filmRecord } from './film-record.ts';
import type { PlannedFilm } from './plan.ts';
import type { PreparedRun } from './prepare.ts';
import { workThrough } from './queue.ts';
import type { FilmRecord } from './results.ts';
import type { RunEvent, RunRecord } from './run-record.ts';
import type { Slot } from './slot.ts';
import { trialOptions } from './trial-options.ts';
import { trialResult } from './trial-result.ts';
import { runTrial, type TrialEvidence } from './trial.ts';

/**
 * Films every strategy, when nothing is timed any more. Whatever goes wrong costs the film it goes wrong with: what
 * the run is about has been measured by now.
 */
export async function runFilms(
  run: PreparedRun,
  slots: readonly Slot[],
  record: RunRecord,
  options: { signal: AbortSignal; onEvent: (event: RunEvent) => void },
): Promise<void> {
  const { signal, onEvent } = options;
  await workThrough(run.films, slots, { staggerMs: run.staggerMs, signal }, async (slot, planned) => {
    onEvent({ kind: 'film-started', film: planned });
    const { film, evidence } = await loadFilmed(slot, run, planned);
    if (!signal.aborted) await record.keepFilm(planned, film, evidence);
  });
}

async function loadFilmed(
  slot: Slot,
  run: PreparedRun,
  planned: PlannedFilm,
): Promise<{ film: FilmRecord; evidence: TrialEvidence | undefined }> {
  const startedAt = new Date();
  const timing = () => ({ startedAt: startedAt.toISOString(), durationMs: Date.now() - startedAt.getTime() });
  try {
    const evidence = await runTrial(slot, { ...trialOptions(run, planned), film: true });
    const outsideOfAnyBlock = { ...planned, block: 0, warmup: true };
    const load = trialResult(outsideOfAnyBlock, timing(), evidence, run.latenessLimits, {
      ...run.scenario,
      measure: filmedPage(run),
    });
    return { film: await filmRecord(planned, load, evidence.film ?? []), evidence };
  } catch (error) {
    return { film: failedFilm(planned, timing(), error), evidence: undefined };
  }
}

/** Of a journey as a whole its last page: paints of several do not add up to a film. */
function filmedPage({ scenario, pages }: PreparedRun): number {
  return scenario.measure === 'journey' ? pages.length - 1 : scenario.measure;
}
