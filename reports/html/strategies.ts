import type { Results, StrategyRecord } from '../../lab/run/results.ts';
import { formatBytes, plural } from '../format.ts';
import { leftOutHtml } from './bounds.ts';
import { markup, type Markup } from './escape.ts';

/** What each strategy does on the wire, and to which paths in which order. */
export function strategiesHtml(results: Results): Markup {
  return markup`<section id="strategies" aria-labelledby="strategies-title">
<h2 id="strategies-title">What each strategy does</h2>
<div class="strategy-list">${results.strategies.map((strategy) => strategyHtml(results, strategy))}</div>
</section>`;
}

function strategyHtml(results: Results, strategy: StrategyRecord): Markup {
  const isBaseline = strategy.name === results.baseline;
  const reason = results.reasons?.find(({ strategy: named }) => named === strategy.name);
  return markup`<article class="strategy">
<h3>${strategy.name}${isBaseline && markup` <span class="tag tag-baseline">baseline</span>`}</h3>
<div><p>${strategy.description}</p>
${strategy.notLoaded !== undefined && markup`<p><strong>Not loaded: ${results.browser.name} ${strategy.notLoaded}.</strong> What a server does for such a browser is another strategy, and not compared as this one.</p>`}
<p class="recipe">${recipeOf(strategy)}</p>
${reason !== undefined && markup`<p class="recipe"><strong>Against ${results.baseline}</strong>: ${reason.text}.</p>`}
${strategy.paths.length > 0 && pathsHtml(results, strategy)}</div>
</article>`;
}

/** What, how, when and behind which gates, as the scenario says it. */
function recipeOf(strategy: StrategyRecord): string {
  if (strategy.how === 'none') return 'Sends nothing ahead.';
  const what = whatOf(strategy.what);
  const when = strategy.how === 'push' ? [strategy.when] : [];
  return [
    `what: ${what}`,
    `how: ${strategy.how}`,
    ...when.map((text) => `when: ${text}`),
    ...strategy.gate.map((gate) => `gate: ${gate}`),
    ...(strategy.scheduler === undefined
      ? []
      : [`scheduler: ${typeof strategy.scheduler === 'string' ? strategy.scheduler : 'by media type'}`]),
  ].join(' · ');
}

function whatOf(what: StrategyRecord['what']): string {
  if (typeof what === 'string') return what;
  return 'types' in what ? what.types.join(', ') : plural(what.length, 'named path');
}

function pathsHtml(results: Results, { name, paths }: StrategyRecord): Markup {
  const sizes = new Map(results.site.resources.map((resource) => [resource.path, resource.encodedBytes]));
  const total = paths.reduce((sum, path) => sum + (sizes.get(path) ?? 0), 0);
  const list = markup`<ol class="paths">${paths
    .slice(0, MOST_LISTED)
    .map(
      (path) =>
        markup`<li><code>${path}</code> <span class="measure">${formatBytes(sizes.get(path))}</span></li>`,
    )}</ol>${leftOutHtml(paths.length - MOST_LISTED, 'path', markup`<a href="results.json">results.json</a>`)}`;
  const twin = results.strategies.find((other) => other.paths.join('\n') === paths.join('\n'));
  if (twin && twin.name !== name) {
    return markup`<p class="recipe">The same ${plural(paths.length, 'path')} as <strong>${twin.name}</strong>, ${formatBytes(total)}, in the same order.</p>`;
  }
  const heading = `${plural(paths.length, 'path')}, ${formatBytes(total)}, in this order`;
  return paths.length > MOST_PATHS
    ? markup`<details><summary>${heading}</summary>${list}</details>`
    : markup`<p class="recipe">${heading}:</p>${list}`;
}

// More are a listing to look something up in, not a description to read.
const MOST_PATHS = 12;
const MOST_LISTED = 200;
