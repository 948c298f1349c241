import { bdpBytes } from '../../lab/network/conditions.ts';
import { describeBackground, describeChanges, describeLimit } from '../../lab/network/describe.ts';
import type { Results } from '../../lab/run/results.ts';
import {
  ABSENT,
  formatBytes,
  formatCount,
  formatDate,
  formatDuration,
  formatMs,
  formatRate,
  formatShare,
  plural,
} from '../format.ts';
import { originWords } from '../origins.ts';
import { calibrationHtml } from './calibration.ts';
import { leftOutHtml, mostImportant } from './bounds.ts';
import { markup, type Hole, type Markup } from './escape.ts';

/** Under which conditions the answer holds, in numbers: the name of a preset means four things in four tools. */
export function conditionsHtml(results: Results): Markup {
  return markup`<section id="conditions" aria-labelledby="conditions-title">
<h2 id="conditions-title">Conditions</h2>
<div class="conditions">
${groupHtml(`Network “${results.network.name}”`, networkTerms(results))}
${groupHtml('TCP', tcpTerms(results))}
${groupHtml('Site and server', siteTerms(results))}
${groupHtml('Browser', browserTerms(results))}
${groupHtml('Run', runTerms(results))}
${groupHtml('Machine', machineTerms(results))}
</div>
${results.network.source !== undefined && markup`<p class="source">Source of the network’s numbers: ${results.network.source}</p>`}
${calibrationHtml(results)}
${resourcesHtml(results)}
</section>`;
}

type Term = readonly [name: string, value: Hole, note?: string];

function groupHtml(title: string, terms: readonly Term[]): Markup {
  return markup`<div class="group"><h3>${title}</h3><dl>${terms.map(
    ([name, value, note]) =>
      markup`<div><dt>${name}</dt><dd>${value}${note !== undefined && markup`<span class="note">${note}</span>`}</dd></div>`,
  )}</dl></div>`;
}

function networkTerms({ network }: Results): readonly Term[] {
  const { downlink, uplink, baseRttMs, changes, background, extraRttMs } = network;
  return [
    ['RTT', formatMs(baseRttMs), 'propagation, half each way'],
    rateTerm('Down', downlink),
    rateTerm('Up', uplink),
    queueTerm('Queue down', downlink),
    queueTerm('Queue up', uplink),
    ['BDP', formatBytes(bdpBytes(network)), 'down rate × RTT'],
    ['Loss', lossOf(downlink.lossRate, uplink.lossRate), lossNote(downlink)],
    ...(downlink.jitterMs === undefined
      ? []
      : [['Jitter', `up to ${formatMs(downlink.jitterMs)}`, 'per packet, without reordering'] as const]),
    ...(changes === undefined ? [] : [['Changes', describeChanges(changes), 'since the first SYN'] as const]),
    ...(background === undefined
      ? []
      : [['Beside the page', describeBackground(background), 'through the same queues'] as const]),
    ...Object.entries(extraRttMs ?? {}).map(([host, extraMs]): Term => [
      host,
      `${formatMs(extraMs)} further`,
      'behind the shared bottleneck',
    ]),
  ];
}

function rateTerm(name: string, { bandwidthBps, trace }: Results['network']['downlink']): Term {
  if (trace === undefined) return [name, formatRate(bandwidthBps)];
  return [
    name,
    formatRate(bandwidthBps),
    `mean of the trace ${trace.name}, ${formatMs(trace.periodMs)} long`,
  ];
}

function queueTerm(name: string, link: Results['network']['downlink']): Term {
  if (link.queue === undefined) return [name, formatBytes(link.queueLimitBytes), delayOf(link)];
  const { discipline, limit, targetMs, intervalMs } = link.queue;
  if (discipline === 'droptail') {
    const amount = 'delayMs' in limit ? formatBytes(link.queueLimitBytes) : delayOf(link);
    return [name, describeLimit(limit), amount];
  }
  const parameters = `target ${formatMs(targetMs ?? 0)}, interval ${formatMs(intervalMs ?? 0)}, at most ${describeLimit(limit)}`;
  return [name, discipline === 'codel' ? 'CoDel' : 'FQ-CoDel', parameters];
}

