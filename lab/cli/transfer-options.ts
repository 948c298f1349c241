import type { z } from 'zod';
import { InputError } from '../errors.ts';
import { describeValue, listProblems } from '../input/problems.ts';
import { problemsOf } from '../input/yaml-text.ts';
import type { NetworkConditions } from '../network/conditions.ts';
import type { DeliveryTrace } from '../network/link/delivery-trace.ts';
import { formatSize } from '../network/units.ts';
import { completeNetwork, networkObjectSchema } from '../scenario/network-schema.ts';
import { changeNetwork } from '../scenario/overrides.ts';
import { duration, size } from '../scenario/quantities.ts';
import { readTraces, type Traces } from '../scenario/trace-files.ts';
import { withForcedLosses } from '../transfer/forced-losses.ts';
import { MAX_FLOWS, MAX_GAP_MS, MAX_TOTAL_BYTES } from '../transfer/limits.ts';
import type { TransferOrder } from '../transfer/transfer.ts';

/** The options that say what is to be transferred over which network, as they were typed. */
export interface OrderOptions {
  readonly network?: string;
  readonly rtt?: string;
  readonly down?: string;
  readonly up?: string;
  readonly downTrace?: string;
  readonly upTrace?: string;
  readonly queue?: string;
  readonly loss?: string;
  readonly initialCwnd?: string;
  readonly congestion?: string;
  readonly sendBuffer?: string;
  readonly pacing?: boolean;
  readonly lossIndex?: string;
  readonly bytes?: string;
  readonly flows?: string;
  readonly gap?: string;
  readonly seed?: string;
}

/** Those that are keys of a scenario's `network:`; option → key, which is also what commander calls it. */
const NETWORK_OPTIONS = {
  '--rtt': 'rtt',
  '--down': 'down',
  '--up': 'up',
  '--queue': 'queue',
  '--loss': 'loss',
  '--initial-cwnd': 'initialCwnd',
  '--congestion': 'congestion',
  '--send-buffer': 'sendBuffer',
  '--pacing': 'pacing',
} as const;

/** A file in place of a rate; option → key. */
const TRACE_OPTIONS = { '--down-trace': 'downTrace', '--up-trace': 'upTrace' } as const;

/** The options that a file of cells replaces. */
export const CELL_OPTIONS: Readonly<Record<string, keyof OrderOptions>> = {
  '--network': 'network',
  ...NETWORK_OPTIONS,
  ...TRACE_OPTIONS,
  '--loss-index': 'lossIndex',
  '--bytes': 'bytes',
  '--flows': 'flows',
  '--gap': 'gap',
};

const MAX_FORCED_LOSSES = 100_000;
const MAX_SEED = 0xffff_ffff;

/** Reads the delivery traces that the options name; paths start at the working directory. */
export function readTraceOptions({ downTrace, upTrace }: OrderOptions): Promise<Traces> {
  return readTraces({ network: { down: { trace: downTrace }, up: { trace: upTrace } } }, process.cwd());
}

/**
 * @param traces what was found at the paths of delivery traces
 * @throws InputError that names every wrong option, what was found and what is allowed
 */
export function readOrder(options: OrderOptions, traces: Traces = new Map()): TransferOrder {
  const problems: string[] = [];
  const attempt = <Value>(read: () => Value): Value | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(error.message);
      return undefined;
    }
  };
  const network = attempt(() => readNetwork(options, traces));
  const bytes = attempt(() => readQuantity('--bytes', BYTES, options.bytes ?? '1MB'));
  const flows = attempt(() => readWholeNumber('--flows', options.flows ?? '1', 1, MAX_FLOWS));
  const gapMs = attempt(() => readQuantity('--gap', GAP, options.gap ?? '500ms'));
  const lossIndexes = attempt(() => readIndexes('--loss-index', options.lossIndex));
  const seed = attempt(() => readSeed(options.seed));
  if (bytes !== undefined && flows !== undefined && bytes * flows > MAX_TOTAL_BYTES) {
    problems.push(
      `--bytes: found ${formatSize(bytes)} in each of ${flows} flows; allowed: ${formatSize(MAX_TOTAL_BYTES)} in all flows together`,
    );
  }
  if (
    problems.length > 0 ||
    network === undefined ||
    bytes === undefined ||
    flows === undefined ||
    gapMs === undefined ||
    lossIndexes === undefined ||
    seed === undefined
  ) {
    throw new InputError(listProblems(problems));
  }
  return { network: withForcedLosses(network, lossIndexes), bytes, flows, gapMs, seed };
}

