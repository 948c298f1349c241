import type { Inspection } from '../../lab/inspect/inspection.ts';
import { plural } from '../format.ts';
import { boundedRows } from '../html/bounded-rows.ts';
import { markup, type Markup } from '../html/escape.ts';
import { drawingDefs, rowHtml, share } from '../html/row-svg.ts';
import { axisLabels, axisUntil } from '../html/time-axis.ts';
import { msText, startOf, streamRows } from './rows.ts';

/** The streams of each session over its own time, those with pushes first; empty where the file has no times. */
export function timelineHtml(inspection: Inspection): Markup | undefined {
  const groups = groupsOf(inspection);
  const shown = groups.slice(0, MOST_SESSIONS);
  if (shown.length === 0) return undefined;
  return markup`<section id="waterfalls" aria-labelledby="waterfalls-title">
<h2 id="waterfalls-title">Streams over time</h2>
<p class="lead">A session at a time, from its first stream on. A triangle is a promise at the browser, a diamond the page taking the push, a cross a reset. Hatched: pushed; crossed: pushed for nothing.</p>
${drawingDefs()}
${shown.map((group, index) => groupHtml(group, index, shown.length))}
${groups.length > shown.length && markup`<p class="note left-out">${plural(groups.length - shown.length, 'more session')} not drawn; <code>lab inspect --json</code> has all of them.</p>`}
</section>`;
}

type Group = Pick<Inspection, 'requests' | 'pushes'> & { readonly title: string };

function groupsOf({ sessions, requests, pushes }: Inspection): readonly Group[] {
  const bySession = new Map<
    number | null,
    { requests: Inspection['requests']; pushes: Inspection['pushes'] }
  >();
  const groupOf = (session: number | null) => {
    let group = bySession.get(session);
    if (!group) bySession.set(session, (group = { requests: [], pushes: [] }));
    return group;
  };
  for (const request of requests)
    if (request.startedMs !== null) groupOf(request.session).requests.push(request);
  for (const push of pushes) if (startOf(push) !== null) groupOf(push.session).pushes.push(push);
  const authorities = new Map(sessions.map(({ session, authority }) => [session, authority]));
  return [...bySession]
    .map(([session, group]) => ({
      ...group,
      title: session === null ? 'All entries' : `${authorities.get(session) ?? ''}, session ${session}`,
    }))
    .sort(
      (left, right) =>
        right.pushes.length - left.pushes.length || right.requests.length - left.requests.length,
    );
}

function groupHtml({ title, requests, pushes }: Group, index: number, groups: number): Markup {
  const starts = [
    ...requests.map(({ startedMs }) => startedMs ?? 0),
    ...pushes.map((push) => startOf(push) ?? 0),
  ];
  const originMs = starts.reduce((first, at) => Math.min(first, at), Infinity);
  const rows = streamRows(requests, pushes, originMs);
  const last = rows
    .flatMap(({ spans, marks }) => [...spans.map(({ to }) => to), ...marks.map(({ at }) => at)])
    .reduce((latest, at) => Math.max(latest, at), 0);
  const axis = axisUntil(last);
  const bounds = { mostRows: Math.max(20, Math.floor(MOST_ROWS / groups)), mostChars: MOST_CHARS / groups };
  const { drawn, leftOut } = boundedRows(
    rows,
    (row, at) => rowHtml(row, axis.end, at === 0),
    bounds,
    'lab inspect --json',
  );
  const id = `session-${index + 1}`;
  return markup`<article class="waterfall" aria-labelledby="${id}">
<header><h3 id="${id}">${title}</h3><p class="wf-meta">${plural(requests.length, 'request')}, ${plural(pushes.length, 'push', 'pushes')}; 0 is ${msText(originMs)} after the first event of the file.${leftOut > 0 && ` ${plural(leftOut, 'row')} not drawn.`}</p></header>
<div class="wf-scroll"><div class="wf-canvas levels-1">
<svg class="wf-grid" aria-hidden="true">${axis.ticks.filter(({ minor }) => !minor).map(({ at }) => markup`<line x1="${share(at, axis.end)}" x2="${share(at, axis.end)}" y1="0" y2="100%"/>`)}</svg>
<div class="wf-head"><span class="wf-label"></span><svg class="wf-axis" width="100%" height="18" aria-hidden="true">${axisLabels(axis)}</svg></div>
<ul class="wf-rows" aria-label="Streams of ${title}, in order of their start">
${drawn}</ul>
</div></div>
</article>`;
}

const MOST_SESSIONS = 12;
const MOST_ROWS = 400;
const MOST_CHARS = 900_000;
