import type { Results } from '../../lab/run/results.ts';
import { countedTrials, OUTCOMES, OUTCOME_WORDS, pushedPaths, type PushedPath } from '../digest.ts';
import { formatBytes, formatCount, plural } from '../format.ts';
import { leftOutHtml, mostImportant } from './bounds.ts';
import { markup, type Markup } from './escape.ts';

/** Every pushed stream of every measured trial, by path: what became of it and what it was good for. */
export function pushesHtml(results: Results): Markup {
  const tables = results.strategies.flatMap(({ name }) => {
    const pushed = pushedPaths(results, name);
    return pushed.length === 0 ? [] : [tableHtml(results, name, pushed)];
  });
  return markup`<section id="pushes" aria-labelledby="pushes-title">
<h2 id="pushes-title">Pushed streams</h2>
${
  tables.length === 0
    ? markup`<p class="lead">Nothing was pushed in any measured trial.</p>`
    : markup`<p class="lead">Every push of every measured trial. Wasted are bytes that served no one: of pushes the page never used, and of those it requested as well.</p>${tables}`
}
</section>`;
}

function tableHtml(results: Results, strategy: string, pushed: readonly PushedPath[]): Markup {
  const outcomes = OUTCOMES.filter((outcome) => pushed.some((path) => path.outcomes.has(outcome)));
  const trials = countedTrials(results, strategy).length;
  const total = pushed.reduce((sum, path) => sum + path.count, 0);
  const wasted = pushed.reduce((sum, path) => sum + path.wastedBytes, 0);
  return markup`<div class="table-scroll"><table class="fine"><caption><strong>${strategy}</strong>: ${plural(total, 'push', 'pushes')} in ${plural(trials, 'trial')}, ${formatBytes(wasted)} wasted</caption>
<thead><tr><th scope="col">Path</th><th scope="col" class="num">Pushes</th>${outcomes.map((outcome) => markup`<th scope="col" class="num" title="${OUTCOME_WORDS[outcome]}">${outcome}</th>`)}<th scope="col" class="num">Also requested</th><th scope="col" class="num">Received each</th><th scope="col" class="num">Received in all</th><th scope="col" class="num">Wasted in all</th></tr></thead>
<tbody>${mostImportant(pushed, MOST_PATHS, ({ wastedBytes }) => wastedBytes).map(
    (path) =>
      markup`<tr><th scope="row"><code>${path.path}</code></th><td class="num">${formatCount(path.count)}</td>${outcomes.map((outcome) => countCell(path.outcomes.get(outcome) ?? 0))}${countCell(path.duplicates)}<td class="num">${formatBytes(path.medianReceivedBytes)}</td><td class="num">${formatBytes(path.receivedBytes)}</td><td class="num${path.wastedBytes > 0 && ' wasted'}">${formatBytes(path.wastedBytes)}</td></tr>
`,
  )}</tbody></table></div>
${leftOutHtml(pushed.length - MOST_PATHS, 'path', markup`<a href="results.json">results.json</a>`)}`;
}

function countCell(count: number): Markup {
  return markup`<td class="num">${count === 0 ? markup`<span class="none">0</span>` : formatCount(count)}</td>`;
}

// In the order of the pushes; those that wasted most where there are more.
const MOST_PATHS = 100;
