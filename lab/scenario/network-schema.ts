import { z } from 'zod';
import { describeValue, unknownWord } from '../input/problems.ts';
import type { NetworkConditions } from '../network/conditions.ts';
import { findNetworkPreset, NETWORK_PRESET_NAMES } from '../network/profiles.ts';
import { bandwidth, duration, lossRate, size, sizeOrWord, yesOrNo } from './quantities.ts';

/** The `network:` of a scenario: the name of a preset, or the numbers, or a preset with some numbers changed. */

const RTT_MS = { min: 0, max: 60_000 };
/** Down to the slowest modem that ever carried HTTP, up to where a user-space emulator stops being one. */
const BANDWIDTH_BPS = { min: 1_000, max: 10e9 };
/** Less than one full packet and nothing would ever arrive. */
const QUEUE_BYTES = { min: 1_500, max: 1e9 };
const SEND_BUFFER_BYTES = { min: 4_096, max: 1e9 };
/** Below one segment the kernel could not fill a packet. */
const NOT_SENT_LOWAT_BYTES = { min: 1_448, max: 1e9 };
const INITIAL_WINDOW_SEGMENTS = { min: 1, max: 1_000 };

const presetName = z.enum(NETWORK_PRESET_NAMES, {
  error: (issue) => unknownWord('network preset', issue.input, NETWORK_PRESET_NAMES),
});

/** A number, or text that is one, as on the command line (`initialCwnd=10`). */
const segments = z.preprocess(
  (input) => (typeof input === 'string' && /^\d{1,9}$/.test(input) ? Number(input) : input),
  z.int().min(INITIAL_WINDOW_SEGMENTS.min).max(INITIAL_WINDOW_SEGMENTS.max),
);

export const networkObjectSchema = z.strictObject({
  preset: presetName.describe('numbers not given here come from this preset').optional(),
  rtt: duration(RTT_MS, 'round-trip propagation delay, half of it in each direction').optional(),
  down: bandwidth(BANDWIDTH_BPS, 'server to client, counted on IP packets').optional(),
  up: bandwidth(BANDWIDTH_BPS, 'client to server, counted on IP packets').optional(),
  queue: size(QUEUE_BYTES, 'droptail queue before each direction of the bottleneck').optional(),
  initialCwnd: segments
    .meta({
      type: 'integer',
      minimum: INITIAL_WINDOW_SEGMENTS.min,
      maximum: INITIAL_WINDOW_SEGMENTS.max,
      description: 'initial congestion window in segments (RFC 6928), as `ip route` counts it; default 10',
    })
    .optional(),
  loss: lossRate('random loss after the queue, in each direction; default 0').optional(),
  congestion: z
    .enum(['cubic', 'reno'], {
      error: (issue) => unknownWord('congestion control', issue.input, ['cubic', 'reno']),
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
  source: z
    .string()
    .min(1)
    .max(500)
    .describe('where the numbers come from: a document and its date')
    .optional(),
});

export const NETWORK_KEYS: readonly string[] = Object.keys(networkObjectSchema.shape);

/** A preset or numbers; which numbers are missing is only known to `completeNetwork`. */
export const networkSchema = z.union([presetName, networkObjectSchema], {
  error: (issue) =>
    `found ${describeValue(issue.input)}; expected a preset (${NETWORK_PRESET_NAMES.join(', ')}) or a mapping (rtt, down, up, ...)`,
});

export type NetworkInput = z.output<typeof networkSchema>;

/** Numbers without which there is no network; for the others there are defaults. */
const REQUIRED = ['rtt', 'down', 'up', 'queue'] as const;

/**
 * The complete conditions.
 * @param base what fills the gaps where no preset is named: the network of a scenario that is being changed
 * @returns the conditions, or the keys that are missing
 */
export function completeNetwork(
  input: NetworkInput,
  base?: NetworkConditions,
): { readonly network: NetworkConditions } | { readonly missing: readonly string[] } {
  if (typeof input === 'string') {
    const preset = findNetworkPreset(input);
    if (preset === undefined) throw new RangeError(`no network preset ${input}`);
    return { network: preset };
  }
  const start = input.preset === undefined ? base : findNetworkPreset(input.preset);
  const rtt = input.rtt ?? start?.baseRttMs;
  const down = input.down ?? start?.downlink.bandwidthBps;
  const up = input.up ?? start?.uplink.bandwidthBps;
  const queue = input.queue ?? start?.downlink.queueLimitBytes;
  const upQueue = input.queue ?? start?.uplink.queueLimitBytes;
  if (
    rtt === undefined ||
    down === undefined ||
    up === undefined ||
    queue === undefined ||
    upQueue === undefined
  ) {
    return { missing: REQUIRED.filter((key) => input[key] === undefined) };
  }
  const notSentLowat = input.notSentLowat ?? start?.notSentLowatBytes ?? 'off';
  const numbers = {
    baseRttMs: rtt,
    downlink: {
      bandwidthBps: down,
      queueLimitBytes: queue,
      lossRate: input.loss ?? start?.downlink.lossRate ?? 0,
    },
    uplink: {
      bandwidthBps: up,
      queueLimitBytes: upQueue,
      lossRate: input.loss ?? start?.uplink.lossRate ?? 0,
    },
    initialWindowSegments: input.initialCwnd ?? start?.initialWindowSegments ?? 10,
    congestionControl: input.congestion ?? start?.congestionControl ?? 'cubic',
    sendBufferBytes: input.sendBuffer ?? start?.sendBufferBytes ?? 'auto',
    pacing: input.pacing ?? start?.pacing ?? false,
    ...(notSentLowat !== 'off' && { notSentLowatBytes: notSentLowat }),
  } as const;
  return { network: named(numbers, input.source, start) };
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
