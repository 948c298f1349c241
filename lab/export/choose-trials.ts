import { InputError } from '../errors.ts';
import { didYouMean } from '../input/problems.ts';
import type { Results, TrialResult } from '../run/results.ts';

/** What a trial's folder and files may be called; anything else was not written by the lab. */
const FILE_NAME = /^[\p{L}\p{N}_][\p{L}\p{N}._ -]*$/u;
const MOST_LISTED = 10;

/**
 * The trials with these ids; or all that count; or, if nothing is said, each strategy's median trial.
 * @throws {InputError} for an id that is not in the results, or a trial that has no evidence
 */
export function chooseTrials(
  results: Results,
  wanted: { readonly ids: readonly string[]; readonly all: boolean },
): readonly TrialResult[] {
  const chosen =
    wanted.ids.length > 0 ? wanted.ids.map((id) => named(results, id)) : usual(results, wanted.all);
  for (const { id } of chosen) {
    if (!FILE_NAME.test(id)) throw new InputError(`results.json has a trial called ${JSON.stringify(id)}`);
  }
  return chosen;
}

function usual({ trials, medianTrials }: Results, all: boolean): readonly TrialResult[] {
  const medians = new Set(Object.values(medianTrials));
  const chosen = trials.filter(({ id, status, warmup }) =>
    all ? status === 'ok' && !warmup : medians.has(id),
  );
  if (chosen.length > 0) return chosen;
  throw new InputError('no trial of this run counts', {
    nextStep: 'name one with --trial; results.json lists them',
  });
}

function named({ trials }: Results, id: string): TrialResult {
  const found = trials.find((trial) => trial.id === id);
  if (found === undefined) {
    const ids = trials.map((trial) => trial.id);
    const more = ids.length > MOST_LISTED ? `, … (${ids.length} in all)` : '';
    throw new InputError(`unknown trial ${JSON.stringify(id)}${didYouMean(id, ids)}`, {
      nextStep: `this run has ${ids.slice(0, MOST_LISTED).join(', ')}${more}`,
    });
  }
  if (found.status === 'failed') {
    throw new InputError(`trial ${id} failed and left no evidence: ${found.failure ?? 'unknown'}`);
  }
  return found;
}
