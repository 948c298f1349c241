import { createRandom } from '../network/random.ts';
import { shuffle } from '../stats/shuffle.ts';

/** A load that is filmed, after all timed ones; its times do not count. */
export interface PlannedFilm {
  /** e.g. `film-1-before-html`; also the folder of its evidence. */
  readonly id: string;
  readonly strategy: string;
  /** For random loss; the same for all strategies of a round. */
  readonly seed: number;
}

export interface PlannedTrial {
  /** e.g. `007-before-html`: position in the plan and strategy; also the folder of its evidence. */
  readonly id: string;
  readonly strategy: string;
  /** 0 is the warm-up block. */
  readonly block: number;
  readonly warmup: boolean;
  /** For random loss; the same within a block. */
  readonly seed: number;
}

/** The same trial once more: its evidence gets a folder of its own, `007-before-html.2`. */
export function attemptOf(trial: PlannedTrial, attempt: number): PlannedTrial {
  return attempt === 1 ? trial : { ...trial, id: `${trial.id}.${attempt}` };
}

/**
 * Randomised blocks: every strategy once per block, order shuffled by seed, so that drift of the machine falls on all
 * alike. The first block warms up and does not count.
 */
export function planTrials(options: {
  strategies: readonly string[];
  runs: number;
  seed: number;
}): PlannedTrial[] {
  const random = createRandom(options.seed);
  const trials: PlannedTrial[] = [];
  for (let block = 0; block <= options.runs; block++) {
    const seed = Math.floor(random() * 2 ** 32);
    for (const strategy of shuffle(options.strategies, random)) {
      const number = String(trials.length + 1).padStart(3, '0');
      trials.push({ id: `${number}-${strategy}`, strategy, block, warmup: block === 0, seed });
    }
  }
  return trials;
}

/** Every strategy once per round, in the order of the report. */
export function planFilms(options: {
  strategies: readonly string[];
  rounds: number;
  seed: number;
}): PlannedFilm[] {
  const random = createRandom(options.seed);
  return Array.from({ length: options.rounds }, (_, round) => {
    const seed = Math.floor(random() * 2 ** 32);
    return options.strategies.map((strategy) => ({ id: `film-${round + 1}-${strategy}`, strategy, seed }));
  }).flat();
}
