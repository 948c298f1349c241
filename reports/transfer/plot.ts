import { describeLoss, describeQueue } from '../../lab/network/describe.ts';
import { milestonesOf, throughputBps, type FlowMilestones } from '../../lab/transfer/milestones.ts';
import type { Clock, TransferOrder, TransferRecord } from '../../lab/transfer/transfer.ts';
import { ABSENT, formatBytes, formatCount, formatMs, formatRate, plural } from '../format.ts';
import { documentHtml } from '../html/document.ts';
import { markup, type Markup } from '../html/escape.ts';
import { DRAWN_FLOWS, plotData } from './plot-data.ts';
import { STYLES } from './styles.ts';

export interface TransferPlotInput {
  readonly order: TransferOrder;
  readonly record: TransferRecord;
  readonly clock: Clock;
  /** Text of the bundled script, see `loadTransferClient`. */
  readonly client: string;
}

/** One HTML file that draws a transfer: bytes delivered, windows and queue over one time axis. Pure. */
export function renderTransferPlot({ order, record, clock, client }: TransferPlotInput): string {
  const milestones = record.flows.map((flow) => milestonesOf(flow, order.bytes));
  return documentHtml({
    title: `${formatBytes(order.bytes)} over ${formatMs(order.network.baseRttMs)} · push lab`,
    generator: 'push lab',
    styles: STYLES,
    client,
    data: [{ id: 'transfer', value: plotData(order, record) }],
    body: markup`<header class="bar"><div class="bar-inner">
<span class="bar-title">Transfer</span>
<button type="button" class="theme needs-script">Theme</button>
</div></header>
<main>
${answerHtml(order, record, milestones, clock)}
${plotHtml(record)}
${milestonesHtml(order, record, milestones)}
</main>`,
  });
}

function answerHtml(
  order: TransferOrder,
  record: TransferRecord,
  milestones: readonly FlowMilestones[],
  clock: Clock,
): Markup {
  const unfinished = milestones.filter(({ t100Ms }) => t100Ms === null).length;
  return markup`<section class="answer">
<h1>${sentence(order, record, milestones)}</h1>
<p class="facts">${networkText(order)}. ${clock === 'virtual' ? 'Virtual clock: computed, nothing was sent.' : 'Real time, through the proxy.'}</p>
<p class="facts">${plural(record.drops, 'packet')} dropped by the downlink’s queue, ${plural(record.retransmitted, 'data segment')} retransmitted, deepest queue ${formatBytes(record.maxQueueBytes)}: ${formatMs(delayMs(order, record.maxQueueBytes))} of delay.</p>
${
  unfinished > 0 &&
  markup`<div class="notice partial"><h2>Given up</h2><p>${plural(unfinished, 'flow')} had not finished when the time was up.</p></div>`
}
</section>`;
}

function sentence(
  { bytes, gapMs }: TransferOrder,
  { flows }: TransferRecord,
  milestones: readonly FlowMilestones[],
): string {
  const size = formatBytes(bytes);
  if (flows.length > 1) {
    const ends = flows.map((flow, index) => {
      const endMs = milestones[index]?.t100Ms ?? null;
      return endMs === null ? undefined : flow.startMs + endMs;
    });
    const known = ends.filter((end) => end !== undefined);
    const last = known.reduce((latest, end) => Math.max(latest, end), 0);
    const when =
      known.length === flows.length ? `all delivered after ${formatMs(last)}` : 'not all of them delivered';
    return `${formatCount(flows.length)} flows of ${size}, ${formatMs(gapMs)} apart: ${when}.`;
  }
  const [only] = milestones;
  const end = only?.t100Ms ?? null;
  if (end === null) return `${size}: not all of it was delivered.`;
  return `${size} in ${formatMs(end)}: the first byte after ${msText(only?.firstByteMs ?? null)}, half of it after ${msText(only?.t50Ms ?? null)}.`;
}

