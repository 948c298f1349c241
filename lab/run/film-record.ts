import { createHash } from 'node:crypto';
import { visualProgress, type VisualProgress } from '../film/visual-progress.ts';
import { formatDuration } from '../network/units.ts';
import { median } from '../stats/descriptive.ts';
import type { PlannedFilm } from './plan.ts';
import type { FilmRecord, TrialResult } from './results.ts';
import type { TrialEvidence } from './trial.ts';

/**
 * The first visible change lies between first paint and first contentful paint of the same load: within half a
 * millisecond, as measured. Three frames more say that something is wrong with one of them.
 */
const TOLERANCE_MS = 50;

type Timing = Pick<TrialResult, 'startedAt' | 'durationMs'>;

/** Of a load that got to its end. `load`: what would have been kept of it as a trial. */
export async function filmRecord(
  planned: PlannedFilm,
  load: Pick<TrialResult, 'startedAt' | 'durationMs' | 'metrics' | 'disturbance'>,
  film: NonNullable<TrialEvidence['film']>,
): Promise<FilmRecord> {
  const record = {
    strategy: planned.strategy,
    trial: planned.id,
    startedAt: load.startedAt,
    durationMs: load.durationMs,
    ...(load.disturbance !== undefined && { disturbance: load.disturbance }),
    metrics: load.metrics,
  };
  const frames = film.map(({ atMs, jpeg }, index) => ({
    atMs,
    file: frameFile(planned.id, index, atMs),
    sha256: createHash('sha256').update(jpeg).digest('hex'),
  }));
  let progress: VisualProgress;
  try {
    progress = await visualProgress(film);
  } catch (error) {
    return { ...record, failure: messageOf(error), frames, disagreements: [] };
  }
  const { progressPercent, ...times } = progress;
  return {
    ...record,
    ...times,
    frames: frames.map((frame, index) => ({ ...frame, progressPercent: progressPercent[index]! })),
    disagreements: disagreementsOf(progress, load.metrics),
  };
}

/** Of a load that did not. */
export function failedFilm(planned: PlannedFilm, timing: Timing, error: unknown): FilmRecord {
  return {
    strategy: planned.strategy,
    trial: planned.id,
    ...timing,
    failure: messageOf(error),
    metrics: {},
    frames: [],
    disagreements: [],
  };
}

/** Strategy → trial of the film that is nearest to the median Speed Index, the earliest of equally near ones. */
export function medianFilms(films: readonly FilmRecord[]): Record<string, string> {
  const chosen: Record<string, string> = {};
  for (const { strategy } of films) {
    const own = films.filter((film) => film.strategy === strategy && film.speedIndexMs !== undefined);
    if (own.length === 0 || Object.hasOwn(chosen, strategy)) continue;
    const middle = median(own.map((film) => film.speedIndexMs!));
    const distance = (film: FilmRecord) => Math.abs(film.speedIndexMs! - middle);
    chosen[strategy] = own.reduce((best, film) => (distance(film) < distance(best) ? film : best)).trial;
  }
  return chosen;
}

/** `trials/film-1-no-push/film/003-812ms.jpg`, relative to the folder of results. */
function frameFile(trial: string, index: number, atMs: number): string {
  return `trials/${trial}/film/${String(index + 1).padStart(3, '0')}-${Math.round(atMs)}ms.jpg`;
}

function disagreementsOf(
  { firstVisualChangeMs }: VisualProgress,
  { firstPaint, firstContentfulPaint }: TrialResult['metrics'],
): string[] {
  const text = (ms: number) => formatDuration(Math.round(ms));
  const change = text(firstVisualChangeMs);
  const earliest = firstPaint ?? firstContentfulPaint;
  const latest = firstContentfulPaint ?? firstPaint;
  if (earliest === undefined || latest === undefined) {
    return [`the film changes at ${change}, and the browser reports no paint`];
  }
  if (firstVisualChangeMs < earliest - TOLERANCE_MS) {
    return [`the film changes at ${change}, before the first paint at ${text(earliest)}`];
  }
  if (firstVisualChangeMs > latest + TOLERANCE_MS) {
    return [`the film is blank until ${change}, and the first contentful paint was at ${text(latest)}`];
  }
  return [];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
