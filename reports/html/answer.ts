import type { Results } from '../../lab/run/results.ts';
import { countedTrials, settledTrials } from '../digest.ts';
import { formatDate, plural } from '../format.ts';
import { markup, type Markup } from './escape.ts';

/** What was asked, the answer in one sentence, and whatever should make a reader doubt it. */
export function answerHtml(results: Results): Markup {
  const { scenario, answer, browser, network, strategies, warnings } = results;
  const trials = strategies.reduce((total, { name }) => total + countedTrials(results, name).length, 0);
  const loaded = strategies.filter(({ notLoaded }) => notLoaded === undefined).length;
  return markup`<section class="answer" aria-labelledby="title">
<p class="eyebrow">push lab · ${formatDate(results.startedAt)}</p>
<h1 id="title">${scenario.name}</h1>
${results.partial && partialHtml(results)}
<p class="sentence${answer.sentence.length > LONG && ' long'}">${unbroken(answer.sentence)}</p>
${answer.reason !== undefined && markup`<p class="basis reason"><strong>Why</strong> ${unbroken(answer.reason)}.</p>`}
<p class="basis">${plural(trials, 'page load')} of <code>${results.site.name}${results.site.entry}</code> with ${plural(loaded, 'strategy', 'strategies')} in ${browser.name}, over the emulated network <code>${network.name}</code>. The numbers behind both names follow.</p>
${
  warnings.length > 0 &&
  markup`<div class="notice warning" role="note"><h2>${plural(warnings.length, 'warning')}</h2><ul>${warnings.map((warning) => markup`<li>${warning}</li>`)}</ul></div>`
}
</section>`;
}

function partialHtml(results: Results): Markup {
  const planned =
    (results.runs + 1) * results.strategies.filter(({ notLoaded }) => notLoaded === undefined).length;
  return markup`<div class="notice partial" role="note"><h2>Partial result</h2><p>The run was interrupted: ${settledTrials(results).length} of ${planned} planned trials are here, the warm-up included. Strategies may have different numbers of trials, and the answer may change when the run is complete.</p></div>`;
}

/** A number and its unit belong on one line, and so does the name of a strategy. */
export function unbroken(sentence: string): string {
  return sentence
    .replace(/(\d) (?=(?:ms|s|B|kB|MB|kbit\/s|Mbit\/s|%)(?![\w/]))/g, '$1\u00a0')
    .replace(/(?<=\w)-(?=\w)/g, '-\u2060');
}

// Characters: more than three lines at the large size read better at the smaller one.
const LONG = 150;
