import { all, element } from './dom.ts';

/** Zoom of all waterfalls at once: they stay on one time axis, and scroll together. */
export function startZoom(): void {
  const section = document.getElementById('waterfalls');
  if (!section || !all('.wf-scroll').length) return;
  const [output] = all<HTMLOutputElement>('.zoom-level');
  let scrollers = all('.wf-scroll', section);
  let zoom = 1;
  let position = 0;

  const first = (): HTMLElement => scrollers[0] ?? section;

  /** Keeps the moment at `share` of the axis at the left edge, or in the middle. */
  const zoomTo = (level: number, share: number, anchor: 'left' | 'middle'): void => {
    zoom = Math.max(1, Math.min(level, DEEPEST));
    section.style.setProperty('--zoom', String(zoom));
    section.classList.toggle('zoomed', zoom >= FINE_TICKS);
    if (output) output.value = `${Number(zoom.toFixed(zoom < 10 ? 1 : 0))}×`;
    const { label, plot, view } = measures(first());
    const left = share * plot - (anchor === 'middle' ? (view - label) / 2 : 0);
    for (const scroller of scrollers) scroller.scrollLeft = left;
  };
  const middle = (): number => {
    const { label, plot, view } = measures(first());
    return (first().scrollLeft + (view - label) / 2) / plot;
  };

  for (const button of all<HTMLButtonElement>('[data-zoom]', section)) {
    button.addEventListener('click', () => {
      const how = button.dataset['zoom'];
      if (how === 'fit') zoomTo(1, 0, 'left');
      else if (how === 'paint')
        zoomTo(Number(section.dataset['end']) / (Number(section.dataset['paint']) * PAINT_AIR), 0, 'left');
      else zoomTo(how === 'in' ? zoom * STEP : zoom / STEP, middle(), 'middle');
    });
  }
  // A scroll does not bubble, but on its way down it passes the section.
  section.addEventListener(
    'scroll',
    (event) => {
      if (!(event.target instanceof HTMLElement) || !event.target.matches('.wf-scroll')) return;
      position = event.target.scrollLeft;
      for (const other of scrollers) if (other.scrollLeft !== position) other.scrollLeft = position;
    },
    true,
  );
  section.addEventListener('redrawn', () => {
    const kept = position;
    scrollers = all('.wf-scroll', section);
    for (const scroller of scrollers) scroller.scrollLeft = kept;
  });
  startSelecting(section, (from, to) => zoomTo(1 / (to - from), from, 'left'));
}

/** Where the plot is within a canvas: sticky labels left of it, the rest scrolls. */
export function measures(scroller: HTMLElement): { label: number; plot: number; view: number } {
  const label = scroller.querySelector('.wf-label')?.getBoundingClientRect().width ?? 0;
  const canvas = scroller.querySelector('.wf-canvas')?.getBoundingClientRect().width ?? 1;
  return { label, plot: Math.max(1, canvas - label), view: scroller.clientWidth };
}

/** The share of the time axis under a pointer; outside 0…1 where the pointer is not over the plot. */
export function shareAt(scroller: HTMLElement, clientX: number): number {
  const { label, plot } = measures(scroller);
  return (clientX - scroller.getBoundingClientRect().left + scroller.scrollLeft - label) / plot;
}

function startSelecting(section: HTMLElement, selected: (from: number, to: number) => void): void {
  section.addEventListener('pointerdown', (event) => {
    const target = event.target instanceof Element ? event.target : section;
    const scroller = target.closest<HTMLElement>('.wf-scroll');
    const canvas = scroller?.querySelector<HTMLElement>('.wf-canvas');
    if (!scroller || !canvas) return;
    const isOnLabel = target.closest('.wf-label') !== null;
    const start = shareAt(scroller, event.clientX);
    // Touch drags scroll; on a touch screen the buttons zoom.
    if (isOnLabel || event.button !== 0 || event.pointerType === 'touch' || start < 0) return;
    const band = element('div', 'selection');
    const move = (at: PointerEvent): void => {
      const { label, plot } = measures(scroller);
      const [from, to] = ordered(start, shareAt(scroller, at.clientX));
      band.style.left = `${label + from * plot}px`;
      band.style.width = `${(to - from) * plot}px`;
      if ((to - from) * plot > SLIP) {
        if (!band.isConnected) canvas.append(band);
        at.preventDefault();
      }
    };
    const end = (at: PointerEvent): void => {
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', end);
      removeEventListener('pointercancel', end);
      const [from, to] = ordered(start, shareAt(scroller, at.clientX));
      if (at.type === 'pointerup' && band.isConnected) selected(from, to);
      band.remove();
    };
    // Otherwise the drag would select the page's text.
    event.preventDefault();
    addEventListener('pointermove', move);
    addEventListener('pointerup', end);
    addEventListener('pointercancel', end);
  });
}

function ordered(start: number, at: number): readonly [from: number, to: number] {
  const end = Math.max(0, Math.min(1, at));
  return start < end ? [start, end] : [end, start];
}

const STEP = 1.6;
// Room for the label right of the line.
const PAINT_AIR = 1.25;
// Deeper, and the drawing shows the grain of its own coordinates.
const DEEPEST = 40;
const FINE_TICKS = 2.5;
// CSS px that a click may move without being a drag.
const SLIP = 6;
