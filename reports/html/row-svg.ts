import { keyHtml } from './bottleneck/key-html.ts';
import { markup, type Markup } from './escape.ts';
import type { Mark, Row, Span, SpanKind, Tag } from './rows.ts';

/** Height of a row in CSS px; the style sheet has the same number. */
export const ROW_HEIGHT = 22;

/** One row: a label that stays, and a plot whose x is a share of the time axis, so that it fits any width. */
export function rowHtml(row: Row, end: number, isFirst: boolean): Markup {
  return markup`<li class="wf-row ${row.kind}" tabindex="${isFirst ? 0 : -1}" aria-label="${row.summary}" data-tags="${row.tags.join(' ')}" data-facts="${row.facts.map(factLine).join('\n')}"><span class="wf-label">${(row.kind === 'resource' || row.kind === 'push') && keyHtml(row.key)}${nameHtml(row.name)}${row.tags.map((tag) => tagHtml(tag, row.errorStatus))}<span class="measure${row.wasteful && ' wasted'}">${row.measure}</span></span><svg class="wf-plot" width="100%" height="${ROW_HEIGHT}" aria-hidden="true">${row.spans.map((span) => spanSvg(span, end))}${row.marks.map((mark) => markSvg(mark, end))}</svg></li>
`;
}

/** The end of a path says which file it is, so the folders before it give way first. */
export function nameHtml(name: string): Markup {
  const cut = name.lastIndexOf('/', name.length - 2) + 1;
  return cut === 0 || cut === name.length
    ? markup`<span class="name"><span class="tail">${name}</span></span>`
    : markup`<span class="name"><span class="head">${name.slice(0, cut)}</span><span class="tail">${name.slice(cut)}</span></span>`;
}

/** A response that is an error says with which status it failed. */
function tagHtml(tag: Tag, errorStatus: number | undefined): Markup {
  if (tag === 'failed' && errorStatus !== undefined) {
    return markup`<span class="tag tag-failed" title="status ${errorStatus}: an error came instead of the file">${errorStatus}</span>`;
  }
  return markup`<span class="tag tag-${tag}" title="${TAG_TITLES[tag]}">${tag}</span>`;
}

/** A moment as a share of the axis, e.g. `12.345%`. */
export function share(at: number, end: number): string {
  return `${Number(((Math.min(Math.max(at, 0), end) / end) * 100).toFixed(3))}%`;
}

/** The patterns and marks that all rows refer to; once per page, before the first of them. */
export function drawingDefs(): Markup {
  return markup`<svg class="defs" width="0" height="0" aria-hidden="true"><defs>
<pattern id="hatch-push" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-push-ground" width="6" height="6"/><rect class="hatch-push-line" width="2.4" height="6"/></pattern>
<pattern id="hatch-waste" width="5" height="5" patternUnits="userSpaceOnUse"><rect class="hatch-waste-ground" width="5" height="5"/><path class="hatch-waste-line" d="M0 0L5 5M5 0L0 5"/></pattern>
<path id="mark-promise" d="M-4.5 -7.5H4.5L0 -0.5Z"/>
<path id="mark-adopted" d="M0 -5L4.5 0L0 5L-4.5 0Z"/>
<path id="mark-reset" d="M-4 -4L4 4M4 -4L-4 4"/>
<path id="mark-hint" d="M-3.5 -3.5H3.5V3.5H-3.5Z"/>
<path id="mark-failure" d="M-3.5 -3.5L3.5 3.5M3.5 -3.5L-3.5 3.5"/>
<path id="mark-drop" d="M0 -4V4"/>
<circle id="mark-loss" r="3"/>
</defs></svg>`;
}

function spanSvg({ kind, from, to }: Span, end: number): Markup {
  const { y, height } = GEOMETRY[kind];
  const last = Math.min(to, end);
  if (from > end) return markup``;
  const width = Math.max(last - from, end / NARROWEST_SPAN);
  return markup`<rect class="${kind}" x="${share(from, end)}" y="${y}" width="${share(width, end)}" height="${height}"/>`;
}

function markSvg({ kind, at }: Mark, end: number): Markup {
  return markup`<use class="mark-${kind}" href="#mark-${kind}" x="${share(at, end)}" y="${MIDDLE}"/>`;
}

/** Tabs and line ends separate the facts, so they cannot be part of one. */
function factLine(fact: readonly [string, string]): string {
  return fact.map((part) => part.replace(/[\t\n\r]+/g, ' ')).join('\t');
}

// The more certain bytes moved, the taller: waiting is thin, an open response is lighter, arrivals are solid.
const GEOMETRY: Readonly<Record<SpanKind, { readonly y: number; readonly height: number }>> = {
  connect: { y: 5, height: 8 },
  tls: { y: 5, height: 8 },
  open: { y: 8.5, height: 1 },
  queued: { y: 8.5, height: 1 },
  wait: { y: 6, height: 6 },
  receive: { y: 5, height: 8 },
  arrival: { y: 2, height: 14 },
  'push-wait': { y: 8, height: 2 },
  'push-receive': { y: 5, height: 8 },
  'push-arrival': { y: 2, height: 14 },
  'waste-receive': { y: 5, height: 8 },
  'waste-arrival': { y: 2, height: 14 },
  send: { y: 18, height: 2 },
  hint: { y: 8, height: 2 },
  failure: { y: 8.5, height: 1 },
};

// Of the bars; under them is room for the server's line.
const MIDDLE = 9;
// A span is at least this part of the axis: about a pixel.
const NARROWEST_SPAN = 900;

const TAG_TITLES: Readonly<Record<Tag, string>> = {
  push: 'pushed by the server',
  unused: 'the page never used it',
  refused: 'refused by the browser',
  cancelled: 'reset before its end',
  mismatch: 'taken up and then rejected: request and promise did not match',
  lost: 'the promise or its response never reached the browser',
  twice: 'pushed and requested',
  '103': 'announced in a 103 Early Hints response',
  preload: 'announced by Link: rel=preload',
  blocking: 'the first paint waits for it',
  failed: 'could not be loaded',
  cache: 'read from the cache',
};