export function readSeed(text: string | undefined): number {
  return readWholeNumber('--seed', text ?? '1', 0, MAX_SEED);
}

function readNetwork(options: OrderOptions, read: Traces): NetworkConditions {
  const base = options.network === undefined ? undefined : changeNetwork(undefined, options.network);
  const given: Record<string, unknown> = Object.fromEntries(
    Object.values(NETWORK_OPTIONS).flatMap((key) =>
      options[key] === undefined ? [] : [[key, options[key]]],
    ),
  );
  const traces = new Map<string, DeliveryTrace>();
  for (const [option, key] of Object.entries(TRACE_OPTIONS)) {
    const file = options[key];
    if (file === undefined) continue;
    const replaced = key === 'downTrace' ? 'down' : 'up';
    if (options[replaced] !== undefined)
      throw new InputError(`${option}: not with --${replaced}, whose place the trace takes`);
    const found = read.get(file) ?? { problem: `${describeValue(file)} was not read` };
    if ('problem' in found) throw new InputError(`${option}: ${found.problem}`);
    traces.set(file, found.trace);
    given[replaced] = { trace: file };
  }
  const parsed = networkObjectSchema.safeParse(given);
  if (!parsed.success) {
    const problems = problemsOf(parsed.error, given, () => []);
    throw new InputError(
      problems.map(({ path, message }) => `${optionOf(String(path[0]))}: ${message}`).join('\n'),
    );
  }
  const completed = completeNetwork(parsed.data, base, traces);
  if ('network' in completed) return completed.network;
  throw new InputError(
    `${completed.missing.map(optionOf).join(', ')} missing, e.g. --rtt 100ms --down 1.6mbit/s --up 1.6mbit/s --queue 64kB; or start from a preset: --network 3g`,
  );
}

function optionOf(key: string): string {
  return (
    Object.entries(NETWORK_OPTIONS).find(([, candidate]) => candidate === key)?.[0] ?? `--network ${key}`
  );
}

const BYTES = size({ min: 1, max: MAX_TOTAL_BYTES }, 'what each flow transfers');
const GAP = duration({ min: 0, max: MAX_GAP_MS }, 'between the starts of two flows');

function readQuantity(option: string, schema: z.ZodType<number>, text: string): number {
  const parsed = schema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InputError(`${option}: ${parsed.error.issues[0]?.message ?? describeValue(text)}`);
}

function readWholeNumber(option: string, text: string, min: number, max: number): number {
  const number = /^\d{1,10}$/.test(text.trim()) ? Number(text) : NaN;
  if (number >= min && number <= max) return number;
  throw new InputError(
    `${option}: found ${describeValue(text)}; expected a whole number from ${min} to ${max}`,
  );
}

function readIndexes(option: string, text: string | undefined): readonly number[] {
  if (text === undefined) return [];
  const parts = text.split(',');
  if (parts.length > MAX_FORCED_LOSSES) {
    throw new InputError(`${option}: found ${parts.length} packets; allowed: at most ${MAX_FORCED_LOSSES}`);
  }
  return parts.map((part) => {
    if (/^\s*\d{1,9}\s*$/.test(part)) return Number(part);
    throw new InputError(
      `${option}: found ${describeValue(part)}; expected numbers of data packets from 0, e.g. 3,17`,
    );
  });
}
