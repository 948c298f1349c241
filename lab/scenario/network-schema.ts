import { z } from 'zod';
import { describeValue, unknownWord, type KeyPath } from '../input/problems.ts';
import {
  CONGESTION_CONTROLS,
  type LinkConditions,
  type NetworkConditions,
  type QueueConditions,
} from '../network/conditions.ts';
import { traceBandwidthBps, type DeliveryTrace } from '../network/link/delivery-trace.ts';
import { findNetworkPreset, NETWORK_PRESET_NAMES } from '../network/profiles.ts';
import { limitBytes } from '../network/queue/backlog.ts';
import type { Direction } from '../network/tcp/connection.ts';
import { LOSS_KEYS, lossSchema, type LossInput } from './loss-schema.ts';
import {
  BACKGROUND_KEYS,
  backgroundSchema,
  CHANGE_KEYS,
  changesSchema,
  ORIGIN_KEYS,
  originsSchema,
} from './network-events-schema.ts';
import {
  bandwidth,
  BANDWIDTH_BPS,
  count,
  duration,
  RTT_MS,
  scalarOrMapping,
  sizeOrWord,
  yesOrNo,
} from './quantities.ts';
import { QUEUE_KEYS, queueSchema } from './queue-schema.ts';

/** The `network:` of a scenario: the name of a preset, or the numbers, or a preset with some numbers changed. */

const JITTER_MS = { min: 0, max: 10_000 };
export const SEND_BUFFER_BYTES = { min: 4_096, max: 1e9 };
/** Below one segment the kernel could not fill a packet. */
export const NOT_SENT_LOWAT_BYTES = { min: 1_448, max: 1e9 };
const INITIAL_WINDOW_SEGMENTS = { min: 1, max: 1_000 };

const presetName = z.enum(NETWORK_PRESET_NAMES, {
  error: (issue) => unknownWord('network preset', issue.input, NETWORK_PRESET_NAMES),
});

const traceMapping = z.strictObject({
  trace: z
    .string()
    .min(1)
    .max(1000)
    .describe('a delivery trace in the format of Mahimahi, its path relative to this file'),
});

/** A rate, or the file of a trace. */
const rateOrTrace = (description: string) =>
  scalarOrMapping(bandwidth(BANDWIDTH_BPS, description), traceMapping, `${description}: a rate, or a trace`);

export const networkObjectSchema = z.strictObject({
  preset: presetName.describe('numbers not given here come from this preset').optional(),
  rtt: duration(RTT_MS, 'round-trip propagation delay, half of it in each direction').optional(),
  down: rateOrTrace('server to client, counted on IP packets').optional(),
  up: rateOrTrace('client to server, counted on IP packets').optional(),
  queue: queueSchema.optional(),
  initialCwnd: count(
    INITIAL_WINDOW_SEGMENTS,
    'initial congestion window in segments (RFC 6928), as `ip route` counts it; default 10',
  ).optional(),
  loss: lossSchema.optional(),
  jitter: duration(
    JITTER_MS,
    'up to this much more delay per packet, in each direction, without reordering; default 0',
  ).optional(),
  congestion: z
    .enum(CONGESTION_CONTROLS, {
      error: (issue) => unknownWord('congestion control', issue.input, CONGESTION_CONTROLS),
    })
    .describe('congestion control of the server; default cubic')
    .optional(),
  sendBuffer: sizeOrWord(
    'auto',
    SEND_BUFFER_BYTES,
    'what the server may hand to its kernel ahead of the network; auto: as Linux tunes it; default auto',
  ).optional(),
  pacing: yesOrNo(
    'whether the server spaces its segments out, as under fq, instead of sending bursts; default false',
  ).optional(),
  notSentLowat: sizeOrWord(
    'off',
    NOT_SENT_LOWAT_BYTES,
    'TCP_NOTSENT_LOWAT: the server is asked for more only while less than this is unsent; default off',
  ).optional(),
  changes: changesSchema.describe('what is different from some moment on, in order of time').optional(),
  background: backgroundSchema
    .describe('bulk transfers that share the network with the page, and its queue')
    .optional(),
  origins: originsSchema.describe('hosts further away than the network itself').optional(),
  source: z
    .string()
    .min(1)
    .max(500)
    .describe('where the numbers come from: a document and its date')
    .optional(),
});

export const NETWORK_KEYS: readonly string[] = Object.keys(networkObjectSchema.shape);

/** The keys that may stand in the mapping at a path below `network`. */
export function networkKeysAt([key, ...rest]: KeyPath): readonly string[] {
  switch (key) {
    case undefined:
      return NETWORK_KEYS;
    case 'down':
    case 'up':
      return Object.keys(traceMapping.shape);
    case 'queue':
      return QUEUE_KEYS;
    case 'loss':
      return LOSS_KEYS;
    case 'changes':
      return rest.length === 1 ? CHANGE_KEYS : [];
    case 'background':
      return rest.length === 1 ? BACKGROUND_KEYS : [];
    case 'origins':
      return rest.length === 1 ? ORIGIN_KEYS : [];
    default:
      return [];
  }
}

/** A preset or numbers; which numbers are missing is only known to `completeNetwork`. */
export const networkSchema = z.union([presetName, networkObjectSchema], {
  error: (issue) =>
    `found ${describeValue(issue.input)}; expected a preset (${NETWORK_PRESET_NAMES.join(', ')}) or a mapping (rtt, down, up, ...)`,
});

