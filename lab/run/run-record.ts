import type { InstalledBrowser } from '../browser/installed-browser.ts';
import type { Calibration } from '../calibrate/calibration.ts';
import { EnvironmentError } from '../errors.ts';
import type { Waterfall } from '../trace/waterfall.ts';
import { composeResults } from './compose-results.ts';
import type { PacketBudget } from './packet-budget.ts';
import type { PlannedFilm, PlannedTrial } from './plan.ts';
import type { PreparedRun } from './prepare.ts';
import { ResultFolder } from './result-folder.ts';
import { readFrames } from './read-frames.ts';
import { failedFilm } from './film-record.ts';
import type { FilmRecord, Results, TrialResult } from './results.ts';
import type { TrialEvidence } from './trial.ts';

export type RunEvent =
  | { readonly kind: 'trial-started'; readonly trial: PlannedTrial }
  | { readonly kind: 'trial-ended'; readonly trial: PlannedTrial; readonly result: TrialResult }
  | { readonly kind: 'film-started'; readonly film: PlannedFilm }
  | { readonly kind: 'film-ended'; readonly film: PlannedFilm; readonly result: FilmRecord };

export interface FinishedRun {
  readonly folder: ResultFolder;
  readonly results: Results;
  /** Of the median trials. */
  readonly waterfalls: ReadonlyMap<string, Waterfall>;
  /** Of the median films: file → JPEG. */
  readonly frames: ReadonlyMap<string, Uint8Array>;
}

interface RecordOptions {
  readonly out: string;
  readonly startedAt: Date;
  readonly browserVersion: string;
  readonly calibration: Calibration | undefined;
  readonly packets: PacketBudget;
  readonly onEvent: (event: RunEvent) => void;
}

/** What a run has produced so far, in memory and on disk. Slots report to it side by side; it writes one by one. */
export class RunRecord {
  readonly #run: PreparedRun;
  readonly #installed: InstalledBrowser;
  readonly #options: RecordOptions;
  readonly #trials: TrialResult[] = [];
  readonly #films: FilmRecord[] = [];
  readonly #waterfalls = new Map<string, Waterfall>();
  #folder: ResultFolder | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(run: PreparedRun, installed: InstalledBrowser, options: RecordOptions) {
    this.#run = run;
    this.#installed = installed;
    this.#options = options;
  }

  /** @throws {EnvironmentError} where it cannot be written, or where every load of the warm-up block has failed */
  keep(trial: PlannedTrial, result: TrialResult, evidence: TrialEvidence | undefined): Promise<void> {
    const turn = this.#writing.then(() => this.#keep(trial, result, evidence));
    this.#writing = turn.catch(() => undefined);
    return turn;
  }

  /** Never fails: a film that cannot be written is a failed one. */
  keepFilm(planned: PlannedFilm, film: FilmRecord, evidence: TrialEvidence | undefined): Promise<void> {
    const turn = this.#writing.then(() => this.#keepFilm(planned, film, evidence));
    this.#writing = turn;
    return turn;
  }

  /** Sums up. Undefined when no trial has finished. */
  async finish(partial: boolean): Promise<FinishedRun | undefined> {
    await this.#writing;
    const folder = this.#folder;
    if (folder === undefined) return undefined;
    const results = this.#compose(partial);
    await folder.writeResults(results);
    const { frames } = await readFrames(folder.path, results);
    const medians = new Set(Object.values(results.medianTrials));
    const waterfalls = new Map([...this.#waterfalls].filter(([id]) => medians.has(id)));
    return { folder, results, waterfalls, frames };
  }

  async #keep(trial: PlannedTrial, result: TrialResult, evidence: TrialEvidence | undefined): Promise<void> {
    // Made with the first finished trial: a run that fails before leaves nothing behind.
    this.#folder ??= await ResultFolder.create(
      this.#options.out,
      this.#run.scenario.name,
      this.#options.startedAt,
    );
    if (evidence !== undefined) {
      const wire = this.#options.packets.take(evidence.wire);
      await this.#folder.writeEvidence(trial.id, { ...evidence, wire });
      this.#waterfalls.set(trial.id, evidence.waterfall);
    }
    this.#trials.push(result);
    this.#options.onEvent({ kind: 'trial-ended', trial, result });
    if (result.repeatedAs !== undefined) return;
    const perBlock = this.#run.strategies.length;
    const settled = this.#trials.filter(({ repeatedAs }) => repeatedAs === undefined);
    // After every block's worth of trials, so that a crash loses no more than that.
    if (settled.length % perBlock === 0) await this.#folder.writeResults(this.#compose(true));
    if (settled.length === perBlock && settled.every(({ status }) => status === 'failed')) {
      throw new EnvironmentError(`every load of the warm-up block failed: ${result.failure ?? 'unknown'}`, {
        nextStep: 'npx lab doctor, then open the page by hand: does it load?',
      });
    }
  }

  async #keepFilm(
    planned: PlannedFilm,
    film: FilmRecord,
    evidence: TrialEvidence | undefined,
  ): Promise<void> {
    let result = film;
    try {
      if (evidence !== undefined) {
        await this.#folder?.writeEvidence(planned.id, evidence);
        await this.#folder?.writeFilm(film, evidence.film ?? []);
      }
    } catch (error) {
      result = failedFilm(planned, film, error);
    }
    this.#films.push(result);
    this.#options.onEvent({ kind: 'film-ended', film: planned, result });
  }

  #compose(partial: boolean): Results {
    const { startedAt, browserVersion, calibration, packets } = this.#options;
    const results = composeResults(this.#run, this.#installed, {
      trials: this.#trials,
      films: this.#films,
      startedAt,
      finishedAt: new Date(),
      partial,
      browserVersion,
      calibration,
    });
    const { warning } = packets;
    return warning === undefined ? results : { ...results, warnings: [...results.warnings, warning] };
  }
}
