import { z } from 'zod';
import { pushOutcomeSchema } from '../trace/push-outcome.ts';
import { browserSchema, networkSchema, siteSchema, strategySchema } from './conditions-schema.ts';
import { contentionSchema, hintSchema, pathSchema, reasonSchema } from './reason-schema.ts';

/** Version of the document below. It grows when a field changes its meaning or goes; new fields do not change it. */
export const RESULTS_SCHEMA_VERSION = 1;

const ms = z.number();
const bytes = z.number().int().nonnegative();

/** Metrics a run compares, in the order a reader wants them. */
export const METRIC_NAMES = [
  'firstPaint',
  'firstContentfulPaint',
  'largestContentfulPaint',
  'domContentLoadedEventEnd',
  'loadEventEnd',
  'cumulativeLayoutShift',
] as const;
export const metricNameSchema = z.enum(METRIC_NAMES);
export type MetricName = z.infer<typeof metricNameSchema>;

const pushSchema = z.object({
  url: z.string(),
  promisedStreamId: z.number().int(),
  associatedStreamId: z.number().int(),
  outcome: pushOutcomeSchema,
  receivedBytes: bytes,
  wastedBytes: bytes,
  duplicate: z.boolean().describe('the page requested the same URL on a stream of its own as well'),
  usedOnStep: z
    .number()
    .int()
    .optional()
    .describe('of a journey: number of the later page that took it; absent: the page it was promised to'),
  requestedInstead: z
    .string()
    .describe(
      'a stale push list: nobody claimed this, and the page asked for the same path with another query',
    )
    .optional(),
});

const pacerSchema = z
  .object({
    events: z.number().int(),
    latenessP50Ms: ms,
    latenessP99Ms: ms,
    latenessMaxMs: ms,
  })
  .describe('how late the emulator acted and passed on what had arrived at the browser');

const metricsSchema = z.partialRecord(metricNameSchema, z.number());

/** What one page of a trial came to; the trial itself has the same for all of its pages. */
const pageResultShape = {
  metrics: metricsSchema,
  pushes: z.array(pushSchema),
  duplicates: z.array(z.string()).describe('paths both pushed and requested'),
  receivedBytes: bytes.describe('DATA payload the browser received, pushed or requested'),
  wastedBytes: bytes.describe('of them, bytes that served no one'),
  requestCount: z.number().int().nonnegative(),
  connectionCount: z.number().int().nonnegative(),
  queueDrops: z.number().int().nonnegative().describe('packets of the page the queue dropped, either way'),
  maxQueueBytes: bytes.describe('deepest the downlink queue got'),
};

const reusedConnectionSchema = z
  .object({
    idleMs: ms.describe('since the server had last sent on it'),
    cwndAtStartBytes: bytes.describe('congestion window at navigationStart'),
    cwndAtSendBytes: bytes.describe(
      'when the server sent again: smaller where it was idle for longer than its retransmission timeout (RFC 5681 §4.1)',
    ),
  })
  .describe('the connection that brought the page had been opened before');

const stepResultSchema = z.object({
  ...pageResultShape,
  leftOverBytes: bytes.describe('of received ones, those of pushes that a later page took'),
  takenOver: z.array(z.string()).describe('URLs of pushes to earlier pages that this page took'),
  reusedConnection: reusedConnectionSchema.optional(),
});

