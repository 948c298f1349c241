import type { Results } from '../../../lab/run/results.ts';
import { formatMetric } from '../../metrics.ts';
import { markup, type Markup } from '../escape.ts';
import type { TrialChoice } from './choose.ts';

/** Options of a list of trials. */
export function choiceOptions(
  results: Results,
  choices: readonly TrialChoice[],
  chosen: string | undefined,
): readonly Markup[] {
  return choices.map(({ id, place, trial }) => {
    const value = formatMetric(results.primaryMetric, trial.metrics[results.primaryMetric]);
    const text = `${place}, ${value}, block ${trial.block}`;
    return id === chosen
      ? markup`<option value="${id}" selected>${text}</option>`
      : markup`<option value="${id}">${text}</option>`;
  });
}

/** Raw files of a trial, beside the report. */
export function trialLink(trial: string, file: string, words: string): Markup {
  return markup`<a href="trials/${encodeURIComponent(trial)}/${file}">${words}</a>`;
}
