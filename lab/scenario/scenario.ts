import type { NetworkConditions } from '../network/conditions.ts';
import type { MetricName } from '../run/results.ts';
import type { EdgeTerms } from '../../server/server-task.ts';
import type { Strategy } from '../../server/strategies/strategy.ts';

/** One scenario file, checked and complete: nothing below the command line looks at the YAML again. */
export interface Scenario {
  /** Also the name of its folder of results: letters, digits, dots, dashes, underscores. */
  readonly name: string;
  /** As it was given. */
  readonly file: string;
  /** The YAML as it was read. */
  readonly text: string;
  /** A site of the lab by name, or the path of a folder (a relative one already resolved against the file). */
  readonly site: string;
  readonly network: NetworkConditions;
  /** How long the origin thinks before the first byte of the HTML. */
  readonly thinkMs: number;
  /** The server is an edge, so far from that origin; undefined: it is the origin. */
  readonly edge: EdgeTerms | undefined;
  /** `warm`: after an earlier visit, unmeasured, in the same browser context. */
  readonly cache: 'cold' | 'warm';
  /** Or the one an earlier visit has used, idle for so long. */
  readonly connection: 'new' | { readonly idleMs: number };
  /** Pages loaded one after the other in each trial, all of them measured; empty: the entry page of the site alone. */
  readonly journey: readonly JourneyStep[];
  /** Which of them the answer is about, from 0; `journey`: all of them added up. */
  readonly measure: number | 'journey';
  /** A name of the catalog, `playwright`, or an absolute path. */
  readonly browser: string;
  /** At least one; names differ. */
  readonly strategies: readonly Strategy[];
  /** Name of the strategy the others are compared with. */
  readonly baseline: string;
  /** The metric the answer is about, fixed in advance. */
  readonly primaryMetric: MetricName;
  /** Measured loads of each strategy. */
  readonly runs: number;
  /** Loads of each strategy that are filmed after the measured ones; 0: none. */
  readonly filmRuns: number;
  readonly seed: number;
  /** After this long a trial has failed; undefined: as long as the link needs, with room. */
  readonly timeoutMs: number | undefined;
}

export interface JourneyStep {
  /** Path and query of a page of the site. */
  readonly path: string;
  /** Asked for so long after the load event of the page before; undefined: once nothing is on its way any more. */
  readonly afterMs: number | undefined;
}

export const MAX_RUNS = 1000;
/** A film is looked at, and says little about spread; a run of it costs as long as a block. */
export const MAX_FILM_RUNS = 20;
export const MAX_STRATEGIES = 50;

/** The baseline where none is named: doing nothing if that is in the list, else what stands first. */
export function defaultBaseline(strategies: readonly Strategy[]): string {
  const plain = strategies.find(({ name }) => name === 'no-push') ?? strategies[0];
  if (plain === undefined) throw new RangeError('a scenario has at least one strategy');
  return plain.name;
}
