import { formatBytes, formatMs, formatShare } from '../../format.ts';
import { all, element } from './dom.ts';
import { holderAt, slotsOf } from './slots.ts';
import { valueAt } from './series.ts';
import { shareAt } from './zoom.ts';

/** A line under the pointer, at the same moment in every waterfall, with the value of every lane at that moment. */
export function startMeasuring(): void {
  const section = document.getElementById('waterfalls');
  if (!section) return;
  let instruments: Instruments | undefined;
  let frame = 0;

  const measure = (share: number): void => {
    instruments ??= instrumentsOf(section);
    section.classList.add('measuring');
    const text = formatMs(share * Number(section.dataset['end']));
    for (const { line, time } of instruments.cursors) {
      // Set here and not at the section: there every row would have to be styled anew with every move.
      line.style.setProperty('--cursor', String(share));
      time.textContent = text;
    }
    for (const { readout, read } of instruments.lanes) readout.textContent = read(share);
  };
  const stop = (): void => {
    cancelAnimationFrame(frame);
    section.classList.remove('measuring');
  };

  section.addEventListener('pointermove', (event) => {
    const target = event.target instanceof Element ? event.target : section;
    const scroller = target.closest<HTMLElement>('.wf-scroll');
    const share = scroller && !target.closest('.wf-label') ? shareAt(scroller, event.clientX) : -1;
    cancelAnimationFrame(frame);
    if (share < 0 || share > 1) stop();
    else frame = requestAnimationFrame(() => measure(share));
  });
  section.addEventListener('pointerleave', stop);
  section.addEventListener('redrawn', () => {
    stop();
    instruments = undefined;
  });
}

/** What is written into as the pointer moves; looked up once per drawing. */
interface Instruments {
  readonly cursors: readonly { readonly line: HTMLElement; readonly time: HTMLElement }[];
  readonly lanes: readonly { readonly readout: Element; readonly read: (share: number) => string }[];
}

function instrumentsOf(section: HTMLElement): Instruments {
  return {
    cursors: all('.wf-canvas', section).map((canvas) => {
      const line = element('div', 'cursor');
      const time = line.appendChild(element('span', 'cursor-time'));
      canvas.append(line);
      return { line, time };
    }),
    lanes: all('.wf-lane', section).flatMap((lane) => {
      const readout = lane.querySelector('.readout');
      return readout ? [{ readout, read: readerOf(lane) }] : [];
    }),
  };
}

function readerOf(lane: HTMLElement): (share: number) => string {
  const slots = slotsOf(lane.querySelector<SVGElement>('.slots'));
  if (slots) return (share) => holderAt(slots, share);
  const series = all<SVGPathElement>('.series', lane);
  return (share) =>
    series.map((path) => `${path.dataset['name'] ?? ''} ${written(path, valueOf(path, share))}`).join(', ');
}

function valueOf(path: SVGPathElement, share: number): number | undefined {
  return valueAt(path.getAttribute('d') ?? '', share, Number(path.dataset['top']));
}

function written(path: SVGPathElement, value: number | undefined): string {
  return path.dataset['name'] === 'use' ? formatShare(value ?? 0, 0) : formatBytes(value);
}
