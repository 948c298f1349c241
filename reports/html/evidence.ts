import type { Results, TrialResult } from '../../lab/run/results.ts';
import { countLines, disturbances } from '../digest.ts';
import { formatBytes, formatDuration, formatMs, plural } from '../format.ts';
import { formatMetric, measuredMetrics, METRIC_WORDS } from '../metrics.ts';
import { trialLink } from './detail/pick-html.ts';
import { leftOutHtml } from './bounds.ts';
import { markup, type Markup } from './escape.ts';

/** What could weaken the answer, and the raw samples it rests on. */
export function evidenceHtml(results: Results, carriesAll: boolean): Markup {
  return markup`<section id="evidence" aria-labelledby="evidence-title">
<h2 id="evidence-title">Evidence</h2>
<div class="columns">
${failuresHtml(results)}
${disturbancesHtml(results)}
${disagreementsHtml(results)}
${externalsHtml(results)}
</div>
${trialsHtml(results)}
${
  carriesAll
    ? markup`<p class="needs-script"><a class="download" href="#results" download="results.json">Download results.json</a>, the document this page is made of. It also lies beside this page as <a href="results.json">results.json</a>, with <a href="trials/">all evidence of every trial</a>.</p>`
    : markup`<p class="left-out">The document this page is made of lies beside it as <a href="results.json">results.json</a>, with <a href="trials/">all evidence of every trial</a>. It is too large to travel in this page, which carries the samples of every trial but not its lists of pushes, hints and disagreements.</p>`
}
</section>`;
}

function failuresHtml({ trials }: Results): Markup {
  const failed = trials.filter((trial) => trial.status === 'failed');
  return markup`<div><h3>Failed trials</h3>${
    failed.length === 0
      ? markup`<p class="note">None of ${trials.length}.</p>`
      : markup`<p class="note">${failed.length} of ${trials.length}. They count for nothing, and neither does their block in a paired comparison.</p><ul class="lines">${failed
          .slice(0, MOST_LINES)
          .map(
            (trial) => markup`<li><code>${trial.id}</code> ${trial.failure ?? 'no reason given'}</li>`,
          )}</ul>${leftOutHtml(failed.length - MOST_LINES, 'failed trial', 'results.json')}`
  }</div>`;
}

/** Per strategy: if the machine hit one of them harder, the comparison leans. */
function disturbancesHtml(results: Results): Markup {
  const perStrategy = disturbances(results);
  const hit = perStrategy.filter(({ repeated, lost }) => repeated + lost > 0);
  const { latenessLimits: limits } = results;
  const howLate = limits
    ? `more than ${formatMs(limits.p99Ms)} late at the 99th percentile, or once more than ${formatMs(limits.maxMs)}`
    : 'too late';
  return markup`<div><h3>Disturbed trials</h3>${
    hit.length === 0
      ? markup`<p class="note">None: in no measured trial has the emulator acted ${howLate}.</p>`
      : markup`<p class="note">In these loads the emulator acted ${howLate}. They were discarded and loaded again at once; if one strategy stands out, the comparison may lean.</p><ul class="lines">${perStrategy.map(
          ({ strategy, loads, repeated, lost }) =>
            markup`<li>${strategy} <span class="times">${repeated + lost} of ${plural(loads, 'load')}${lost > 0 && `; ${lost} missing after every repeat`}</span></li>`,
        )}</ul>`
  }</div>`;
}

function disagreementsHtml({ trials }: Results): Markup {
  const lines = countLines(trials.flatMap((trial) => trial.disagreements));
  const affected = trials.filter((trial) => trial.disagreements.length > 0).length;
  return markup`<div><h3>Disagreements of the vantage points</h3>${
    lines.length === 0
      ? markup`<p class="note">Browser, server and emulator agree in every trial.</p>`
      : markup`<p class="note">Browser, server and emulator tell different stories in ${plural(affected, 'trial')}. Reported as found.</p><ul class="lines">${lines
          .slice(0, MOST_LINES)
          .map(
            ([line, count]) => markup`<li>${line} <span class="times">${plural(count, 'time')}</span></li>`,
          )}</ul>${lines.length > MOST_LINES && markup`<p class="note">and ${lines.length - MOST_LINES} more kinds, in results.json.</p>`}`
  }</div>`;
}

function externalsHtml({ blockedExternals, trials }: Results): Markup {
  return markup`<div><h3>Attempts to leave the lab</h3>${
    blockedExternals.length === 0
      ? markup`<p class="note">The page asked for nothing from outside.</p>`
      : markup`<p class="note">The page asked for these from outside. Every attempt failed by design, so their cost on the real network is not in any number here.</p><ul class="lines">${blockedExternals
          .slice(0, MOST_LINES)
          .map(
            ({ url, loads }) =>
              markup`<li><code>${url}</code> <span class="times">in ${loads} of ${trials.length} trials</span></li>`,
          )}</ul>${leftOutHtml(blockedExternals.length - MOST_LINES, 'URL', 'results.json')}`
  }</div>`;
}

function trialsHtml(results: Results): Markup {
  const metrics = measuredMetrics(results);
  return markup`<details><summary>All ${results.trials.length} trials, in the order they ran</summary>
<div class="table-scroll"><table class="fine"><caption>Raw samples</caption>
<thead><tr><th scope="col">Trial</th><th scope="col" class="num">Block</th><th scope="col">Strategy</th>${metrics.map((metric) => markup`<th scope="col" class="num"><abbr title="${METRIC_WORDS[metric].title}">${METRIC_WORDS[metric].short}</abbr></th>`)}<th scope="col" class="num">Received</th><th scope="col" class="num">Wasted</th><th scope="col" class="num">Drops</th><th scope="col" class="num">Pacer p99</th><th scope="col" class="num">Took</th><th scope="col">Counts</th></tr></thead>
<tbody>${results.trials.slice(0, MOST_TRIALS).map(
    (trial) =>
      markup`<tr><th scope="row">${trial.status === 'failed' ? markup`<code>${trial.id}</code>` : trialLink(trial.id, 'waterfall.json', trial.id)}</th><td class="num">${trial.block}</td><td>${trial.strategy}</td>${metrics.map((metric) => markup`<td class="num">${formatMetric(metric, trial.metrics[metric])}</td>`)}<td class="num">${formatBytes(trial.receivedBytes)}</td><td class="num">${formatBytes(trial.wastedBytes)}</td><td class="num">${trial.queueDrops}</td><td class="num">${formatMs(trial.pacer?.latenessP99Ms)}</td><td class="num">${formatDuration(trial.durationMs)}</td><td>${standingOf(trial)}</td></tr>
`,
  )}</tbody></table></div>${leftOutHtml(results.trials.length - MOST_TRIALS, 'trial', markup`<a href="results.json">results.json</a>`)}</details>`;
}

function standingOf(trial: TrialResult): string {
  if (trial.status === 'failed') return 'no: failed';
  if (trial.repeatedAs !== undefined) return `no: disturbed, repeated as ${trial.repeatedAs}`;
  if (trial.status === 'disturbed') return 'no: disturbed';
  return trial.warmup ? 'no: warm-up' : 'yes';
}

const MOST_LINES = 20;
const MOST_TRIALS = 500;
