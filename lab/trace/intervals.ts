/** [from, to] in ms. */
export type Interval = readonly [startMs: number, endMs: number];

/** The same moments, in order and without overlap. Empty and reversed intervals vanish. */
export function union(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.filter(([start, end]) => end > start).sort(([a], [b]) => a - b);
  const joined: [number, number][] = [];
  for (const [start, end] of sorted) {
    const last = joined.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else joined.push([start, end]);
  }
  return joined;
}

/** How long both are on, ms. Each list is in order and without overlap, as `union` makes it. */
export function overlapMs(some: readonly Interval[], others: readonly Interval[]): number {
  let total = 0;
  for (let i = 0, k = 0; i < some.length && k < others.length;) {
    const [start, end] = some[i]!;
    const [otherStart, otherEnd] = others[k]!;
    total += Math.max(0, Math.min(end, otherEnd) - Math.max(start, otherStart));
    if (end < otherEnd) i++;
    else k++;
  }
  return total;
}
