import { formatDate, plural } from '../format.ts';
import { unbroken } from '../html/answer.ts';
import { documentHtml } from '../html/document.ts';
import { markup, type Markup } from '../html/escape.ts';
import type { IndexEntry } from './index-entry.ts';
import { scenarioHtml } from './scenario.ts';
import { STYLES } from './styles.ts';

/**
 * The page over a folder of results: its runs by scenario and date, and how the metric of each answer went from run to
 * run. One HTML file that needs nothing but a browser, offline. A pure function of its input; `entries` are oldest first.
 */
export function renderRunsIndex(entries: readonly IndexEntry[], client: string): string {
  const scenarios = byScenario(entries);
  return documentHtml({
    title: 'Runs · push lab',
    generator: 'push lab index',
    styles: STYLES,
    client,
    data: [],
    body: markup`<a class="skip" href="#main">Skip to the runs</a>
<header class="bar"><div class="bar-inner">
<a class="bar-title" href="#main">Runs</a>
<nav aria-label="Scenarios">${scenarios.map(([name], index) => markup`<a href="#scenario-${index + 1}">${name}</a>`)}</nav>
<button type="button" class="theme needs-script">Theme</button>
</div></header>
<main id="main" tabindex="-1">
${newestHtml(entries, scenarios.length)}
${scenarios.map(([name, runs], index) => scenarioHtml(name, runs, `scenario-${index + 1}`))}
</main>`,
  });
}

/** The scenario that was run last comes first. */
function byScenario(entries: readonly IndexEntry[]): readonly (readonly [string, readonly IndexEntry[]])[] {
  const groups = new Map<string, IndexEntry[]>();
  for (const entry of entries.toReversed()) {
    const group = groups.get(entry.scenario);
    if (group) group.unshift(entry);
    else groups.set(entry.scenario, [entry]);
  }
  return [...groups];
}

function newestHtml(entries: readonly IndexEntry[], scenarios: number): Markup {
  const newest = entries.findLast(({ run }) => 'sentence' in run);
  const sentence = newest !== undefined && 'sentence' in newest.run ? newest.run.sentence : undefined;
  return markup`<section class="answer" aria-labelledby="title">
<p class="eyebrow">push lab · ${plural(entries.length, 'run')} of ${plural(scenarios, 'scenario')}</p>
<h1 id="title">${newest === undefined ? 'Runs' : `Newest: ${newest.scenario}, ${formatDate(newest.startedAt)}`}</h1>
<p class="sentence long">${sentence === undefined ? 'There is no run to read here yet.' : unbroken(sentence)}</p>
</section>`;
}
