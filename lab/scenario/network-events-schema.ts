import { z } from 'zod';
import { unknownWord } from '../input/problems.ts';
import type { BackgroundConditions, LinkChange } from '../network/conditions.ts';
import { bandwidth, BANDWIDTH_BPS, count, duration, lossRate, RTT_MS, size } from './quantities.ts';

/** What happens on a network besides the page: `changes:`, `background:`, and what lies behind it: `origins:`. */

const TIME_MS = { min: 0, max: 3_600_000 };
const FLOWS = { min: 1, max: 100 };
const SIZE_BYTES = { min: 1, max: 1e12 };
const MOST = 1000;
const DIRECTIONS = ['down', 'up'] as const;

const change = z
  .strictObject({
    at: duration(TIME_MS, 'when, since the first SYN'),
    down: bandwidth(BANDWIDTH_BPS, 'server to client from then on').optional(),
    up: bandwidth(BANDWIDTH_BPS, 'client to server from then on').optional(),
    rtt: duration(RTT_MS, 'round trip from then on').optional(),
    loss: lossRate('random loss from then on').optional(),
  })
  .refine(
    ({ down, up, rtt, loss }) => [down, up, rtt, loss].some((value) => value !== undefined),
    'changes nothing; it needs down, up, rtt or loss',
  );

export const CHANGE_KEYS: readonly string[] = Object.keys(change.shape);

export const changesSchema = z
  .array(change)
  .min(1)
  .max(MOST)
  .superRefine((changes, context) => {
    for (const [index, { at }] of changes.entries()) {
      if (at >= (changes[index - 1]?.at ?? 0)) continue;
      const message = 'is before the change above it; list them in order of time';
      context.addIssue({ code: 'custom', path: [index, 'at'], message });
    }
  })
  .transform((changes): LinkChange[] =>
    changes.map(({ at, down, up, rtt, loss }) => ({
      atMs: at,
      ...(down !== undefined && { downlinkBps: down }),
      ...(up !== undefined && { uplinkBps: up }),
      ...(rtt !== undefined && { baseRttMs: rtt }),
      ...(loss !== undefined && { lossRate: loss }),
    })),
  );

const flows = z
  .strictObject({
    direction: z
      .enum(DIRECTIONS, { error: (issue) => unknownWord('direction', issue.input, DIRECTIONS) })
      .describe('down: downloads; default down')
      .default('down'),
    flows: count(FLOWS, 'how many at once; default 1').default(1),
    start: duration(TIME_MS, 'since the first SYN of the page; default 0').default(0),
    stop: duration(TIME_MS, 'since the first SYN of the page; default: not before the end').optional(),
    size: size(SIZE_BYTES, 'of each flow; default: endless').optional(),
  })
  .superRefine(({ start, stop }, context) => {
    if (stop === undefined || stop > start) return;
    context.addIssue({ code: 'custom', path: ['stop'], message: 'is not after the start' });
  });

export const BACKGROUND_KEYS: readonly string[] = Object.keys(flows.shape);

export const backgroundSchema = z
  .array(flows)
  .min(1)
  .max(MOST)
  .transform((entries): BackgroundConditions[] =>
    entries.map(({ direction, flows, start, stop, size }) => ({
      direction: direction === 'down' ? 'downlink' : 'uplink',
      flows,
      startMs: start,
      ...(stop !== undefined && { stopMs: stop }),
      ...(size !== undefined && { sizeBytes: size }),
    })),
  );

const hostName = z
  .string()
  .max(253)
  .regex(
    /^(?!-)[a-z0-9-]+(\.[a-z0-9-]+)*$/,
    'a host name has lower-case letters, digits, dashes and dots, and no port',
  );

const origin = z.strictObject({
  rtt: duration(RTT_MS, 'round trip between the shared bottleneck and this host, on top of the network’s'),
});

export const ORIGIN_KEYS: readonly string[] = Object.keys(origin.shape);

export const originsSchema = z
  .record(hostName, origin)
  .transform((origins): Record<string, number> =>
    Object.fromEntries(Object.entries(origins).map(([host, { rtt }]) => [host, rtt])),
  );