function lossNote({ gilbertElliott, forcedLosses }: Results['network']['downlink']): string {
  const bursts =
    gilbertElliott === undefined ? '' : `, in bursts of ${formatCount(Math.round(1 / gilbertElliott.r))}`;
  const forced =
    forcedLosses === undefined ? '' : `; and ${formatCount(forcedLosses.length)} packets by number`;
  return `random, behind the queue${bursts}${forced}`;
}

/** What a full queue adds to every packet behind it. */
function delayOf(link: Results['network']['downlink']): string {
  return `${formatMs((link.queueLimitBytes * 8000) / link.bandwidthBps)} when full`;
}

function lossOf(down: number, up: number): string {
  if (down === 0 && up === 0) return 'none';
  return down === up ? formatShare(down, 3) : `${formatShare(down, 3)} down, ${formatShare(up, 3)} up`;
}

function tcpTerms({ network }: Results): readonly Term[] {
  const { initialWindowSegments, congestionControl, sendBufferBytes, pacing, notSentLowatBytes } = network;
  return [
    ['Congestion control', CONGESTION_NAMES[congestionControl]],
    [
      'Initial window',
      plural(initialWindowSegments, 'segment'),
      `${formatCount(initialWindowSegments * MSS)} B`,
    ],
    ['MSS', `${formatCount(MSS)} B`],
    [
      'Send buffer',
      sendBufferBytes === 'auto' ? 'auto' : formatBytes(sendBufferBytes),
      sendBufferBytes === 'auto' ? 'autotuned as Linux does' : undefined,
    ],
    pacingTerm(pacing, congestionControl),
    ...(notSentLowatBytes === undefined
      ? []
      : [['Unsent at most', formatBytes(notSentLowatBytes), 'TCP_NOTSENT_LOWAT']]),
  ].map(([name = '', value, note]): Term => (note === undefined ? [name, value] : [name, value, note]));
}

function pacingTerm(pacing: boolean, congestionControl: string): [string, string, string] {
  if (congestionControl === 'bbr') return ['Pacing', 'on', 'BBR steers by it'];
  return ['Pacing', pacing ? 'on' : 'off', pacing ? 'segments spaced out' : 'bursts, as without fq'];
}

function siteTerms(results: Results): readonly Term[] {
  const { site, scenario } = results;
  const used = site.resources.filter(({ unused }) => unused !== true);
  const critical = used.filter((resource) => resource.critical);
  return [
    ['Site', site.name, site.entry],
    ['Resources', formatCount(used.length), `${formatCount(critical.length)} block the first paint`],
    ['Weight as sent', formatBytes(weightOf(used)), `${formatBytes(weightOf(critical))} blocking`],
    ...(site.origins ?? []).map((origin): Term => [origin.hostname, 'another host', originWords(origin)]),
    ['Think time', formatMs(scenario.thinkMs), 'origin, before the HTML'],
    ...(scenario.edge === undefined
      ? []
      : [
          [
            'Edge to origin',
            formatMs(scenario.edge.rttMs),
            scenario.edge.connection === 'cold'
              ? 'round trip; the HTML waits for three: the edge has to connect'
              : 'round trip; the HTML waits for one',
          ] as const,
        ]),
    ['Cache', scenario.cache],
    ...http2Terms(results),
    connectionTerm(results),
    ...journeyTerms(results),
  ];
}

/** Whose windows and settings are not those of browser and server. */
function http2Terms({ strategies }: Results): Term[] {
  return strategies.flatMap(({ name, http2 }): Term[] => {
    if (http2 === undefined) return [];
    const {
      streamWindowBytes,
      connectionWindowBytes,
      maxConcurrentStreams,
      dataFrameBytes,
      headerTableBytes,
    } = http2;
    const sizes = [
      ['a stream’s window', streamWindowBytes],
      ['the connection’s', connectionWindowBytes],
      ['DATA frames', dataFrameBytes],
      ['header tables', headerTableBytes],
    ] as const;
    const words = sizes.flatMap(([what, bytes]) =>
      bytes === undefined ? [] : [`${what} ${formatBytes(bytes)}`],
    );
    const streams =
      maxConcurrentStreams === undefined ? [] : [plural(maxConcurrentStreams, 'request') + ' at once'];
    return [['HTTP/2', [...words, ...streams].join(', '), name]];
  });
}

function journeyTerms({ journey }: Results): Term[] {
  if (journey === undefined) return [];
  const { steps, measured } = journey;
  const about =
    measured === 'journey' ? 'the answer is about the sum' : `the answer is about page ${measured}`;
  return [['Journey', steps.map(({ path }) => path).join(' → '), about]];
}

