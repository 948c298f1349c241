import { MILESTONES, type CellComparison, type ErrorSummary } from '../../lab/transfer/kernel-comparison.ts';
import { COLOURS, dot, line, text } from './svg.ts';

/** Errors below this are no different from none. */
const FLOOR_PERCENT = 0.01;
const CEILING_PERCENT = 10;
const TICKS = [0.01, 0.03, 0.1, 0.3, 1, 3, 10];

interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly rowHeight: number;
  readonly targets: { readonly median: number; readonly p95: number };
}

/** A row per group, a dot per milestone; the group's median is a bar. */
export function errorDots(
  cells: readonly CellComparison[],
  summaries: readonly ErrorSummary[],
  { left, top, width, rowHeight, targets }: Place,
): string[] {
  const decades = Math.log10(CEILING_PERCENT / FLOOR_PERCENT);
  const x = (percent: number) => {
    const within = Math.min(Math.max(percent, FLOOR_PERCENT), CEILING_PERCENT);
    return left + (Math.log10(within / FLOOR_PERCENT) / decades) * width;
  };
  const bottom = top + summaries.length * rowHeight;
  const shapes: string[] = [];
  for (const tick of TICKS) {
    shapes.push(line(x(tick), top, x(tick), bottom, COLOURS.grid));
    const words =
      tick === FLOOR_PERCENT ? `≤ ${tick} %` : tick === CEILING_PERCENT ? `≥ ${tick} %` : `${tick} %`;
    shapes.push(text(x(tick), bottom + 17, words, { anchor: 'middle', fill: COLOURS.faint }));
  }
  for (const [name, percent] of [
    ['target: median', targets.median],
    ['target: 95th percentile', targets.p95],
  ] as const) {
    shapes.push(line(x(percent), top - 8, x(percent), bottom, COLOURS.target, { dashed: true, width: 1.2 }));
    shapes.push(text(x(percent), top - 12, name, { anchor: 'middle', size: 11, fill: COLOURS.target }));
  }
  summaries.forEach(({ group, median }, row) => {
    const rowTop = top + row * rowHeight;
    shapes.push(line(left - 46, rowTop + rowHeight, left + width, rowTop + rowHeight, COLOURS.grid));
    shapes.push(text(left - 46, rowTop + rowHeight / 2 + 4, group, { bold: true }));
    MILESTONES.forEach((milestone, lane) => {
      const y = rowTop + 6 + (lane * (rowHeight - 12)) / (MILESTONES.length - 1);
      for (const cell of cells.filter((candidate) => candidate.group === group)) {
        for (const flow of cell.flows) {
          const error = flow[milestone];
          if (error !== null) shapes.push(dot(x(Math.abs(error)), y, COLOURS.model));
        }
      }
    });
    shapes.push(line(x(median), rowTop + 3, x(median), rowTop + rowHeight - 3, COLOURS.ink, { width: 2.5 }));
  });
  shapes.push(
    text(
      left + width,
      bottom + 36,
      'error beyond what the kernel’s own repetitions differ by, without its sign; bar: median of the group',
      { anchor: 'end', fill: COLOURS.faint },
    ),
  );
  return shapes;
}
