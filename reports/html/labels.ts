/** A label that stands beside a vertical line; both numbers are shares of the plot's width. */
export interface LineLabel {
  readonly at: number;
  readonly width: number;
}

/** `level` 0 is the top; the line starts at its label's level and runs down. */
export interface LabelPlace {
  readonly level: number;
  readonly side: 'left' | 'right';
}

/**
 * Finds places where no two labels overlap and no line runs through a label. A label stands right of its line
 * unless it would leave the plot. The answer is in the order of the input.
 */
export function placeLabels(labels: readonly LineLabel[]): readonly LabelPlace[] {
  const places: LabelPlace[] = labels.map(({ at, width }) => ({
    level: 0,
    side: at + width > 1 ? 'left' : 'right',
  }));
  const spans = labels.map(({ at, width }, index): readonly [number, number] =>
    places[index]?.side === 'left' ? [at - width, at] : [at, at + width],
  );
  // Along the direction a label points in, every line it covers has to start below it: so labels are placed from
  // the line's end of the chain, left-pointing ones first because they are pushed back by the edge of the plot.
  const order = labels
    .map((_, index) => index)
    .sort((a, b) => {
      const [left, right] = [places[a]?.side === 'left', places[b]?.side === 'left'];
      if (left !== right) return left ? -1 : 1;
      const distance = (labels[a]?.at ?? 0) - (labels[b]?.at ?? 0);
      return left ? -distance : distance;
    });
  const placed: number[] = [];
  for (const index of order) {
    let level = 0;
    while (placed.some((other) => conflicts(index, level, other))) level++;
    places[index] = { level, side: places[index]?.side ?? 'right' };
    placed.push(index);
  }
  return places;

  function conflicts(index: number, level: number, other: number): boolean {
    const otherLevel = places[other]?.level ?? 0;
    const [from, to] = spans[index] ?? [0, 0];
    const [otherFrom, otherTo] = spans[other] ?? [0, 0];
    if (level === otherLevel && from < otherTo && otherFrom < to) return true;
    // My line would run down through the other's text.
    if (level < otherLevel && isWithin(labels[index]?.at ?? 0, otherFrom, otherTo)) return true;
    // The other's line would run down through my text. Not every set of lines can avoid that (two that stand in each
    // other's labels cannot), so a label gives up at the bottom, where its halo keeps it legible.
    return level > otherLevel && level < labels.length && isWithin(labels[other]?.at ?? 0, from, to);
  }
}

function isWithin(at: number, from: number, to: number): boolean {
  return at > from && at < to;
}
