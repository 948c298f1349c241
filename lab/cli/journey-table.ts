import Table from 'cli-table3';
import { stepCosts } from '../../reports/digest.ts';
import { METRIC_WORDS } from '../../reports/metrics.ts';
import type { MetricSummary, Results } from '../run/results.ts';
import { bytesText, metricText, shiftText } from './format.ts';

/**
 * The metric of the answer on each page and over all of them, with the shift against the baseline; under it what the
 * page received, what of that a later page used, and what it took over itself. Undefined where trials are one page.
 */
export function journeyTable(results: Results): string | undefined {
  const { journey, primaryMetric, baseline, strategies } = results;
  if (journey === undefined) return undefined;
  const table = new Table({
    head: [
      `${METRIC_WORDS[primaryMetric].short},\nvs ${baseline}`,
      ...journey.steps.map(({ path }, index) => `page ${index + 1}\n${path}`),
      'together',
    ],
    style: { head: [], border: [] },
    colAligns: ['left'],
  });
  for (const { name } of strategies) {
    const costs = stepCosts(results, name);
    const cell = (summaries: readonly MetricSummary[]): string => {
      const own = summaries.find(({ strategy, metric }) => strategy === name && metric === primaryMetric);
      const shift = own?.shift === undefined ? '' : ` (${shiftText(primaryMetric, own.shift.median)})`;
      return metricText(primaryMetric, own?.median) + shift;
    };
    table.push([
      name,
      ...journey.steps.map(({ summaries }, index) =>
        [cell(summaries), ...costWords(costs[index])].join('\n'),
      ),
      cell(journey.total),
    ]);
  }
  return table.toString();
}

function costWords(cost: ReturnType<typeof stepCosts>[number] | undefined): string[] {
  if (cost === undefined) return [];
  const { receivedBytes, leftOverBytes, wastedBytes, takenOver } = cost;
  return [
    `${bytesText(receivedBytes)} received`,
    ...(wastedBytes > 0 ? [`${bytesText(wastedBytes)} wasted`] : []),
    ...(leftOverBytes > 0 ? [`${bytesText(leftOverBytes)} for later pages`] : []),
    ...(takenOver > 0 ? [`${takenOver} pushed before, used here`] : []),
  ];
}
