import { z } from 'zod';
import { pushOutcomeSchema } from '../trace/push-outcome.ts';

const timeMs = z.number().describe('ms since the first event of the file').nullable();
const bytes = z.number().int().nonnegative();

/** One promised stream. */
export const inspectedPushSchema = z.object({
  url: z.string().describe('empty where the log began after the promise'),
  promisedStreamId: z.number().int().nullable().describe('null where a HAR does not say'),
  associatedStreamId: z
    .number()
    .int()
    .nullable()
    .describe('the stream the promise came on; null where unknown'),
  outcome: pushOutcomeSchema,
  receivedBytes: bytes.describe('DATA that arrived, also after a reset'),
  wastedBytes: bytes.describe('all of them unless the push was used'),
  undecided: z
    .boolean()
    .describe(
      'the file ends early, and the push was neither taken nor dropped by then: it may have been used',
    ),
  session: z.number().int().nullable().describe('NetLog source id of the HTTP/2 session'),
  duplicate: z
    .boolean()
    .describe(
      'the same URL was also requested on a stream of its own, anywhere in the log or on the page of a HAR',
    ),
  reason: z.string().nullable().describe('error code and words of the reset'),
  status: z.number().int().nullable(),
  promisedMs: timeMs,
  adoptedMs: timeMs,
  responseStartMs: timeMs,
  responseEndMs: timeMs,
  resetMs: timeMs,
});

export const inspectedRequestSchema = z.object({
  url: z.string(),
  session: z.number().int().nullable(),
  streamId: z.number().int().nullable(),
  status: z.number().int().nullable(),
  receivedBytes: bytes,
  startedMs: timeMs,
  responseStartMs: timeMs,
  responseEndMs: timeMs,
});

export const inspectedSessionSchema = z.object({
  session: z.number().int().describe('NetLog source id'),
  authority: z.string(),
  peer: z.string().nullable(),
  pushEnabled: z
    .boolean()
    .nullable()
    .describe('by the SETTINGS the browser sent; null where the log lacks them'),
  startedMs: timeMs,
  closedMs: timeMs,
  closedBecause: z.string().nullable(),
  requests: z.number().int(),
  pushes: z.number().int(),
  receivedBytes: bytes,
});

/** What `lab inspect --json` prints. */
export const inspectionSchema = z.object({
  schemaVersion: z.literal(1),
  file: z.string(),
  kind: z.enum(['netlog', 'trace', 'har']),
  truncated: z.boolean().describe('the file ends before its document does'),
  notes: z.array(z.string()).describe('what is damaged, and what a file of this kind cannot tell'),
  startedAt: z.string().nullable().describe('wall clock of time 0, ISO 8601, where the file says it'),
  sessions: z.array(inspectedSessionSchema),
  pushes: z.array(inspectedPushSchema).describe('in order of promise'),
  requests: z.array(inspectedRequestSchema).describe('in order of start'),
});

export type Inspection = z.infer<typeof inspectionSchema>;
export type InspectedPush = z.infer<typeof inspectedPushSchema>;
export type InspectedRequest = z.infer<typeof inspectedRequestSchema>;
export type InspectedSession = z.infer<typeof inspectedSessionSchema>;
