import type { CellComparison } from '../../lab/transfer/kernel-comparison.ts';
import { COLOURS, dot, line, polyline, text } from './svg.ts';

export interface Panel {
  readonly id: string;
  readonly title: string;
  /** `{drops}` and `{again}` stand for the kernel's counts. */
  readonly subtitle: string;
  /** Percentage of the bytes where the drawing ends. */
  readonly upTo: number;
}

interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const RESIDUAL_GAP = 26;
const RESIDUAL_HEIGHT = 44;
/** No difference is drawn larger than it is because there is no other. */
const SMALLEST_SCALE_MS = 1;

/** Two curves over time, and below how far they are apart. */
export function curvePanel(cell: CellComparison, panel: Panel, place: Place): string[] {
  const { left, top, width, height } = place;
  const { model, kernel } = cell.curves[0]!;
  const percents = Array.from({ length: panel.upTo + 1 }, (_, percent) => percent).filter(
    (percent) => typeof model[percent] === 'number' && typeof kernel[percent] === 'number',
  );
  const last = percents.at(-1)!;
  const endMs = niceCeiling(Math.max(model[last]!, kernel[last]!));
  const x = (ms: number) => left + (ms / endMs) * width;
  const y = (percent: number) => top + height - (percent / panel.upTo) * height;
  const subtitle = panel.subtitle
    .replace('{drops}', String(cell.drops.kernel))
    .replace('{again}', String(cell.retransmitted.kernel));
  const shapes = [
    text(left, top - 24, panel.title, { bold: true, size: 13 }),
    text(left, top - 8, subtitle, { fill: COLOURS.faint }),
  ];
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    const ms = share * endMs;
    const bottom = top + height + RESIDUAL_GAP + RESIDUAL_HEIGHT;
    shapes.push(line(x(ms), top, x(ms), bottom, COLOURS.grid));
    shapes.push(text(x(ms), bottom + 18, timeText(ms, endMs), { anchor: 'middle', fill: COLOURS.faint }));
  }
  for (const share of [0, 0.5, 1]) {
    const percent = share * panel.upTo;
    shapes.push(line(left, y(percent), left + width, y(percent), COLOURS.grid));
    shapes.push(text(left - 8, y(percent) + 4, `${percent} %`, { anchor: 'end', fill: COLOURS.faint }));
  }
  shapes.push(polyline(steps(percents, kernel as number[], x, y), COLOURS.kernel, 6));
  shapes.push(polyline(steps(percents, model as number[], x, y), COLOURS.model, 1.6));
  return [...shapes, ...residuals(percents, model as number[], kernel as number[], { x, place })];
}

/** Bytes arrive in bursts: the curve stays where it is until the next per cent is there. */
function steps(
  percents: readonly number[],
  curve: readonly number[],
  x: (ms: number) => number,
  y: (percent: number) => number,
): [number, number][] {
  return percents.flatMap((percent, index) => {
    const before: [number, number][] = index === 0 ? [] : [[x(curve[percent]!), y(percents[index - 1]!)]];
    return [...before, [x(curve[percent]!), y(percent)] as [number, number]];
  });
}

function residuals(
  percents: readonly number[],
  model: readonly number[],
  kernel: readonly number[],
  { x, place }: { x: (ms: number) => number; place: Place },
): string[] {
  const { left, width } = place;
  const top = place.top + place.height + RESIDUAL_GAP;
  const middle = top + RESIDUAL_HEIGHT / 2;
  const differences = percents.map((percent) => model[percent]! - kernel[percent]!);
  const scaleMs = niceCeiling(Math.max(SMALLEST_SCALE_MS, ...differences.map(Math.abs)));
  const bottom = top + RESIDUAL_HEIGHT;
  const shapes = [
    line(left, top, left + width, top, COLOURS.grid),
    line(left, middle, left + width, middle, COLOURS.faint),
    line(left, bottom, left + width, bottom, COLOURS.grid),
    text(left - 8, top + 6, `+${scaleMs} ms`, { anchor: 'end', size: 11, fill: COLOURS.faint }),
    text(left - 8, bottom + 3, `−${scaleMs} ms`, { anchor: 'end', size: 11, fill: COLOURS.faint }),
  ];
  percents.forEach((percent, index) => {
    const y = middle - (differences[index]! / scaleMs) * (RESIDUAL_HEIGHT / 2);
    shapes.push(dot(x(kernel[percent]!), y, COLOURS.model));
  });
  return shapes;
}

/** In the unit of the whole axis. */
function timeText(ms: number, endMs: number): string {
  return endMs < 2000 ? `${Math.round(ms)} ms` : `${ms / 1000} s`;
}

/** The next of 1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8 and their multiples by ten. */
function niceCeiling(value: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(value));
  const steps = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10];
  const step = steps.find((candidate) => candidate * magnitude >= value) ?? 10;
  return Math.round(step * magnitude * 1000) / 1000;
}