/** On a reused one, the window is what decides how much goes out at once. */
function connectionTerm({ scenario: { connection }, trials }: Results): Term {
  if (connection === 'new') return ['Connection', 'new'];
  const windows = trials.flatMap(({ reusedConnection }) => reusedConnection?.cwndAtSendBytes ?? []);
  const grown =
    windows.length === 0
      ? ''
      : `; window ${formatBytes(Math.min(...windows))} to ${formatBytes(Math.max(...windows))}`;
  return ['Connection', 'reused', `idle for ${formatMs(connection.idleMs)}${grown}`];
}

function weightOf(resources: Results['site']['resources']): number {
  return resources.reduce((total, resource) => total + resource.encodedBytes, 0);
}

function browserTerms({ browser }: Results): readonly Term[] {
  return [
    ['Browser', browser.name],
    ['Version', browser.version],
    ['Accepts push', browser.acceptsPush ? 'yes' : 'no'],
    ['Uses 103 hints', browser.usesEarlyHints ? 'yes' : 'no'],
    ['SHA-256', markup`<code title="${browser.sha256}">${browser.sha256.slice(0, 12)}…</code>`],
  ];
}

function runTerms(results: Results): readonly Term[] {
  const failed = results.trials.filter((trial) => trial.status === 'failed').length;
  const disturbed = results.trials.filter((trial) => trial.status === 'disturbed').length;
  return [
    ['Measured blocks', formatCount(results.runs), 'and one to warm up'],
    ['Trials', formatCount(results.trials.length), failed === 0 ? 'none failed' : `${failed} failed`],
    ['Disturbed', formatCount(disturbed), 'by this machine; do not count'],
    ['Side by side', formatCount(results.concurrency)],
    ['Seed', markup`<code>${results.seed}</code>`],
    ['Started', formatDate(results.startedAt)],
    ['Took', formatDuration(Date.parse(results.finishedAt) - Date.parse(results.startedAt))],
    ['Pacer, worst p99', worstLateness(results), 'late, of trials that count'],
  ];
}

function worstLateness(results: Results): string {
  const lateness = results.trials
    .filter(({ status, warmup }) => status === 'ok' && !warmup)
    .flatMap((trial) => trial.pacer?.latenessP99Ms ?? []);
  return lateness.length === 0 ? ABSENT : formatMs(lateness.reduce((worst, ms) => Math.max(worst, ms), 0));
}

function machineTerms({ lab }: Results): readonly Term[] {
  return [
    ['Lab', lab.version],
    ['Node', lab.node],
    ['Platform', lab.platform],
    ['CPU', lab.cpu, plural(lab.cores, 'core')],
  ];
}

function resourcesHtml({ site }: Results): Markup {
  return markup`<details><summary>Resources of the site</summary>
<div class="table-scroll"><table class="fine"><caption>What the entry page uses, found in HTML and CSS, and what a strategy names</caption>
<thead><tr><th scope="col">Path</th><th scope="col">Type</th><th scope="col" class="num">Size</th><th scope="col" class="num">As sent</th><th scope="col">Encoding</th><th scope="col">Blocks the first paint</th></tr></thead>
<tbody>${mostImportant(site.resources, MOST_RESOURCES, ({ critical, encodedBytes }) =>
    critical ? Infinity : encodedBytes,
  ).map(
    (resource) =>
      markup`<tr><th scope="row"><code>${resource.path}</code></th><td>${resource.contentType}</td><td class="num">${formatBytes(resource.sizeBytes)}</td><td class="num">${formatBytes(resource.encodedBytes)}</td><td>${resource.contentEncoding}</td><td>${blockingWords(resource)}</td></tr>
`,
  )}</tbody></table></div>${leftOutHtml(site.resources.length - MOST_RESOURCES, 'resource', markup`<a href="results.json">results.json</a>`)}</details>`;
}

function blockingWords({ critical, reason, unused }: Results['site']['resources'][number]): string {
  if (unused === true) return 'not used by the page; a strategy names it';
  return critical ? (reason ?? 'yes') : 'no';
}

const CONGESTION_NAMES = { cubic: 'CUBIC', reno: 'Reno', bbr: 'BBR' } as const;
// What is left of a 1500-byte packet after the headers of IPv4 and TCP with timestamps.
const MSS = 1448;
const MOST_RESOURCES = 200;
