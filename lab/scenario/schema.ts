import { z } from 'zod';
import { describeValue, unknownWord, type KeyPath } from '../input/problems.ts';
import { METRIC_NAMES } from '../run/results.ts';
import { browserSchema } from './browser-schema.ts';
import { clientKeysAt, connectionSchema, journeySchema, measureSchema } from './client-schema.ts';
import { networkKeysAt, networkSchema } from './network-schema.ts';
import { duration, RTT_MS } from './quantities.ts';
import { MAX_FILM_RUNS, MAX_RUNS, MAX_STRATEGIES } from './scenario.ts';
import { STRATEGY_KEYS, strategySchema } from './strategy-schema.ts';
import { HTTP2_KEYS } from './transport-schema.ts';

const CACHES = ['cold', 'warm'] as const;
const THINK_MS = { min: 0, max: 600_000 };
const TIMEOUT_MS = { min: 1_000, max: 3_600_000 };

const EDGE_CONNECTIONS = ['warm', 'cold'] as const;

/** The server as an edge: the page comes from an origin further on, everything else is at the edge. */
const originSchema = z.strictObject({
  think: duration(THINK_MS, 'how long the origin takes before the HTML; default 0').optional(),
  rtt: duration(RTT_MS, 'round trip between edge and origin').optional(),
  connection: z
    .enum(EDGE_CONNECTIONS, { error: (issue) => unknownWord('connection', issue.input, EDGE_CONNECTIONS) })
    .describe(
      'warm: the edge has one and the HTML waits for one such round trip; cold: for three, TCP and TLS 1.3 included',
    )
    .default('warm'),
});

/** What may stand in a scenario file. */
export const scenarioSchema = z
  .strictObject({
    name: z
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
        'a name has letters, digits, dots, dashes and underscores, at most 100',
      )
      .describe('names the folder of results; default: the name of the file')
      .optional(),
    site: z
      .string()
      .min(1)
      .max(1000)
      .describe('a site of the lab, or the path of a folder with a site.yaml, relative to this file'),
    network: networkSchema.describe('the path between browser and server: a preset, or numbers'),
    think: duration(THINK_MS, 'how long the origin takes before the HTML; default 0').optional(),
    origin: originSchema
      .describe('what stands behind an edge; a number of ms under "think" does for an origin that is slow')
      .optional(),
    cache: z
      .enum(CACHES, { error: (issue) => unknownWord('cache', issue.input, CACHES) })
      .describe(
        'the HTTP cache at the start of a trial: empty, or as an earlier visit of the same browser left it',
      )
      .default('cold'),
    connection: connectionSchema.default('new'),
    journey: journeySchema.optional(),
    measure: measureSchema.optional(),
    browser: browserSchema,
    strategies: z
      .array(strategySchema)
      .min(1)
      .max(MAX_STRATEGIES)
      .describe('what is compared: presets by name, or strategies spelled out'),
    baseline: z
      .string()
      .describe(
        'the strategy the others are compared with; default no-push where it is listed, else the first',
      )
      .optional(),
    metric: z
      .enum(METRIC_NAMES, { error: (issue) => unknownMetric(issue.input) })
      .describe('what the answer is about')
      .default('firstContentfulPaint'),
    runs: z.int().min(1).max(MAX_RUNS).describe('measured loads of each strategy').default(20),
    film: z
      .union([z.boolean(), z.strictObject({ runs: z.int().min(1).max(MAX_FILM_RUNS) })], {
        error: (issue) =>
          `found ${describeValue(issue.input)}; write true, false or { runs: 3 }, at most ${MAX_FILM_RUNS}`,
      })
      .describe(
        'whether each strategy is loaded once more, or `runs` times, and filmed; its times do not count',
      )
      .default(true),
    seed: z
      .int()
      .min(0)
      .max(0xffff_ffff)
      .describe('fixes the order of the trials, losses and resampling')
      .default(1),
    timeout: duration(
      TIMEOUT_MS,
      'after this long a trial has failed; default: three times what the link needs, at least 1min',
    ).optional(),
  })
  .superRefine(({ think, origin }, context) => {
    if (think === undefined || origin?.think === undefined) return;
    const message = 'stands under "think" as well; write it in one place';
    context.addIssue({ code: 'custom', path: ['origin', 'think'], message });
  })
  .describe('One question to the push lab: which strategy is fastest for this site on this network?');

export type ScenarioInput = z.output<typeof scenarioSchema>;

/** Short names that everyone uses and the results do not. */
const METRIC_ABBREVIATIONS: Readonly<Record<string, string>> = {
  fp: 'firstPaint',
  fcp: 'firstContentfulPaint',
  lcp: 'largestContentfulPaint',
  dcl: 'domContentLoadedEventEnd',
  load: 'loadEventEnd',
  onload: 'loadEventEnd',
  cls: 'cumulativeLayoutShift',
};

function unknownMetric(found: unknown): string {
  const short = typeof found === 'string' ? found.toLowerCase() : '';
  const full = Object.hasOwn(METRIC_ABBREVIATIONS, short) ? METRIC_ABBREVIATIONS[short] : undefined;
  if (full !== undefined) return `found ${describeValue(found)}; write ${full}`;
  return unknownWord('metric', found, METRIC_NAMES);
}

const SCENARIO_KEYS = Object.keys(scenarioSchema.shape);

/** The keys that may stand in the mapping at a path. */
export function keysAt(path: KeyPath): readonly string[] {
  if (path.length === 0) return SCENARIO_KEYS;
  if (path[0] === 'film') return ['runs'];
  if (path[0] === 'network') return networkKeysAt(path.slice(1));
  if (path[0] === 'strategies') return path[2] === 'http2' ? HTTP2_KEYS : STRATEGY_KEYS;
  if (path[0] === 'connection' || path[0] === 'journey') return clientKeysAt(path);
  if (path[0] === 'origin') return Object.keys(originSchema.shape);
  return [];
}

/** JSON Schema (draft 2020-12) of a scenario file, for editors. */
export function scenarioJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(scenarioSchema, { io: 'input' }), title: 'Scenario of the push lab' };
}
