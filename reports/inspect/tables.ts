import type { Inspection, InspectedPush } from '../../lab/inspect/inspection.ts';
import { OUTCOME_WORDS } from '../digest.ts';
import { ABSENT, formatBytes } from '../format.ts';
import { leftOutHtml, mostImportant } from '../html/bounds.ts';
import { markup, type Hole, type Markup } from '../html/escape.ts';
import { msText } from './rows.ts';

const ALL = markup`<code>lab inspect --json</code>`;

export function pushesHtml({ pushes }: Inspection): Markup | undefined {
  if (pushes.length === 0) return undefined;
  const shown = mostImportant(pushes, MOST_PUSHES, ({ wastedBytes, outcome }) =>
    outcome === 'adopted' ? -1 : wastedBytes,
  );
  return markup`<section id="pushes" aria-labelledby="pushes-title">
<h2 id="pushes-title">Pushes</h2>
${tableHtml(
  'What became of each promise',
  ['URL', 'Outcome', '#Session / stream', '#On', '#Received', '#Wasted', '#Promised', '#Taken', '#Last byte'],
  shown.map((push) => [
    markup`<code>${cut(push.url)}</code>`,
    outcomeHtml(push),
    `${push.session ?? ABSENT} / ${push.promisedStreamId ?? ABSENT}`,
    String(push.associatedStreamId ?? ABSENT),
    formatBytes(push.receivedBytes),
    push.wastedBytes > 0 ? markup`<span class="wasted">${formatBytes(push.wastedBytes)}</span>` : '0\u00a0B',
    msText(push.promisedMs),
    msText(push.adoptedMs),
    msText(push.responseEndMs),
  ]),
)}
${leftOutHtml(pushes.length - shown.length, 'push', ALL, 'pushes')}
</section>`;
}

function outcomeHtml({ outcome, duplicate, undecided, reason }: InspectedPush): Markup {
  return markup`<strong>${outcome}</strong> <span class="note">${OUTCOME_WORDS[outcome]}${duplicate && '; also requested'}${undecided && '; undecided: the file ends'}${reason !== null && outcome !== 'unclaimed' && `; ${cut(reason)}`}</span>`;
}

export function sessionsHtml({ sessions }: Inspection): Markup | undefined {
  if (sessions.length === 0) return undefined;
  return markup`<section id="sessions" aria-labelledby="sessions-title">
<h2 id="sessions-title">Sessions</h2>
${tableHtml(
  'HTTP/2 sessions of the log',
  ['Authority', 'Peer', 'Push', '#Session', '#From', '#To', '#Requests', '#Pushes', '#Received'],
  sessions
    .slice(0, MOST_SESSIONS)
    .map((session) => [
      cut(session.authority),
      session.peer ?? ABSENT,
      session.pushEnabled === null ? 'unknown' : session.pushEnabled ? 'allowed' : 'refused',
      String(session.session),
      msText(session.startedMs),
      msText(session.closedMs),
      String(session.requests),
      String(session.pushes),
      formatBytes(session.receivedBytes),
    ]),
)}
${leftOutHtml(sessions.length - MOST_SESSIONS, 'session', ALL)}
</section>`;
}

export function requestsHtml({ requests }: Inspection): Markup | undefined {
  if (requests.length === 0) return undefined;
  return markup`<section id="requests" aria-labelledby="requests-title">
<h2 id="requests-title">Requests</h2>
${tableHtml(
  'Requests beside the pushes',
  ['URL', '#Session / stream', '#Status', '#Received', '#Sent', '#Headers', '#End'],
  mostImportant(requests, MOST_REQUESTS, ({ receivedBytes }) => receivedBytes).map((request) => [
    markup`<code>${cut(request.url)}</code>`,
    `${request.session ?? ABSENT} / ${request.streamId ?? ABSENT}`,
    String(request.status ?? ABSENT),
    formatBytes(request.receivedBytes),
    msText(request.startedMs),
    msText(request.responseStartMs),
    msText(request.responseEndMs),
  ]),
)}
${leftOutHtml(requests.length - MOST_REQUESTS, 'request', ALL)}
</section>`;
}

/** Heads that begin with `#` stand over numbers. */
function tableHtml(caption: string, heads: readonly string[], rows: readonly (readonly Hole[])[]): Markup {
  const tone = heads.map((head) => (head.startsWith('#') ? 'num' : 'text'));
  return markup`<div class="table-scroll"><table class="fine"><caption>${caption}</caption>
<thead><tr>${heads.map((head, column) => markup`<th scope="col" class="${tone[column]}">${head.replace('#', '')}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([name, ...cells]) =>
      markup`<tr><th scope="row">${name}</th>${cells.map((cell, column) => markup`<td class="${tone[column + 1]}">${cell}</td>`)}</tr>
`,
  )}</tbody></table></div>`;
}

/** A URL of a megabyte is nobody's to read. */
function cut(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;
}

const MOST_PUSHES = 500;
const MOST_SESSIONS = 200;
const MOST_REQUESTS = 500;
const MOST_CHARACTERS = 500;