function networkText({ network }: TransferOrder): string {
  const { downlink, uplink } = network;
  const loss = describeLoss(downlink);
  return (
    `RTT ${formatMs(network.baseRttMs)}, ${formatRate(downlink.bandwidthBps)} down, ${formatRate(uplink.bandwidthBps)} up, ` +
    `queue ${describeQueue(downlink)}, ` +
    `initial window ${plural(network.initialWindowSegments, 'segment')}, ${network.congestionControl}` +
    `${network.pacing ? ', paced' : ''}${loss === undefined ? '' : `, loss of ${loss}`}`
  );
}

/** The figures are empty without a script; the table below has the milestones in any case. */
function plotHtml({ flows }: TransferRecord): Markup {
  const hidden = flows.length - DRAWN_FLOWS;
  return markup`<section class="plot" aria-label="Over time">
<noscript><p class="note">The charts need the script of this page.</p></noscript>
${hidden > 0 && markup`<p class="note">The first ${DRAWN_FLOWS} of ${formatCount(flows.length)} flows are drawn; the queue is that of all of them.</p>`}
${FIGURES.map(
  ([
    id,
    title,
  ]) => markup`<figure class="needs-script"><figcaption><h3>${title}</h3>${id === 'delivered' && flows.length > 1 && swatchesHtml(flows.length)}<output id="value-${id}"></output></figcaption>
<div class="box box-${id}"><canvas id="chart-${id}" role="img" aria-label="${title}, over time"></canvas></div></figure>
`,
)}
</section>`;
}

function swatchesHtml(flows: number): Markup {
  const drawn = Array.from({ length: Math.min(flows, DRAWN_FLOWS) }, (_, index) => index);
  return markup`<span class="swatches">${drawn.map((index) => markup`<span class="swatch swatch-${index}"></span><span>flow ${index}</span>`)}</span>`;
}

function milestonesHtml(
  order: TransferOrder,
  record: TransferRecord,
  milestones: readonly FlowMilestones[],
): Markup {
  const shown = milestones.slice(0, MAX_ROWS);
  return markup`<section class="milestones" aria-labelledby="milestones-title">
<h2 id="milestones-title">Milestones</h2>
<div class="table-scroll"><table><caption>Since the flow’s own connect()${milestones.length > MAX_ROWS && `; the first ${MAX_ROWS} of ${formatCount(milestones.length)} flows`}</caption>
<thead><tr><th scope="col">Flow</th>${['Start', 'Connected', 'First byte', '14 600 bytes', '50 %', '100 %', 'Throughput'].map((head) => markup`<th scope="col" class="num">${head}</th>`)}</tr></thead>
<tbody>${shown.map((flow, index) => {
    const times = [flow.connectMs, flow.firstByteMs, flow.t14600Ms, flow.t50Ms, flow.t100Ms];
    const throughput = throughputBps(record.flows[index]!, order.bytes);
    const swatch = index < DRAWN_FLOWS && markup`<span class="swatch swatch-${index}"></span>`;
    return markup`<tr><th scope="row">${swatch}${index}</th><td class="num">${formatMs(record.flows[index]!.startMs)}</td>${times.map((time) => markup`<td class="num">${msText(time)}</td>`)}<td class="num">${throughput === null ? ABSENT : formatRate(Math.round(throughput / 1000) * 1000)}</td></tr>
`;
  })}</tbody></table></div>
</section>`;
}

function delayMs({ network }: TransferOrder, bytes: number): number {
  return (bytes * 8000) / network.downlink.bandwidthBps;
}

const msText = (ms: number | null): string => formatMs(ms ?? undefined);

const FIGURES = [
  ['delivered', 'Bytes delivered, in order'],
  ['window', 'Congestion window (line) and bytes in flight (area)'],
  ['queue', 'Downlink queue (dashed: its limit, where it came near)'],
] as const;
const MAX_ROWS = 50;
