import type { Arrival, Step } from '../../lab/trace/waterfall.ts';

/**
 * The series a plot of `buckets` columns can show: per column the first, lowest, highest and last value, in their
 * order. Nothing a reader could see is lost: no peak, no trough, and the value between columns stays right.
 */
export function downsampleSteps(
  steps: readonly Step[],
  from: number,
  to: number,
  buckets: number,
): readonly Step[] {
  const kept: Step[] = [];
  let before: Step | undefined;
  let column: Step[] = [];
  let current = -1;
  const flush = (): void => {
    kept.push(...extremes(column));
    column = [];
  };
  for (const step of steps) {
    const [time] = step;
    if (time < from) {
      before = step;
      continue;
    }
    if (time > to) break;
    const bucket = Math.min(buckets - 1, Math.floor(((time - from) / (to - from || 1)) * buckets));
    if (bucket !== current) flush();
    current = bucket;
    column.push(step);
  }
  flush();
  const first = kept[0];
  if (!before || (first && first[0] <= from)) return kept;
  // A value that was set before the plot begins still holds when it does.
  const held: Step = [from, before[1]];
  return [held, ...kept];
}

function extremes(column: readonly Step[]): readonly Step[] {
  if (column.length <= 2) return column;
  let lowest = 0;
  let highest = 0;
  column.forEach(([, value], index) => {
    if (value < (column[lowest]?.[1] ?? value)) lowest = index;
    if (value > (column[highest]?.[1] ?? value)) highest = index;
  });
  const wanted = new Set([0, lowest, highest, column.length - 1]);
  return column.filter((_, index) => wanted.has(index));
}

/**
 * When the downlink was busy with these bytes: each arrival ends when the browser had it and is as wide as its
 * bytes take at the downlink's rate. Spans closer than `gap` are one, since nobody could see between them.
 */
export function arrivalSpans(
  arrivals: readonly Arrival[],
  bandwidthBps: number,
  earliest: number,
  gap: number,
): readonly (readonly [from: number, to: number])[] {
  const spans: [number, number][] = [];
  for (const [time, bytes] of arrivals) {
    const from = Math.min(time, Math.max(earliest, time - (bytes * 8000) / bandwidthBps));
    const last = spans.at(-1);
    if (last && from - last[1] <= gap) {
      last[0] = Math.min(last[0], from);
      last[1] = Math.max(last[1], time);
    } else {
      spans.push([from, time]);
    }
  }
  return spans;
}
