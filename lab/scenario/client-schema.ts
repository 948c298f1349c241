import { z } from 'zod';
import { describeValue, didYouMean, type KeyPath, type Problem } from '../input/problems.ts';
import { duration } from './quantities.ts';
import type { Scenario } from './scenario.ts';

/** The server closes a connection nobody used for 300 s. */
const IDLE_MS = { min: 0, max: 240_000 };

const CONNECTIONS = ['new', 'reused'] as const;

const idleSchema = z.strictObject({
  idle: duration(IDLE_MS, 'how long the connection rests between the earlier visit and the measured one'),
});

/** Whose connections a trial begins with. */
export const connectionSchema = z
  .union([z.enum(CONNECTIONS, { error: unknownConnection }), idleSchema], { error: unknownConnection })
  .describe(
    'new: none is open; reused: one on which the page was loaded before, unmeasured, so that its congestion window has grown',
  );

function unknownConnection({ input }: { readonly input?: unknown }): string {
  const hint = typeof input === 'string' ? didYouMean(input, CONNECTIONS) : '';
  return `found ${describeValue(input)}${hint}; expected new, reused, or { idle: 5s } for a reused one that has rested`;
}

export function completeConnection(input: z.output<typeof connectionSchema>): Scenario['connection'] {
  if (input === 'new') return 'new';
  return { idleMs: input === 'reused' ? 0 : input.idle };
}

const MAX_PAGES = 20;
/** Less, and the paints that follow the load event were not seen yet. */
const AFTER_MS = { min: 200, max: IDLE_MS.max };

const pathSchema = z.string().regex(/^\/\S*$/, 'expected the path of a page of the site, e.g. /post.html');

const stepSchema = z.strictObject({
  path: pathSchema.describe('of a page of the site'),
  after: duration(
    AFTER_MS,
    'asked for so long after the load event of the page before, whatever is still on its way; default: once nothing is',
  ).optional(),
});

/** Pages of one visitor, in order. */
export const journeySchema = z
  .array(
    z.union([pathSchema, stepSchema], {
      error: ({ input }) => `found ${describeValue(input)}; expected a path or { path, after }`,
    }),
  )
  .min(1)
  .max(MAX_PAGES)
  .describe(
    'pages that one visitor loads one after the other, each of them measured; the first with an empty cache and a new connection',
  );

const MEASURES = ['first', 'last', 'journey'] as const;

/** Which page the answer is about. */
export const measureSchema = z
  .union([z.enum(MEASURES, { error: unknownMeasure }), z.int().min(1).max(MAX_PAGES)], {
    error: unknownMeasure,
  })
  .describe(
    'which page of the journey the answer is about: first, last (the default), its number from 1, or journey: all of them added up',
  );

function unknownMeasure({ input }: { readonly input?: unknown }): string {
  const hint = typeof input === 'string' ? didYouMean(input, MEASURES) : '';
  return `found ${describeValue(input)}${hint}; expected first, last, journey, or the number of a page`;
}

export function completeJourney(input: z.output<typeof journeySchema> = []): Scenario['journey'] {
  return input.map((step) =>
    typeof step === 'string' ? { path: step, afterMs: undefined } : { path: step.path, afterMs: step.after },
  );
}

export function completeMeasure(
  measure: z.output<typeof measureSchema> | undefined,
  pages: number,
): Scenario['measure'] {
  if (measure === 'journey' && pages > 1) return measure;
  if (typeof measure === 'number') return measure - 1;
  return measure === 'first' ? 0 : Math.max(0, pages - 1);
}

/** What does not go together. */
export function journeyProblems(input: {
  readonly journey?: z.output<typeof journeySchema> | undefined;
  readonly measure?: z.output<typeof measureSchema> | undefined;
  readonly cache: string;
  readonly connection: z.output<typeof connectionSchema>;
}): Problem[] {
  const { journey, measure, cache, connection } = input;
  const problem = (path: KeyPath, message: string): Problem[] => [{ path, at: 'value', message }];
  if (journey === undefined) {
    return measure === undefined ? [] : problem(['measure'], 'there is no journey to choose a page of');
  }
  const [first] = journey;
  return [
    ...(cache === 'cold'
      ? []
      : problem(['cache'], 'a journey begins with an empty cache; make the earlier visit its first page')),
    ...(connection === 'new'
      ? []
      : problem(
          ['connection'],
          'a journey begins with a new connection; make the earlier visit its first page',
        )),
    ...(typeof first === 'object' && first.after !== undefined
      ? problem(['journey', 0, 'after'], 'no page comes before the first')
      : []),
    ...(typeof measure === 'number' && measure > journey.length
      ? problem(['measure'], `found ${measure}; the journey has ${journey.length} pages`)
      : []),
  ];
}

/** The keys that may stand in the mapping at a path. */
export function clientKeysAt(path: KeyPath): readonly string[] {
  return Object.keys((path[0] === 'journey' ? stepSchema : idleSchema).shape);
}
