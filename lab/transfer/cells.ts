import { z } from 'zod';
import { InputError } from '../errors.ts';
import { describeValue, formatPath, listProblems, unknownWord } from '../input/problems.ts';
import { problemsOf } from '../input/yaml-text.ts';
import { CONGESTION_CONTROLS } from '../network/conditions.ts';
import { completeNetwork } from '../scenario/network-schema.ts';
import { withForcedLosses } from './forced-losses.ts';
import { MAX_FLOWS, MAX_GAP_MS, MAX_TOTAL_BYTES } from './limits.ts';
import type { TransferOrder } from './transfer.ts';

/**
 * Many transfers in one file, as a list of cells. The keys are those of measurements of the kernel's TCP
 * (test/data/kernel-tcp), whose other keys are let by, so that the model can be asked for exactly what was measured.
 */

const MAX_CELLS = 10_000;
const MAX_FORCED_LOSSES = 100_000;

const cellSchema = z
  .object({
    id: z.union([z.string(), z.number()], { error: (issue) => expected(issue.input, 'text or a number') }),
    rttMs: z.number().min(0).max(60_000),
    downMbit: z.number().min(0.001).max(10_000),
    upMbit: z.number().min(0.001).max(10_000),
    queueBytes: z.int().min(1_500).max(1e9),
    iw: z.int().min(1).max(1_000),
    cc: z.enum(CONGESTION_CONTROLS, {
      error: (issue) => unknownWord('congestion control', issue.input, CONGESTION_CONTROLS),
    }),
    size: z.int().min(1).max(MAX_TOTAL_BYTES),
    flows: z.int().min(1).max(MAX_FLOWS).default(1),
    gapMs: z.number().min(0).max(MAX_GAP_MS).default(500),
    pace: z.boolean().default(false),
    lossIdx: z.array(z.int().min(0)).max(MAX_FORCED_LOSSES).default([]),
  })
  .superRefine(({ size, flows }, context) => {
    if (size * flows <= MAX_TOTAL_BYTES) return;
    const message = `found ${size} in each of ${flows} flows; allowed: ${MAX_TOTAL_BYTES} in all flows together`;
    context.addIssue({ code: 'custom', path: ['size'], message });
  });

export type Cell = z.output<typeof cellSchema>;

/**
 * The cells of a file.
 * @param file only named in messages
 * @throws InputError that names file, cell, key, what was found and what is allowed
 */
export function parseCells(text: string, file: string): readonly Cell[] {
  const data = parseJson(text, file);
  if (!Array.isArray(data)) {
    throw new InputError(`${file}: found ${describeValue(data)}; expected a list of cells: [{"id": …}, …]`);
  }
  if (data.length === 0 || data.length > MAX_CELLS) {
    throw new InputError(`${file}: found ${data.length} cells; allowed: 1 to ${MAX_CELLS}`);
  }
  const problems: string[] = [];
  const cells = data.flatMap((item: unknown, index) => {
    const parsed = cellSchema.safeParse(item);
    if (parsed.success) return [parsed.data];
    for (const { path, message } of problemsOf(parsed.error, item, () => [])) {
      const key = path.length === 0 ? '' : `${formatPath(path)}: `;
      problems.push(`${file}: cell ${index}${idOf(item)}: ${key}${message}`);
    }
    return [];
  });
  if (problems.length > 0) throw new InputError(listProblems(problems));
  return cells;
}

export function orderOf(cell: Cell, seed: number): TransferOrder {
  const { cc } = cell;
  const completed = completeNetwork({
    rtt: cell.rttMs,
    down: Math.round(cell.downMbit * 1e6),
    up: Math.round(cell.upMbit * 1e6),
    queue: { discipline: 'droptail', limit: { bytes: cell.queueBytes } },
    initialCwnd: cell.iw,
    congestion: cc,
    pacing: cell.pace,
  });
  if ('missing' in completed) throw new Error(`a cell says everything but ${completed.missing.join()}`);
  return {
    network: withForcedLosses(completed.network, cell.lossIdx),
    bytes: cell.size,
    flows: cell.flows,
    gapMs: cell.gapMs,
    seed,
  };
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InputError(`${file} is not JSON: ${why}`, { cause });
  }
}

function idOf(item: unknown): string {
  const id = typeof item === 'object' && item !== null && 'id' in item ? item.id : undefined;
  return id === undefined ? '' : ` (id ${describeValue(id)})`;
}

function expected(found: unknown, what: string): string {
  return found === undefined ? 'is missing' : `found ${describeValue(found)}; expected ${what}`;
}
