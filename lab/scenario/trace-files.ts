import path from 'node:path';
import { InputError } from '../errors.ts';
import { readTextFile } from '../input/text-file.ts';
import { parseDeliveryTrace, type DeliveryTrace } from '../network/link/delivery-trace.ts';

/** The longest of Mahimahi's own traces has some 2 MB. */
const MAX_TRACE_BYTES = 10_000_000;

export type ReadTrace = { readonly trace: DeliveryTrace } | { readonly problem: string };

/** Path as the scenario has it → what is there. */
export type Traces = ReadonlyMap<string, ReadTrace>;

/**
 * Reads the delivery traces that a scenario names in its network, before the scenario is checked.
 * @param data the scenario as plain data, possibly wrong
 * @param folder of the scenario: relative paths start there
 */
export async function readTraces(data: unknown, folder: string): Promise<Traces> {
  const names = ['down', 'up']
    .map((key) => valueAt(data, ['network', key, 'trace']))
    .filter((name) => typeof name === 'string');
  const read = names.map(async (name) => [name, await readTrace(name, path.resolve(folder, name))] as const);
  return new Map(await Promise.all(read));
}

async function readTrace(name: string, file: string): Promise<ReadTrace> {
  try {
    const parsed = parseDeliveryTrace(await readTextFile(file, MAX_TRACE_BYTES), name);
    return 'trace' in parsed ? parsed : { problem: `${file}:${parsed.line}: ${parsed.problem}` };
  } catch (error) {
    if (error instanceof InputError) return { problem: error.message };
    throw error;
  }
}

function valueAt(data: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined,
    data,
  );
}
