import type { Results } from '../../lab/run/results.ts';
import { OUTCOMES, OUTCOME_WORDS, strategyCosts, type StrategyCost } from '../digest.ts';
import { ABSENT, formatBytes, formatCount, formatShare } from '../format.ts';
import { markup, type Markup } from './escape.ts';

/** What each strategy moved over the network, and what became of its pushes. */
export function costHtml(results: Results): Markup {
  const costs = strategyCosts(results);
  const most = Math.max(1, ...costs.map((cost) => cost.receivedBytes));
  const outcomes = OUTCOMES.filter((outcome) => costs.some((cost) => cost.outcomes.has(outcome)));
  return markup`<h3 id="cost">What it costs</h3>
<p class="lead">Bytes are DATA payload at the browser, counts are per load: medians over the measured trials. Push outcomes are sums over them.</p>
<div class="table-scroll"><table class="fine cost"><caption class="visually-hidden">Bytes, requests, queue and push outcomes per strategy</caption>
<thead><tr><th scope="col">Strategy</th><th scope="col">Received, of it wasted</th><th scope="col" class="num">Received</th><th scope="col" class="num">Wasted</th><th scope="col" class="num">Share</th><th scope="col" class="num">Requests</th><th scope="col" class="num">Connections</th><th scope="col" class="num">Deepest queue</th><th scope="col" class="num">Drops</th>${outcomes.map((outcome) => markup`<th scope="col" class="num" title="${OUTCOME_WORDS[outcome]}">${outcome}</th>`)}</tr></thead>
<tbody>${costs.map((cost) => costRow(cost, most, outcomes))}</tbody></table></div>`;
}

function costRow(cost: StrategyCost, most: number, outcomes: typeof OUTCOMES): Markup {
  if (cost.trials === 0) {
    return markup`<tr><th scope="row">${cost.strategy}</th><td colspan="${8 + outcomes.length}" class="none">no good trial</td></tr>`;
  }
  return markup`<tr><th scope="row">${cost.strategy}</th><td class="bar-cell">${barSvg(cost, most)}</td><td class="num">${formatBytes(cost.receivedBytes)}</td><td class="num">${formatBytes(cost.wastedBytes)}</td><td class="num">${cost.receivedBytes > 0 ? formatShare(cost.wastedBytes / cost.receivedBytes, 1) : ABSENT}</td><td class="num">${half(cost.requests)}</td><td class="num">${half(cost.connections)}</td><td class="num">${formatBytes(cost.maxQueueBytes)}</td><td class="num">${half(cost.queueDrops)}</td>${outcomes.map((outcome) => markup`<td class="num">${cost.outcomes.has(outcome) ? formatCount(cost.outcomes.get(outcome) ?? 0) : markup`<span class="none">0</span>`}</td>`)}</tr>
`;
}

function barSvg({ receivedBytes, wastedBytes }: StrategyCost, most: number): Markup {
  const share = (bytes: number): string => `${((bytes / most) * 100).toFixed(2)}%`;
  const used = Math.max(0, receivedBytes - wastedBytes);
  return markup`<svg width="100%" height="14" aria-hidden="true"><rect class="used" width="${share(used)}" height="14"/><rect class="waste-arrival" x="${share(used)}" width="${share(wastedBytes)}" height="14"/></svg>`;
}

/** The median of an even number of counts may be a half. */
function half(count: number): string {
  return Number.isInteger(count) ? formatCount(count) : count.toFixed(1);
}
