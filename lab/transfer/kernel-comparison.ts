import { quantile } from 'simple-statistics';
import { orderOf, parseCells } from './cells.ts';
import { resultOf } from './result.ts';
import { simulateTransfer } from './simulate-transfer.ts';

/**
 * How far the model is from transfers of the Linux kernel's own TCP over the same path. The measurements are a list of
 * cells as `parseCells` reads it, each with what was measured beside it (test/data/kernel-tcp/README.md).
 */

export const MILESTONES = ['connectMs', 'firstByteMs', 't14600Ms', 't50Ms', 't100Ms'] as const;
export type Milestone = (typeof MILESTONES)[number];

export interface Pair {
  readonly model: number;
  readonly kernel: number;
}

/** [k]: when k % of the bytes had been read, ms; null: never. */
type Curve = readonly (number | null)[];

export interface CellComparison {
  readonly id: string;
  /** What was varied: initial windows, queues, losses, ... */
  readonly group: string;
  /** Per flow and milestone, see `errorPercent`; null where the transfer has no such byte. */
  readonly flows: readonly Readonly<Record<Milestone, number | null>>[];
  readonly curves: readonly { readonly model: Curve; readonly kernel: Curve }[];
  readonly drops: Pair;
  readonly retransmitted: Pair;
}

export interface ErrorSummary {
  readonly group: string;
  readonly cells: number;
  /** Milestones of all flows. */
  readonly milestones: number;
  /** Of the errors without their signs, in %. */
  readonly median: number;
  readonly p95: number;
  readonly worst: number;
}

interface Measured {
  readonly id: string;
  readonly group: string;
  readonly f: readonly (Readonly<Record<Milestone, number | null>> & { readonly curve: Curve })[];
  /** Largest minus smallest over the repetitions, of flow 0. */
  readonly spreadMs: Readonly<Partial<Record<Milestone, number>>>;
  /** Drops at the queue. */
  readonly droptail: number;
  readonly retransmitted: number;
}

/**
 * Every cell, through the model.
 * @param text of the file of measurements, which is trusted to be one
 * @param wanted tells by its id whether to carry a cell out
 */
export function compareWithKernel(
  text: string,
  file: string,
  wanted: (id: string) => boolean = () => true,
): CellComparison[] {
  const kernel = JSON.parse(text) as readonly Measured[];
  return parseCells(text, file).flatMap((cell, index) => {
    if (!wanted(String(cell.id))) return [];
    const order = orderOf(cell, SEED);
    return [compareCell(kernel[index]!, resultOf(order, simulateTransfer(order)))];
  });
}

/** Chance only begins bbr's cycle of gains; the milestones are the same from seed 1 to 10. */
const SEED = 1;

function compareCell(measured: Measured, result: ReturnType<typeof resultOf>): CellComparison {
  return {
    id: measured.id,
    group: measured.group,
    flows: measured.f.map((flow, index) => {
      const model = result.flows[index]!;
      const error = (name: Milestone): number | null => {
        const [kernelMs, modelMs] = [flow[name], model[name]];
        return kernelMs === null
          ? null
          : errorPercent(modelMs ?? Infinity, kernelMs, measured.spreadMs[name] ?? 0);
      };
      return {
        connectMs: error('connectMs'),
        firstByteMs: error('firstByteMs'),
        t14600Ms: error('t14600Ms'),
        t50Ms: error('t50Ms'),
        t100Ms: error('t100Ms'),
      };
    }),
    curves: measured.f.map(({ curve }, index) => ({ model: result.flows[index]!.curve, kernel: curve })),
    drops: { model: result.drops, kernel: measured.droptail },
    retransmitted: { model: result.retransmitted, kernel: measured.retransmitted },
  };
}

/** (model − kernel) / kernel in %, less what the kernel's repetitions differ by among themselves. */
export function errorPercent(modelMs: number, kernelMs: number, spreadMs: number): number {
  const beyondMs = Math.max(0, Math.abs(modelMs - kernelMs) - spreadMs);
  return beyondMs === 0 ? 0 : (Math.sign(modelMs - kernelMs) * beyondMs * 100) / kernelMs;
}

/** Every error of a cell, without signs, in %. */
export function errorsOf({ flows }: CellComparison): number[] {
  return flows.flatMap((flow) => MILESTONES.flatMap((name) => Math.abs(flow[name] ?? NaN))).filter(isNumber);
}

/** Group by group in order of appearance, and all of them together last, as `all`. */
export function summarise(cells: readonly CellComparison[]): ErrorSummary[] {
  const groups = [...new Set(cells.map(({ group }) => group))].map((group) =>
    summary(
      group,
      cells.filter((cell) => cell.group === group),
    ),
  );
  return [...groups, summary('all', cells)];
}

function summary(group: string, cells: readonly CellComparison[]): ErrorSummary {
  const errors = cells.flatMap(errorsOf);
  return {
    group,
    cells: cells.length,
    milestones: errors.length,
    median: quantile(errors, 0.5),
    p95: quantile(errors, 0.95),
    worst: Math.max(...errors),
  };
}

function isNumber(value: number): boolean {
  return !Number.isNaN(value);
}
