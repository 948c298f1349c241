/** Whose bytes the bottleneck passed, read back from the strip (see `slotsHtml`). */
export interface DrawnSlot {
  readonly from: number;
  readonly to: number;
  readonly words: string;
}

/** The slots of a strip, in order; undefined where there is no strip. */
export function slotsOf(strip: SVGElement | null): readonly DrawnSlot[] | undefined {
  if (!strip) return undefined;
  const names = (strip.dataset['names'] ?? '').split('\n');
  return (strip.dataset['slots'] ?? '')
    .split(',')
    .filter((slot) => slot !== '')
    .map((slot) => {
      const [x = 0, width = 0, name = 0] = slot.split(' ').map(Number);
      const fate = FATES[slot.at(-1) ?? ''] ?? '';
      return { from: x / UNITS_X, to: (x + width) / UNITS_X, words: (names[name] ?? '') + fate };
    });
}

/** Who held the bottleneck at a share of the time axis. */
export function holderAt(slots: readonly DrawnSlot[], share: number): string {
  return slots.find(({ from, to }) => share >= from && share < to)?.words ?? 'no body';
}

const FATES: Readonly<Record<string, string>> = { r: '', p: ' (pushed)', w: ' (pushed for nothing)' };
// The viewBox of a lane.
const UNITS_X = 10_000;
