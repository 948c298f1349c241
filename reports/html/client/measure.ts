import { formatBytes, formatMs, formatShare } from '../../format.ts';
import { all, element } from './dom.ts';
import { holderAt, slotsOf } from './slots.ts';
import { valueAt } from './series.ts';
import { shareAt } from './zoom.ts';

/** A line under the pointer, at the same moment in every waterfall, with the value of every lane at that moment. */
export function startMeasuring(): void {
  const section = document.getElementById('waterfalls');
  if (!section) return;
  const end = Number(section.dataset['end']);
  const times = all('.wf-canvas', section).map((canvas) => {
    const cursor = element('div', 'cursor');
    const time = cursor.appendChild(element('span', 'cursor-time'));
    canvas.append(cursor);
    return time;
  });
  const lanes = all('.wf-lane', section).map((lane) => ({
    readout: lane.querySelector('.readout'),
    slots: slotsOf(lane.querySelector<SVGElement>('.slots')),
    series: all<SVGPathElement>('.series', lane),
  }));
  let frame = 0;

  const measure = (share: number): void => {
    section.style.setProperty('--cursor', String(share));
    section.classList.add('measuring');
    for (const time of times) time.textContent = formatMs(share * end);
    for (const { readout, series, slots } of lanes) {
      if (!readout) continue;
      if (slots) {
        readout.textContent = holderAt(slots, share);
        continue;
      }
      readout.textContent = series
        .map((path) => `${path.dataset['name'] ?? ''} ${written(path, valueOf(path, share))}`)
        .join(', ');
    }
  };

  for (const scroller of all('.wf-scroll', section)) {
    scroller.addEventListener('pointermove', (event) => {
      const share = shareAt(scroller, event.clientX);
      const isOnLabel = event.target instanceof Element && event.target.closest('.wf-label') !== null;
      cancelAnimationFrame(frame);
      if (isOnLabel || share < 0 || share > 1) section.classList.remove('measuring');
      else frame = requestAnimationFrame(() => measure(share));
    });
    scroller.addEventListener('pointerleave', () => {
      cancelAnimationFrame(frame);
      section.classList.remove('measuring');
    });
  }
}

function valueOf(path: SVGPathElement, share: number): number | undefined {
  return valueAt(path.getAttribute('d') ?? '', share, Number(path.dataset['top']));
}

function written(path: SVGPathElement, value: number | undefined): string {
  return path.dataset['name'] === 'use' ? formatShare(value ?? 0, 0) : formatBytes(value);
}
