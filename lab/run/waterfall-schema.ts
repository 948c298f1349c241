import { z } from 'zod';
import { pushOutcomeSchema } from '../trace/push-outcome.ts';
import type { Waterfall } from '../trace/waterfall.ts';

/**
 * A stored waterfall, as far as its readers rely on it: whatever passes can be drawn and exported. Fields that are not
 * listed stay as they are; what they mean is said in waterfall.ts.
 */
const time = z.number();
const count = z.number().nonnegative();
const id = z.number().int().nonnegative();

/** Of a large page there are tens of thousands: looked at by hand, in a tenth of the time. */
const tuples = <Length extends 2 | 4>(length: Length) =>
  z.custom<Length extends 2 ? [number, number][] : [number, number, number, number][]>(
    (value) =>
      Array.isArray(value) &&
      value.every((entry) => Array.isArray(entry) && entry.length === length && entry.every(Number.isFinite)),
    `expected a list of ${length} numbers each`,
  );
const steps = tuples(2);

const bodyTimes = {
  bufferStart: time.optional(),
  bufferEnd: time.optional(),
  passStart: time.optional(),
  passEnd: time.optional(),
  arriveStart: time.optional(),
  arriveEnd: time.optional(),
  flight: id.optional(),
  sendStart: time.optional(),
  sendEnd: time.optional(),
  responseStart: time.optional(),
  responseEnd: time.optional(),
  arrivals: tuples(2),
  trailers: z.array(z.string()).optional(),
  duplicate: z.boolean(),
};

const connection = z.looseObject({
  id,
  host: z.string().optional(),
  connectStart: time,
  connectEnd: time.optional(),
  secureConnectionEnd: time.optional(),
  closed: time.optional(),
  protocol: z.enum(['h2', 'h1']).optional(),
  requestCount: count,
});

const resource = z.looseObject({
  ...bodyTimes,
  url: z.string(),
  path: z.string(),
  type: z.enum(['document', 'stylesheet', 'script', 'image', 'font', 'fetch', 'other']),
  deliveredBy: z.enum(['request', 'push', 'cache', 'none']),
  initiator: z.enum(['navigation', 'parser', 'script', 'preload', 'early-hint', 'other']),
  connection: id.optional(),
  streamId: id.optional(),
  priority: z.string().optional(),
  status: z.number().optional(),
  renderBlocking: z.boolean(),
  startTime: time,
  requestStart: time.optional(),
  requestReceived: time.optional(),
  pageReceived: time.optional(),
  transferSize: count,
  failure: z.string().optional(),
  external: z.boolean(),
});

const push = z.looseObject({
  ...bodyTimes,
  url: z.string(),
  path: z.string(),
  connection: id,
  promisedStreamId: id,
  associatedStreamId: id,
  promised: time,
  promiseReceived: time.optional(),
  adopted: time.optional(),
  used: time.optional(),
  reset: time.optional(),
  resetReason: z.string().optional(),
  outcome: pushOutcomeSchema,
  cause: z.looseObject({ kind: z.string(), text: z.string() }).optional(),
  receivedBytes: count,
  wastedBytes: count,
});

const hint = z.looseObject({
  path: z.string(),
  how: z.enum(['early-hints', 'preload-header', 'preload-tag', 'prefetch']),
  sent: time,
  passed: time.optional(),
  arrived: time.optional(),
  received: time.optional(),
  requestStart: time.optional(),
  requested: time.optional(),
  wanted: time.optional(),
  headStartMs: time.optional(),
  used: z.boolean(),
  connection: id.optional(),
  streamId: id.optional(),
  receivedBytes: count.optional(),
  wastedBytes: count.optional(),
});

const lanes = z.looseObject({
  downlinkQueueBytes: steps,
  uplinkQueueBytes: steps,
  bottleneck: tuples(4).optional(),
  connections: z.array(
    z.looseObject({ connection: id, cwndBytes: steps, flightBytes: steps, deliveredBytes: steps }),
  ),
  drops: z.array(
    z.looseObject({
      time,
      direction: z.enum(['downlink', 'uplink']),
      cause: z.enum(['queue', 'aqm', 'link']),
    }),
  ),
});

const waterfallSchema = z.looseObject({
  url: z.string().refine((url) => URL.canParse(url), 'expected a URL'),
  timeOriginMonotonicMs: time,
  timeOriginEpochMs: z.number().min(0).max(Date.UTC(9999, 0)).optional(),
  metrics: z.record(z.string(), z.number()),
  connections: z.array(connection),
  resources: z.array(resource),
  pushes: z.array(push),
  hints: z.array(hint),
  lanes,
  contention: z
    .looseObject({ wastedMs: time, pushedBeforeDocumentMs: time, pushedBeforeBlockingMs: time })
    .optional(),
  disagreements: z.array(z.string()),
});

/** @throws {Error} that says what is wrong with it first */
export function parseWaterfall(data: unknown): Waterfall {
  const { success, error } = waterfallSchema.safeParse(data);
  // What was read, not what was parsed: copying a waterfall costs more than checking it.
  if (success) return data as Waterfall;
  const [{ path: keys, message }] = error.issues as [z.core.$ZodIssue];
  throw new Error(keys.length === 0 ? 'it is not a waterfall' : `${keys.join('.')}: ${message}`);
}
