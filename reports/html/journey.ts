import { formatDuration } from '../../lab/network/units.ts';
import type { MetricSummary, Results } from '../../lab/run/results.ts';
import { stepCosts, type StepCost } from '../digest.ts';
import { ABSENT, formatBytes, plural } from '../format.ts';
import { formatMetric, METRIC_WORDS } from '../metrics.ts';
import { markup, type Markup } from './escape.ts';
import { shiftHtml } from './shift-html.ts';

type Journey = NonNullable<Results['journey']>;

/** Every page of a journey and all of them together: the answer's metric, and what was sent for whom. */
export function journeyHtml(results: Results): Markup | undefined {
  const { journey, primaryMetric, baseline } = results;
  if (journey === undefined) return undefined;
  const isMeasured = (page: Journey['measured']) => page === journey.measured && ' primary';
  return markup`<section id="journey" aria-labelledby="journey-title">
<h2 id="journey-title">Journey</h2>
<p class="lead">${METRIC_WORDS[primaryMetric].title} of each page that the visitor loaded, and the sum; under it the shift against <strong>${baseline}</strong>. The answer is about ${measuredWords(journey)}, chosen before the run; so are all other sections, and waterfalls show ${journey.measured === 'journey' ? 'the last page' : 'that page'}. Bytes and pushes of the whole journey count as the cost.</p>
<div class="table-scroll"><table class="overview"><caption class="visually-hidden">${METRIC_WORDS[primaryMetric].title} per strategy and page</caption>
<thead><tr><th scope="col">Strategy</th>${journey.steps.map(
    ({ path, afterMs }, index) =>
      markup`<th scope="col" class="num${isMeasured(index + 1)}">Page ${index + 1}<br><code>${path}</code>${index > 0 && markup`<br>${afterMs === undefined ? 'once all was quiet' : `${formatDuration(afterMs)} after load`}`}</th>`,
  )}<th scope="col" class="num${isMeasured('journey')}">Together</th></tr></thead>
<tbody>${results.strategies.map(({ name }) => {
    const costs = stepCosts(results, name);
    return markup`<tr><th scope="row">${name}</th>${journey.steps.map(
      ({ summaries }, index) =>
        markup`<td class="num${isMeasured(index + 1)}">${summaryHtml(results, name, summaries)}${costHtml(costs[index])}</td>`,
    )}<td class="num${isMeasured('journey')}">${summaryHtml(results, name, journey.total)}</td></tr>
`;
  })}</tbody></table></div>
</section>`;
}

function measuredWords({ measured, steps }: Journey): string {
  return measured === 'journey' ? 'the sum' : `page ${measured}, ${steps[measured - 1]?.path ?? ''}`;
}

function summaryHtml(
  { primaryMetric, baseline }: Results,
  strategy: string,
  summaries: readonly MetricSummary[],
): Markup {
  const summary = summaries.find((one) => one.strategy === strategy && one.metric === primaryMetric);
  if (summary === undefined) return markup`<span class="none">${ABSENT}</span>`;
  const { shift } = summary;
  return markup`<span class="median">${formatMetric(primaryMetric, summary.median)}</span>${shiftHtml(primaryMetric, shift, strategy === baseline ? 'reference' : 'no pair')}`;
}

/** Per load, but for the pushes, which are counted over all loads. */
function costHtml(cost: StepCost | undefined): Markup | undefined {
  if (cost === undefined) return undefined;
  const lines = [
    `${formatBytes(cost.receivedBytes)} received`,
    cost.leftOverBytes > 0 && `${formatBytes(cost.leftOverBytes)} for later pages`,
    cost.wastedBytes > 0 && `${formatBytes(cost.wastedBytes)} wasted`,
    cost.pushes > 0 &&
      `${plural(cost.pushes, 'push', 'pushes')} in all loads: ${cost.usedHere} used here, ${cost.usedLater} later`,
    cost.takenOver > 0 && `${plural(cost.takenOver, 'push', 'pushes')} of earlier pages used here`,
  ].filter((line) => line !== false);
  return markup`${lines.map((line) => markup`<span class="shift reference">${line}</span>`)}`;
}
