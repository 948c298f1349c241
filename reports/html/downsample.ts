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
 * Blocks for the arrivals of a body: each ends when the browser had the bytes and is as wide as they take at the
 * downlink's rate, so that a link kept busy makes one long block. What came at one moment is at most as wide as one
 * frame: bytes held back behind a loss came late, and all at once, and are drawn that way. Blocks closer than `gap`
 * are one, since nobody could see between them.
 */
export function arrivalSpans(
  arrivals: readonly Arrival[],
  bandwidthBps: number,
  earliest: number,
  gap: number,
): readonly (readonly [from: number, to: number])[] {
  const spans: [number, number][] = [];
  for (const [time, bytes] of byMoment(arrivals)) {
    const width = (Math.min(bytes, FRAME_BYTES) * PACKET_BYTES * 8000) / (SEGMENT_BYTES * bandwidthBps);
    const last = spans.at(-1);
    const from = Math.min(time, Math.max(earliest, last?.[1] ?? earliest, time - width));
    if (last && from - last[1] <= gap) last[1] = time;
    else spans.push([from, time]);
  }
  return spans;
}

/** The browser hands out a TLS record's frames one after the other, but has them at once. */
function byMoment(arrivals: readonly Arrival[]): readonly Arrival[] {
  const moments: Arrival[] = [];
  for (const [time, bytes] of arrivals) {
    const last = moments.at(-1);
    if (last && time - last[0] < SAME_MOMENT_MS) moments[moments.length - 1] = [last[0], last[1] + bytes];
    else moments.push([time, bytes]);
  }
  return moments;
}

// The default SETTINGS_MAX_FRAME_SIZE (RFC 9113 §6.5.2), and the largest TLS record.
const FRAME_BYTES = 16_384;
// The link counts IP packets, headers included; a full one carries this much payload.
const PACKET_BYTES = 1500;
const SEGMENT_BYTES = 1448;
// The browser's log knows whole milliseconds.
const SAME_MOMENT_MS = 1.5;
