import { z } from 'zod';
import { CONGESTION_CONTROLS } from '../network/conditions.ts';

/** Under what the loads of a result were made: path, browser, site and strategies, as results.json has them. */

const ms = z.number();
const bytes = z.number().int().nonnegative();

const linkSchema = z
  .object({
    bandwidthBps: z.number().positive().describe('bits per second, counted on IP packets'),
    queueLimitBytes: bytes.describe('droptail limit, or what another limit amounts to'),
    lossRate: z
      .number()
      .min(0)
      .max(1)
      .describe('loss after the queue in the long run; Bernoulli unless gilbertElliott is there'),
    queue: z
      .object({
        discipline: z.enum(['droptail', 'codel', 'fq-codel']),
        limit: z.union([
          z.object({ bytes: z.number() }),
          z.object({ packets: z.number() }),
          z.object({ delayMs: ms }),
        ]),
        targetMs: ms.optional(),
        intervalMs: ms.optional(),
        quantumBytes: bytes.optional(),
        flows: z.number().int().optional(),
      })
      .optional()
      .describe('absent: droptail, limited to queueLimitBytes'),
    gilbertElliott: z
      .object({ p: z.number(), r: z.number(), badLossRate: z.number(), goodLossRate: z.number() })
      .optional(),
    forcedLosses: z
      .array(z.number().int())
      .optional()
      .describe('packets with payload that vanish, numbered from 0 as they reach the queue'),
    jitterMs: ms.optional(),
    trace: z
      .object({ name: z.string(), opportunities: z.number().int(), periodMs: ms })
      .optional()
      .describe('the link followed a delivery trace; bandwidthBps is its mean'),
  })
  .describe('one direction of the shared bottleneck');

export const networkSchema = z
  .object({
    name: z.string().describe('preset, or "custom"'),
    source: z.string().optional().describe('where the numbers come from'),
    baseRttMs: ms.describe('round-trip propagation delay, half in each direction'),
    downlink: linkSchema,
    uplink: linkSchema,
    initialWindowSegments: z.number().int().positive(),
    congestionControl: z.enum(CONGESTION_CONTROLS),
    sendBufferBytes: z.union([bytes, z.literal('auto')]),
    pacing: z.boolean().default(false).describe('the server spaces its segments out'),
    notSentLowatBytes: bytes.optional().describe('TCP_NOTSENT_LOWAT; absent: not set'),
    changes: z
      .array(
        z.object({
          atMs: ms.describe('since the first SYN'),
          downlinkBps: z.number().optional(),
          uplinkBps: z.number().optional(),
          baseRttMs: ms.optional(),
          lossRate: z.number().optional(),
        }),
      )
      .optional(),
    background: z
      .array(
        z.object({
          direction: z.enum(['uplink', 'downlink']),
          flows: z.number().int(),
          startMs: ms.describe('since the first SYN'),
          stopMs: ms.optional(),
          sizeBytes: bytes.optional().describe('of each flow; absent: endless'),
        }),
      )
      .optional()
      .describe('bulk transfers that share the bottleneck'),
    extraRttMs: z.record(z.string(), ms).optional().describe('host → round trip beyond the bottleneck'),
    bdpBytes: z.number().describe('downlink bandwidth × baseRttMs'),
  })
  .describe('the emulated path');

export const browserSchema = z
  .object({
    name: z.string().describe('as the scenario names it, e.g. chromium-106, or the path of its executable'),
    version: z.string().describe('as the browser reports it'),
    sha256: z.string().describe('of the executable'),
    acceptsPush: z.boolean(),
    usesEarlyHints: z.boolean(),
  })
  .describe('the browser every trial ran in');

const siteResourceSchema = z.object({
  path: z.string().describe('of another host of the site, the whole URL'),
  contentType: z.string(),
  sizeBytes: bytes.describe('identity size'),
  encodedBytes: bytes.describe('as sent'),
  contentEncoding: z.enum(['identity', 'gzip', 'br']),
  critical: z.boolean().describe('in the render-blocking closure of the entry page'),
  reason: z.string().optional().describe('why it is critical, e.g. "<link rel=stylesheet> in index.html"'),
  unused: z
    .boolean()
    .optional()
    .describe('a strategy names it, but no HTML or CSS of the page refers to it; absent means false'),
});

export const siteSchema = z.object({
  name: z.string(),
  entry: z.string().describe('path of the page that is loaded'),
  hostname: z
    .string()
    .optional()
    .describe('where there are other hosts; their resources have URLs for paths'),
  origins: z
    .array(
      z.object({
        hostname: z.string(),
        certificate: z.enum(['shared', 'own']),
        address: z.enum(['shared', 'own']),
        coalescing: z.enum(['allowed', 'refused']),
      }),
    )
    .optional()
    .describe('other hosts that serve parts of the site'),
  resources: z
    .array(siteResourceSchema)
    .describe('what the entry page uses, found in HTML and CSS, and what a strategy names'),
});

export const strategySchema = z.object({
  name: z.string(),
  description: z.string(),
  protocol: z.enum(['h2', 'h1']).default('h2').describe('HTTP/2 or HTTP/1.1'),
  what: z.union([
    z.enum(['critical', 'all', 'children', 'graph', 'next-page']),
    z.object({ types: z.array(z.string()) }),
    z.array(z.string()),
  ]),
  order: z.enum(['given', 'critical-first', 'smallest-first']).optional(),
  when: z.string().describe('when the bodies of pushes go out'),
  interleaveAt: z
    .union([z.literal('head'), z.number()])
    .describe('interleaved: where the HTML stops; bytes of its body as sent')
    .optional(),
  how: z.string().describe('by which means'),
  personality: z.string().describe('origin-link: whose reading of Link fields').optional(),
  gate: z.array(z.string()),
  budget: z
    .union([z.literal('cwnd-html'), z.object({ bytes }), z.object({ bdpShare: z.number() })])
    .describe('what may be pushed with one page; absent: no limit')
    .optional(),
  scheduler: z
    .union([z.string(), z.object({ mime: z.array(z.record(z.string(), z.union([z.string(), z.number()]))) })])
    .describe('which ready stream goes next; absent: as the client says')
    .optional(),
  sendBufferBytes: z
    .union([bytes, z.literal('auto')])
    .optional()
    .describe('in place of the one of the network'),
  notSentLowatBytes: z
    .union([bytes, z.literal('off')])
    .optional()
    .describe('in place of the one of the network'),
  tlsRecord: z
    .object({ warmUpRecordBytes: bytes, warmUpBytes: bytes, coolDownMs: ms })
    .describe('TLS records of this size first; absent: full ones')
    .optional(),
  http2: z
    .object({
      streamWindowBytes: bytes.optional().describe('window of each stream that the server kept to'),
      connectionWindowBytes: bytes.optional().describe('window of the connection that the server kept to'),
      maxConcurrentStreams: z.number().int().optional().describe('requests open at once'),
      dataFrameBytes: bytes.optional().describe('most in one DATA frame'),
      headerTableBytes: bytes.optional().describe('HPACK tables'),
    })
    .describe('windows and settings of HTTP/2; what is absent was as browser and server have it')
    .optional(),
  firstSlice: z
    .union([z.literal('first-scan'), z.number()])
    .describe('how much of each progressive JPEG goes before any goes on; absent: they are sent whole')
    .optional(),
  paths: z.array(z.string()).describe('what "what" resolved to on this site, in sending order'),
  notLoaded: z
    .string()
    .describe('why there are no trials of it: what the browser does, in words; absent: it was loaded')
    .optional(),
});
