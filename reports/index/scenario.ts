import { formatDate, plural } from '../format.ts';
import { unbroken } from '../html/answer.ts';
import { leftOutHtml } from '../html/bounds.ts';
import { markup, type Markup } from '../html/escape.ts';
import { METRIC_WORDS } from '../metrics.ts';
import { historyHtml } from './history.ts';
import type { IndexEntry } from './index-entry.ts';
import type { RunDigest } from './run-digest.ts';

/** One scenario: how its metric went from run to run, then its runs, newest first. `runs` are oldest first. */
export function scenarioHtml(name: string, runs: readonly IndexEntry[], id: string): Markup {
  const shown = runs.slice(-MOST_RUNS).reverse();
  return markup`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${name}</h2>
${historyHtml(runs)}
<ol class="runs" reversed>${shown.map(runHtml)}</ol>
${leftOutHtml(runs.length - MOST_RUNS, 'run', markup`<a href="${hrefOf(name)}">this scenario’s folder</a>`)}
</section>`;
}

function runHtml(entry: IndexEntry): Markup {
  const { scenario, time, startedAt, hasReport, run } = entry;
  const folder = hrefOf(scenario, time);
  const target = hasReport ? 'report.html' : 'problem' in run ? '' : 'results.json';
  return markup`<li class="run"><div class="when"><a href="${folder}${target}">${formatDate(startedAt)}</a>${'problem' in run ? markup` <span class="tag tag-bad">damaged</span>` : tagsHtml(run)}</div>
<div>${
    'problem' in run
      ? markup`<p class="problem">${run.problem}</p>`
      : markup`<p class="found">${unbroken(run.sentence)}</p>
<p class="terms">${termsOf(run).join(' · ')}</p>${!hasReport && markup`<p class="terms">No report.html yet; <code>npx lab report</code> and this folder make one.</p>`}`
  }</div></li>
`;
}

function tagsHtml({ partial, failed, lost, warnings }: RunDigest): Markup {
  const bad = [
    ...(partial ? ['partial'] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(lost > 0 ? [`${lost} disturbed`] : []),
  ];
  return markup`${bad.map((text) => markup` <span class="tag tag-bad">${text}</span>`)}${warnings > 0 && markup` <span class="tag">${plural(warnings, 'warning')}</span>`}`;
}

function termsOf({
  counted,
  planned,
  runs,
  strategies,
  metric,
  page,
  browser,
  network,
}: RunDigest): string[] {
  const loads = counted === planned ? plural(counted, 'load') : `${counted} of ${plural(planned, 'load')}`;
  return [
    `${METRIC_WORDS[metric].title} of ${page}`,
    `${loads}: ${plural(strategies.length, 'strategy', 'strategies')} × ${plural(runs, 'run')}`,
    browser,
    network,
  ];
}

/** Relative to the page; a colon or a slash in a name is part of the name. */
function hrefOf(...folders: readonly string[]): string {
  return folders.map((name) => `${encodeURIComponent(name)}/`).join('');
}

const MOST_RUNS = 100;
