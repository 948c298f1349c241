import { all, element, movedIndex } from './dom.ts';

/**
 * Rows of a waterfall: details on hover and focus, arrow keys from row to row, one tab stop per waterfall. Listens at the
 * section, since rows come and go with the trial that is drawn.
 */
export function startRows(): void {
  const tooltip = document.getElementById('tooltip');
  const section = document.getElementById('waterfalls');
  if (!tooltip || !section) return;
  const rowOf = (event: Event): HTMLElement | null =>
    event.target instanceof Element ? event.target.closest<HTMLElement>('.wf-row') : null;
  section.addEventListener('pointermove', (event) => {
    const row = rowOf(event);
    if (!row) hideDetails(tooltip);
    else if (event.pointerType !== 'touch') showDetails(tooltip, row, { x: event.clientX, y: event.clientY });
  });
  section.addEventListener('pointerleave', () => hideDetails(tooltip));
  section.addEventListener('focusin', (event) => {
    const row = rowOf(event);
    if (row?.matches(':focus-visible')) showDetails(tooltip, row, undefined);
  });
  section.addEventListener('focusout', () => hideDetails(tooltip));
  section.addEventListener('redrawn', () => hideDetails(tooltip));
  section.addEventListener('keydown', (event) => {
    const list = rowOf(event)?.closest<HTMLElement>('.wf-rows');
    if (list) onKey(event, list, tooltip);
  });
  section.addEventListener('click', (event) => {
    const row = rowOf(event);
    if (row) showDetails(tooltip, row, { x: event.clientX, y: event.clientY });
  });
  addEventListener('scroll', () => onScroll(tooltip), { passive: true });
}

function onKey(event: KeyboardEvent, list: HTMLElement, tooltip: HTMLElement): void {
  if (event.key === 'Escape') hideDetails(tooltip);
  const rows = all('.wf-row', list).filter((row) => !row.hidden);
  const index = rows.findIndex((row) => row === document.activeElement);
  const next = movedIndex(event.key, index, rows.length, { back: 'ArrowUp', forth: 'ArrowDown' });
  if (next === undefined || index === -1) return;
  event.preventDefault();
  for (const row of all('.wf-row', list)) row.tabIndex = -1;
  const row = rows[next];
  if (!row) return;
  row.tabIndex = 0;
  row.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  row.focus({ preventScroll: true });
  showDetails(tooltip, row, undefined);
}

/**
 * The arrow keys scroll as well, and the page hears of it a frame later: the details of the focused row go with it as long
 * as it is seen.
 */
function onScroll(tooltip: HTMLElement): void {
  if (shown === undefined) return;
  const { top, bottom } = shown.getBoundingClientRect();
  const isSeen = bottom > 0 && top < innerHeight;
  if (shown === document.activeElement && isSeen) place(tooltip, shown, undefined);
  else hideDetails(tooltip);
}

function showDetails(tooltip: HTMLElement, row: HTMLElement, at: { x: number; y: number } | undefined): void {
  const described = tooltip.dataset['row'] === row.dataset['row'] && !tooltip.hidden && shown === row;
  if (!described) {
    hideDetails(tooltip);
    shown = row;
    row.setAttribute('aria-describedby', tooltip.id);
    tooltip.replaceChildren(
      element('div', 'tip-title', row.querySelector('.name')?.textContent ?? ''),
      factList(row),
    );
    tooltip.hidden = false;
  }
  place(tooltip, row, at);
}

let shown: HTMLElement | undefined;

function hideDetails(tooltip: HTMLElement): void {
  tooltip.hidden = true;
  shown?.removeAttribute('aria-describedby');
  shown = undefined;
}

/** The facts travel as tab-separated lines and become text nodes: nothing in a URL can turn into markup here. */
function factList(row: HTMLElement): HTMLElement {
  const list = element('dl', '');
  for (const line of (row.dataset['facts'] ?? '').split('\n')) {
    const [label = '', value = ''] = line.split('\t');
    list.append(element('dt', value === '' ? 'section' : '', label));
    if (value !== '') list.append(element('dd', '', value));
  }
  return list;
}

/** Beside the pointer, or under the focused row and right of its label; always wholly on the screen. */
function place(tooltip: HTMLElement, row: HTMLElement, at: { x: number; y: number } | undefined): void {
  const { width, height } = tooltip.getBoundingClientRect();
  const box = row.getBoundingClientRect();
  const label = row.querySelector('.wf-label')?.getBoundingClientRect().right ?? box.left;
  const x = (at ? at.x : label) + GAP;
  const below = (at ? at.y : box.bottom) + GAP;
  const above = (at ? at.y : box.top) - GAP - height;
  const left = at && x + width > innerWidth - EDGE ? at.x - GAP - width : x;
  const top = below + height > innerHeight - EDGE && above > EDGE ? above : below;
  tooltip.style.left = `${clamp(left, EDGE, innerWidth - width - EDGE)}px`;
  tooltip.style.top = `${clamp(top, EDGE, innerHeight - height - EDGE)}px`;
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}

const GAP = 14;
const EDGE = 8;