export type NetworkInput = z.output<typeof networkSchema>;

/** Numbers without which there is no network; for the others there are defaults. */
const REQUIRED = ['rtt', 'down', 'up', 'queue'] as const;

type NetworkObject = z.output<typeof networkObjectSchema>;

/**
 * The complete conditions.
 * @param base what fills the gaps where no preset is named: the network of a scenario that is being changed
 * @param traces of every trace that is named, by path
 * @returns the conditions, or the keys that are missing
 */
export function completeNetwork(
  input: NetworkInput,
  base?: NetworkConditions,
  traces: ReadonlyMap<string, DeliveryTrace> = new Map(),
): { readonly network: NetworkConditions } | { readonly missing: readonly string[] } {
  if (typeof input === 'string') return { network: requirePreset(input) };
  const start = input.preset === undefined ? base : requirePreset(input.preset);
  if (start === undefined) {
    const missing = REQUIRED.filter((key) => input[key] === undefined);
    if (missing.length > 0) return { missing };
  }
  const link = (direction: Direction) => completeLink(direction, input, start?.[direction], traces);
  const notSentLowat = input.notSentLowat ?? start?.notSentLowatBytes ?? 'off';
  const numbers = {
    baseRttMs: input.rtt ?? start?.baseRttMs ?? 0,
    downlink: link('downlink'),
    uplink: link('uplink'),
    initialWindowSegments: input.initialCwnd ?? start?.initialWindowSegments ?? 10,
    congestionControl: input.congestion ?? start?.congestionControl ?? 'cubic',
    sendBufferBytes: input.sendBuffer ?? start?.sendBufferBytes ?? 'auto',
    pacing: input.pacing ?? start?.pacing ?? false,
    ...(notSentLowat !== 'off' && { notSentLowatBytes: notSentLowat }),
    ...optional('changes', input.changes ?? start?.changes),
    ...optional('background', input.background ?? start?.background),
    ...optional('extraRttMs', input.origins ?? start?.extraRttMs),
  } as const;
  return { network: named(numbers, input.source, start) };
}

function requirePreset(name: string): NetworkConditions {
  const preset = findNetworkPreset(name);
  if (preset === undefined) throw new RangeError(`no network preset ${name}`);
  return preset;
}

/** One direction; what is not given comes from `start`, which may be left out only where nothing needs it. */
function completeLink(
  direction: Direction,
  input: NetworkObject,
  start: LinkConditions | undefined,
  traces: ReadonlyMap<string, DeliveryTrace>,
): LinkConditions {
  const rate = direction === 'downlink' ? input.down : input.up;
  const trace = typeof rate === 'object' ? requireTrace(traces, rate.trace) : undefined;
  const keptTrace = rate === undefined ? start?.trace : undefined;
  const bandwidthBps =
    trace !== undefined
      ? Math.round(traceBandwidthBps(trace))
      : typeof rate === 'number'
        ? rate
        : (start?.bandwidthBps ?? 0);
  const queue: QueueConditions = input.queue ??
    start?.queue ?? { discipline: 'droptail', limit: { bytes: start?.queueLimitBytes ?? 0 } };
  const isPlain = queue.discipline === 'droptail' && 'bytes' in queue.limit;
  const loss: LossInput = input.loss ?? start ?? { lossRate: 0 };
  const jitterMs = input.jitter ?? start?.jitterMs ?? 0;
  return {
    bandwidthBps,
    queueLimitBytes: limitBytes(queue.limit, bandwidthBps),
    lossRate: loss.lossRate,
    ...(!isPlain && { queue }),
    ...optional('gilbertElliott', loss.gilbertElliott),
    ...(direction === 'downlink' && optional('forcedLosses', loss.forcedLosses)),
    ...(jitterMs > 0 && { jitterMs }),
    ...optional('trace', trace ?? keptTrace),
  };
}

function requireTrace(traces: ReadonlyMap<string, DeliveryTrace>, path: string): DeliveryTrace {
  const trace = traces.get(path);
  if (trace === undefined) throw new RangeError(`the trace ${path} was not read`);
  return trace;
}

/** Absent rather than undefined. */
function optional<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };
}

/** Keeps the name of the preset only while all its numbers stand; a changed "2g" is not 2g. */
function named(
  numbers: Omit<NetworkConditions, 'name' | 'source'>,
  source: string | undefined,
  start: NetworkConditions | undefined,
): NetworkConditions {
  const given = source === undefined ? {} : { source };
  if (start === undefined) return { name: 'custom', ...given, ...numbers };
  const { name, source: startSource, ...startNumbers } = start;
  const inherited = startSource === undefined ? {} : { source: startSource };
  if (sameNumbers(numbers, startNumbers)) return { name, ...inherited, ...given, ...numbers };
  const changed = name === 'custom' ? {} : { source: `${name} with some numbers changed` };
  return { name: 'custom', ...changed, ...given, ...numbers };
}

/** Both come out of `completeNetwork` or a preset: plain data, absent rather than undefined. */
function sameNumbers(
  a: Omit<NetworkConditions, 'name' | 'source'>,
  b: Omit<NetworkConditions, 'name' | 'source'>,
): boolean {
  return canonical(a) === canonical(b);
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
