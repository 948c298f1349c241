import type { Inspection } from '../../lab/inspect/inspection.ts';
import { formatBytes, formatDate, plural } from '../format.ts';
import { documentHtml } from '../html/document.ts';
import { markup, type Markup } from '../html/escape.ts';
import { STYLES } from '../html/styles/index.ts';
import { pushesHtml, requestsHtml, sessionsHtml } from './tables.ts';
import { timelineHtml } from './timeline.ts';

/** What a NetLog, a trace or a HAR says of pushes, as one HTML file. Pure; its size is bounded, whatever the log's. */
export function renderInspection(inspection: Inspection, name: string, client: string): string {
  const sections = [
    ['pushes', 'Pushes', pushesHtml(inspection)],
    ['waterfalls', 'Over time', timelineHtml(inspection)],
    ['sessions', 'Sessions', sessionsHtml(inspection)],
    ['requests', 'Requests', requestsHtml(inspection)],
  ] as const;
  const present = sections.filter(([, , html]) => html !== undefined);
  return documentHtml({
    title: `${name} · push lab`,
    generator: 'push lab',
    styles: `${STYLES}${OWN_STYLES}`,
    client,
    data: [],
    body: markup`<a class="skip" href="#main">Skip to the answer</a>
<header class="bar"><div class="bar-inner">
<a class="bar-title" href="#main">${name}</a>
<nav aria-label="Sections">${present.map(([id, title]) => markup`<a href="#${id}">${title}</a>`)}</nav>
<button type="button" class="theme needs-script">Theme</button>
</div></header>
<main id="main" tabindex="-1">
${answerHtml(inspection, name)}
${present.map(([, , html]) => html)}
</main>
<div id="tooltip" role="tooltip" hidden></div>`,
  });
}

function answerHtml(
  { kind, pushes, requests, sessions, startedAt, notes }: Inspection,
  name: string,
): Markup {
  const received = pushes.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0);
  const wasted = pushes.reduce((sum, { wastedBytes }) => sum + wastedBytes, 0);
  const outcomes = new Map<string, number>();
  for (const { outcome } of pushes) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  const fates = [...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  return markup`<section class="answer" aria-labelledby="title">
<p class="eyebrow">push lab · ${KINDS[kind]}${startedAt !== null && ` of ${formatDate(startedAt)}`}</p>
<h1 id="title">${name}</h1>
<p class="sentence">${
    pushes.length === 0
      ? 'Nothing was pushed.'
      : `${plural(pushes.length, 'push', 'pushes')}: ${fates}; ${formatBytes(wasted)} of ${formatBytes(received)} wasted.`
  }</p>
<p class="basis">${plural(requests.length, 'request')}${kind !== 'har' && ` on ${plural(sessions.length, 'HTTP/2 session')}`}. Times are ms since the first event of the file.</p>
${notes.length > 0 && markup`<div class="notice warning" role="note"><h2>${plural(notes.length, 'note')}</h2><ul>${notes.map((note) => markup`<li>${note}</li>`)}</ul></div>`}
</section>`;
}

// Nothing here is told apart by the colours of streams.
const OWN_STYLES = '\n.wf-label > .stream { display: none; }\n';

const KINDS = { netlog: 'NetLog', trace: 'Chrome trace', har: 'HAR' } as const;