const trialSchema = z.object({
  id: z.string().describe('also the folder of its evidence, below trials/'),
  strategy: z.string(),
  block: z.number().int().nonnegative().describe('0 is the warm-up block'),
  warmup: z.boolean(),
  startedAt: z.iso.datetime(),
  durationMs: ms.describe('wall time of the whole trial'),
  status: z
    .enum(['ok', 'failed', 'disturbed'])
    .describe('only "ok" counts; disturbed: the machine kept the emulator from acting in time'),
  failure: z.string().optional().describe('why it failed'),
  disturbance: z.string().optional().describe('why it is called disturbed'),
  repeatedAs: z.string().optional().describe('id of the next attempt at the same place in the plan'),
  ...pageResultShape,
  metrics: metricsSchema.describe(
    'of the page the answer is about; where that is the journey, sums over its pages',
  ),
  steps: z
    .array(stepResultSchema)
    .optional()
    .describe(
      'of a journey: each page in order; metrics above are of the measured one, the rest of all together',
    ),
  reusedConnection: reusedConnectionSchema.optional(),
  pacer: pacerSchema.optional(),
  blockedUrls: z.array(z.string()).describe('what the page tried to load from outside the lab'),
  disagreements: z.array(z.string()).describe('where browser, server and emulator do not agree'),
  hints: z.array(hintSchema).optional().describe('what was hinted or preloaded'),
  contention: contentionSchema.optional(),
  path: pathSchema.optional(),
});

const calibrationSchema = z
  .object({
    scheduling: z
      .enum(['real-time', 'high-priority', 'ordinary'])
      .describe('how the kernel treats the emulator when others want the CPU as well'),
    lines: z.array(
      z.object({
        name: z.string(),
        point: z.string().describe('of the path or the machine, in numbers'),
        unit: z.enum(['ms', 'bit/s', 'B']),
        configured: z.number().optional().describe('from the conditions, by arithmetic'),
        predicted: z.number().optional().describe('by the model on the virtual clock'),
        measured: z.number().describe('through the real proxy'),
        verdict: z.enum(['good', 'fair', 'off']),
        words: z.string().describe('the verdict, and by how much'),
      }),
    ),
    verdict: z.enum(['good', 'fair', 'off']),
    sentence: z.string(),
  })
  .describe('the check of this machine that precedes the run');

/** Below the folder of results.json, and nowhere else. */
const FRAME_FILE = /^trials\/[A-Za-z0-9][\w.-]*\/film\/[A-Za-z0-9][\w.-]*\.jpg$/;

const filmSchema = z
  .object({
    strategy: z.string(),
    trial: z.string().describe('of its own, not among trials; also the folder of its evidence'),
    startedAt: z.iso.datetime(),
    durationMs: ms.describe('wall time of the whole load'),
    failure: z.string().optional().describe('why there is no film, or nothing could be told from it'),
    disturbance: z.string().optional().describe('why this load says more about the machine'),
    metrics: metricsSchema.describe('of this load; filming may cost some ms, so that they count nowhere'),
    speedIndexMs: ms.optional().describe('∫ (1 − visual progress) dt'),
    firstVisualChangeMs: ms.optional().describe('first frame with anything on it'),
    visuallyComplete85Ms: ms.optional(),
    visuallyComplete95Ms: ms.optional(),
    visuallyCompleteMs: ms.optional().describe('first frame that looks like the last one'),
    frames: z.array(
      z.object({
        atMs: ms.describe('on the screen from then until the next frame'),
        progressPercent: z.number().optional().describe('of the way from blank to the last frame'),
        file: z.string().regex(FRAME_FILE).describe('JPEG, relative to results.json'),
        sha256: z.string().describe('of the file'),
      }),
    ),
    disagreements: z.array(z.string()).describe('where film and paint timing of the load do not agree'),
  })
  .describe('one load that was filmed, after all timed ones');

const intervalSchema = z.object({ low: z.number(), high: z.number() });

const summarySchema = z.object({
  strategy: z.string(),
  metric: metricNameSchema,
  n: z.number().int(),
  median: z.number(),
  interval: intervalSchema.describe('95 % percentile-bootstrap interval of the median'),
  min: z.number(),
  max: z.number(),
  shift: z
    .object({
      median: z
        .number()
        .describe('Hodges-Lehmann shift against the baseline, paired by block; negative is faster'),
      interval: intervalSchema.describe(
        '95 %, from the exact signed-rank distribution; the sample range where n is too small for 95 %',
      ),
      pairs: z.number().int(),
      pValue: z.number().describe('Wilcoxon signed-rank, two-sided, exact'),
      pAdjusted: z.number().describe('Holm over the strategies compared on this metric'),
      verdict: z.enum(['faster', 'slower', 'no-difference', 'too-few-trials']),
    })
    .optional()
    .describe('absent for the baseline'),
});

