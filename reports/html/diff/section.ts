import type { Results } from '../../../lab/run/results.ts';
import type { Waterfall } from '../../../lab/trace/waterfall.ts';
import type { StreamKeys } from '../bottleneck/stream-keys.ts';
import { trialChoices, medianTrial } from '../detail/choose.ts';
import { choiceOptions } from '../detail/pick-html.ts';
import { markup, type Markup } from '../escape.ts';
import { diffHtml, type DiffTrial } from './diff-html.ts';

/** Any two trials against each other; without a script the baseline's median trial against the winner's. */
export function diffSectionHtml(
  results: Results,
  waterfalls: ReadonlyMap<string, Waterfall>,
  available: ReadonlySet<string>,
  keys: StreamKeys,
): Markup {
  const known = results.strategies.flatMap(({ name }): readonly DiffTrial[] => {
    const id = medianTrial(results, name);
    const trial = results.trials.find((candidate) => candidate.id === id);
    const waterfall = id === undefined ? undefined : waterfalls.get(id);
    return trial && waterfall ? [{ trial, waterfall }] : [];
  });
  const a = known.find(({ trial }) => trial.strategy === results.baseline) ?? known[0];
  const others = known.filter((candidate) => candidate !== a);
  const b = others.find(({ trial }) => trial.strategy === results.answer.winner) ?? others[0];
  return markup`<section id="diff" aria-labelledby="diff-title">
<h2 id="diff-title">Two trials compared</h2>
${
  a && b
    ? markup`<p class="lead">The same files in two loads: what came earlier, what later, and by which way. A trial is one load; whether a difference is more than chance is what the comparison above says.</p>
<div class="toolbar-like needs-script" role="group" aria-label="Trials to compare">${pickHtml(results, available, 'a', a)}${pickHtml(results, available, 'b', b)}</div>
<div class="diff-body" aria-live="polite">${diffHtml(results, a, b, keys, MOST_STATIC_ROWS)}</div>`
    : markup`<p class="note">There are no two strategies with a waterfall to compare.</p>`
}
</section>`;
}

function pickHtml(
  results: Results,
  available: ReadonlySet<string>,
  which: 'a' | 'b',
  { trial }: DiffTrial,
): Markup {
  return markup`<label class="tool">${which.toUpperCase()} <select data-diff="${which}">${results.strategies.map(
    ({ name }) => {
      const options = choiceOptions(results, trialChoices(results, name, available), trial.id);
      return options.length > 0 && markup`<optgroup label="${name}">${options}</optgroup>`;
    },
  )}</select></label>`;
}

const MOST_STATIC_ROWS = 60;
