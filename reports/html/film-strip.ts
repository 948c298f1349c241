import type { FilmRecord } from '../../lab/run/results.ts';
import { tickDigits } from './axis.ts';

export type FilmFrame = FilmRecord['frames'][number];

/** A moment of a load that a frame is marked with. */
export interface FilmMark {
  readonly name: string;
  readonly atMs: number;
}

/** What one film shows at one time of the axis. */
export interface StripCell {
  readonly atMs: number;
  /** Undefined before the first frame. */
  readonly frame: FilmFrame | undefined;
  /** It differs from the cell before. */
  readonly changed: boolean;
  /** What happened since the cell before: this is the first one that shows it. */
  readonly marks: readonly FilmMark[];
}

/** Round times, equally far apart, at most MOST_CELLS: the first at or before `startMs`, the last at or after `endMs`. */
export function stripTimes(startMs: number, endMs: number): readonly number[] {
  const end = Math.max(endMs, startMs + 1);
  for (let power = 10 ** Math.floor(Math.log10((end - startMs) / MOST_CELLS)); ; power *= 10) {
    for (const factor of STEPS) {
      const step = Number((factor * power).toPrecision(3));
      const first = Math.floor(startMs / step + 1e-9);
      const count = Math.ceil(end / step - 1e-9) - first + 1;
      if (count <= MOST_CELLS) return Array.from({ length: count }, (_, index) => (first + index) * step);
    }
  }
}

/** `0 s`, `1.5 s`, or in ms where the last of them is below a second. */
export function stripLabels(times: readonly number[]): readonly string[] {
  const step = (times[1] ?? 0) - (times[0] ?? 0);
  return (times.at(-1) ?? 0) < 1000
    ? times.map((time) => `${time.toFixed(tickDigits(step))}\u00a0ms`)
    : times.map((time) => `${(time / 1000).toFixed(tickDigits(step / 1000))}\u00a0s`);
}

/** One film at the times of the axis. A frame stays on the screen until the next one. */
export function stripCells(film: FilmRecord, times: readonly number[]): readonly StripCell[] {
  const marks = filmMarks(film);
  return times.map((atMs, index) => {
    const before = times[index - 1] ?? -1;
    const frame = frameAt(film, atMs);
    return {
      atMs,
      frame,
      changed: frame !== undefined && frame !== frameAt(film, before),
      marks: marks.filter((mark) => mark.atMs > before && mark.atMs <= atMs),
    };
  });
}

export function frameAt({ frames }: FilmRecord, atMs: number): FilmFrame | undefined {
  return frames.findLast((frame) => frame.atMs <= atMs);
}

/** In the order of time. */
export function filmMarks({ metrics, visuallyCompleteMs }: FilmRecord): readonly FilmMark[] {
  const moments: readonly (readonly [string, number | undefined])[] = [
    ['FCP', metrics.firstContentfulPaint],
    ['LCP', metrics.largestContentfulPaint],
    ['complete', visuallyCompleteMs],
  ];
  return moments
    .flatMap(([name, atMs]) => (atMs === undefined ? [] : [{ name, atMs }]))
    .sort((left, right) => left.atMs - right.atMs);
}

// As many as can still be read side by side; with these steps never fewer than seven.
const MOST_CELLS = 12;
const STEPS = [1, 1.5, 2, 2.5, 3, 4, 5];