const journeySchema = z
  .object({
    measured: z
      .union([z.number().int().positive(), z.literal('journey')])
      .describe('number of the page that the answer, the summaries and the metrics of trials are about'),
    steps: z.array(
      z.object({
        path: z.string(),
        afterMs: ms
          .optional()
          .describe('since the load event of the page before; absent: once nothing was on its way any more'),
        summaries: z.array(summarySchema),
      }),
    ),
    total: z.array(summarySchema).describe('of the sums over the pages'),
  })
  .describe('pages of one visitor; what is not about the answer’s page was not tested in advance');

export const resultsSchema = z
  .object({
    schemaVersion: z.literal(RESULTS_SCHEMA_VERSION),
    scenario: z.object({
      name: z.string(),
      file: z.string(),
      text: z.string().describe('the YAML as it was read'),
      thinkMs: ms.describe('origin think time before the HTML'),
      edge: z
        .object({ rttMs: ms, connection: z.enum(['warm', 'cold']) })
        .optional()
        .describe('the server is an edge, so far from the origin of its HTML'),
      cache: z.enum(['cold', 'warm']),
      connection: z
        .union([z.literal('new'), z.object({ idleMs: ms })])
        .default('new')
        .describe('of a trial: none open at its start, or one of an unmeasured visit, idle for so long'),
    }),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime(),
    partial: z.boolean().describe('true: interrupted; only finished trials are here'),
    seed: z.number().int(),
    runs: z.number().int().describe('measured blocks asked for'),
    latenessLimits: z
      .object({ p99Ms: ms, maxMs: ms })
      .optional()
      .describe('a trial in which the emulator acted later than this is disturbed'),
    concurrency: z.number().int().describe('trials side by side'),
    lab: z.object({
      version: z.string(),
      node: z.string(),
      platform: z.string(),
      cpu: z.string(),
      cores: z.number().int(),
    }),
    calibration: calibrationSchema.optional(),
    browser: browserSchema,
    network: networkSchema,
    site: siteSchema,
    strategies: z.array(strategySchema),
    baseline: z.string().describe('strategy the others are compared with'),
    primaryMetric: metricNameSchema.describe('fixed in advance; the answer is about this one'),
    trials: z.array(trialSchema),
    summaries: z.array(summarySchema),
    medianTrials: z
      .record(z.string(), z.string())
      .describe('strategy → id of the trial nearest its median primary metric'),
    films: z.array(filmSchema).default([]),
    medianFilms: z
      .record(z.string(), z.string())
      .default({})
      .describe('strategy → trial of the film nearest its median Speed Index'),
    blockedExternals: z
      .array(
        z.object({ url: z.string(), loads: z.number().int().describe('trials in which the page tried') }),
      )
      .describe('what the page tried to load from outside the lab; every attempt failed'),
    journey: journeySchema.optional().describe('absent: each trial is one page'),
    answer: z.object({
      sentence: z.string(),
      reason: z
        .string()
        .optional()
        .describe('why the winner, or whoever was best, differs from the baseline'),
      winner: z.string().optional().describe('absent where no strategy is better than the baseline'),
    }),
    reasons: z.array(reasonSchema).optional(),
    warnings: z.array(z.string()),
  })
  .describe(
    'The result of one `lab run`. Times are milliseconds since navigationStart unless a field says otherwise.',
  );

export type Results = z.infer<typeof resultsSchema>;
export type TrialResult = Results['trials'][number];
export type StepResult = NonNullable<TrialResult['steps']>[number];
export type FilmRecord = Results['films'][number];
export type MetricSummary = Results['summaries'][number];
export type StrategyRecord = Results['strategies'][number];
