import pc from 'picocolors';
import { InputError, LabError } from '../errors.ts';
import { describeValue } from '../input/problems.ts';
import { readTextFile } from '../input/text-file.ts';
import { orderOf, parseCells, type Cell } from '../transfer/cells.ts';
import { resultOf, whyUnfinished, type TransferResult } from '../transfer/result.ts';
import type { Clock, TransferOrder, TransferRecord } from '../transfer/transfer.ts';
import { cellsText } from './transfer-table.ts';

/** A hundred times the kernel's measurements. */
const MAX_FILE_BYTES = 10e6;

interface Batch {
  readonly file: string;
  readonly seed: number;
  readonly json: boolean;
  readonly clock: Clock;
  readonly carryOut: (order: TransferOrder) => Promise<TransferRecord>;
}

/**
 * Carries the cells of a file out one after the other, as each may need all of the CPU. The answer of a cell is
 * printed once it is there; what cannot be carried out does not stop the others and is told by the exit status.
 */
export async function runBatch(batch: Batch): Promise<void> {
  const { file, json } = batch;
  const cells = parseCells(await readTextFile(file, MAX_FILE_BYTES), file);
  const finished: { id: Cell['id']; result: TransferResult }[] = [];
  for (const [index, cell] of cells.entries()) {
    const { id } = cell;
    try {
      const result = await carryOutCell(cell, batch);
      if (json) console.log(JSON.stringify({ id, ...result }));
      else finished.push({ id, result });
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      if (json) console.log(JSON.stringify({ id, error: error.message }));
      console.error(`${pc.red('error:')} ${file}: cell ${index} (id ${describeValue(id)}): ${error.message}`);
      process.exitCode = Math.max(Number(process.exitCode ?? 0), error.exitCode);
    }
  }
  if (finished.length > 0) console.log(cellsText(finished));
}

async function carryOutCell(cell: Cell, { seed, clock, carryOut }: Batch): Promise<TransferResult> {
  const order = orderOf(cell, seed);
  const record = await carryOut(order);
  const unfinished = whyUnfinished(order, record, clock);
  if (unfinished !== undefined) throw new InputError(unfinished);
  return resultOf(order, record);
}
