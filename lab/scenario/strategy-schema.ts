import { z } from 'zod';
import { describeValue, unknownWord } from '../input/problems.ts';
import {
  defaultGates,
  defaultWhen,
  findStrategyPreset,
  STRATEGY_ALIASES,
  STRATEGY_PRESET_NAMES,
} from '../../server/strategies/presets.ts';
import { PERSONALITIES } from '../../server/link/personalities.ts';
import { describeStrategy } from '../../server/strategies/describe.ts';
import type { Budget, Strategy } from '../../server/strategies/strategy.ts';
import { size } from './quantities.ts';
import { completeTransport, http1Problems, transportFields } from './transport-schema.ts';

/** An entry of `strategies:`: the name of a preset, or a strategy composed of what × when × how × gate. */

const presetName = z.enum([...STRATEGY_PRESET_NAMES, ...Object.keys(STRATEGY_ALIASES)], {
  error: (issue) => unknownWord('strategy', issue.input, STRATEGY_PRESET_NAMES),
});

/** What may stand in a folder name, a report and a comma list. */
const strategyName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'a name has letters, digits, dots, dashes and underscores, at most 64',
  );

const resourcePath = z
  .string()
  .regex(
    /^(?:https:\/)?\/[\x21\x22\x24-\x7e]*$/,
    'a path starts with /, of another host with // or https://, and has neither spaces, nor #, nor letters beyond ASCII',
  );

const WHAT = ['critical', 'all', 'children', 'graph', 'next-page'] as const;
const KINDS = ['style', 'script', 'image', 'font', 'other'] as const;
const ORDER = ['given', 'critical-first', 'smallest-first'] as const;
const WHEN = [
  'before-html',
  'while-thinking',
  'after-html',
  'interleaved',
  'with-html',
  'with-resource',
  'during-interactive',
] as const;
const HOW = [
  'none',
  'push',
  'origin-link',
  'preload-header',
  'preload-tag',
  'early-hints',
  'prefetch',
] as const;
const GATES = ['push-allowed', 'once-per-connection', 'push-cookie', 'cache-digest', 'save-data'] as const;
const SCHEDULERS = ['client', 'blocking-first', 'fifo', 'fair'] as const;
const MIME_ORDERS = ['before', 'after', 'interleaved'] as const;

/** Up to 100 MB: no site of the lab is larger. */
const BUDGET_BYTES = { min: 1, max: 100_000_000 };
const INTERLEAVE_BYTES = { min: 1, max: 100_000_000 };

function oneOf<Word extends string>(kind: string, words: readonly Word[]) {
  return z.enum(words, { error: (issue) => unknownWord(kind, issue.input, words) });
}

const whatSchema = z.union(
  [
    oneOf('resources', WHAT),
    z.strictObject({ types: z.array(oneOf('type', KINDS)).min(1).max(KINDS.length) }),
    z
      .array(resourcePath)
      .min(1)
      .max(200)
      .refine((paths) => new Set(paths).size === paths.length, 'a path is there twice'),
  ],
  {
    error: (issue) =>
      typeof issue.input === 'string'
        ? unknownWord('resources', issue.input, WHAT)
        : `found ${describeValue(issue.input)}; expected ${WHAT.join(', ')}, { types: [...] } or a list of paths`,
  },
);

const SLICES = ['none', 'first-scan'] as const;
const SLICE_BYTES = { min: 1, max: 100_000_000 };
const sliceError = (issue: { input?: unknown }) =>
  `found ${describeValue(issue.input)}; expected none, first-scan, or a size such as 8kB`;

const budgetError = (issue: { input?: unknown }) =>
  `found ${describeValue(issue.input)}; expected cwnd-html, a size such as 20kB, or { bdp: 0.5 }`;

const budgetSchema = z.union(
  [
    z.literal('cwnd-html', { error: budgetError }),
    z.strictObject({ bdp: z.number().positive().max(1000) }),
    size(BUDGET_BYTES, 'so many bytes'),
  ],
  { error: budgetError },
);

const schedulerSchema = z.union(
  [
    oneOf('scheduler', SCHEDULERS),
    z.strictObject({
      mime: z
        .array(
          z.strictObject({
            type: z
              .string()
              .regex(
                /^(\*|[a-z0-9.+-]+\/(\*|[a-z0-9.+-]+))$/,
                'a media type, such as text/css, image/* or *',
              ),
            order: oneOf('order', MIME_ORDERS),
            weight: z.int().min(1).max(256).optional(),
          }),
        )
        .min(1)
        .max(50),
    }),
  ],
  {
    error: (issue) =>
      typeof issue.input === 'string'
        ? unknownWord('scheduler', issue.input, SCHEDULERS)
        : `found ${describeValue(issue.input)}; expected ${SCHEDULERS.join(', ')} or { mime: [{ type, order, weight }] }`,
  },
);

export const strategyObjectSchema = z
  .strictObject({
    name: strategyName.describe('how results call it; default: the name of the preset').optional(),
    preset: presetName.describe('what is not given here comes from this preset').optional(),
    description: z.string().min(1).max(500).describe('one sentence; default: made from the rest').optional(),
    what: whatSchema.describe('which resources; default critical').optional(),
    order: oneOf('order', ORDER).describe('in which order; default given').optional(),
    when: oneOf('moment', WHEN).describe('when pushed bodies go out; default after-html').optional(),
    interleaveAt: z
      .union([z.literal('head'), size(INTERLEAVE_BYTES, 'bytes of the HTML as sent')], {
        error: (issue) => `found ${describeValue(issue.input)}; expected head, or a size such as 4kB`,
      })
      .describe('interleaved: where the HTML stops; default head')
      .optional(),
    how: oneOf('way', HOW).describe('by which means').optional(),
    personality: oneOf('personality', PERSONALITIES)
      .describe('origin-link: whose reading of Link fields; default lab')
      .optional(),
    gate: z
      .array(oneOf('gate', GATES))
      .max(GATES.length)
      .describe('what must hold first; default for pushes: push-allowed, once-per-connection')
      .optional(),
    budget: budgetSchema.describe('what may be sent ahead with one page; default: no limit').optional(),
    ...transportFields,
    scheduler: schedulerSchema.describe('which ready stream goes next; default client').optional(),
    firstSlice: z
      .union([z.enum(SLICES, { error: sliceError }), size(SLICE_BYTES, 'bytes of each')], {
        error: sliceError,
      })
      .describe('how much of each progressive JPEG goes before any of them goes on; default none')
      .optional(),
  })
  .superRefine((strategy, context) => {
    const preset = strategy.preset === undefined ? undefined : findStrategyPreset(strategy.preset);
    const missing = (key: string, message: string) =>
      context.addIssue({ code: 'custom', path: [key], message });
    if (preset === undefined) {
      if (strategy.name === undefined)
        missing('name', 'is missing; a strategy without a preset needs a name');
      if (strategy.how === undefined) missing('how', `is missing; allowed: ${HOW.join(', ')}`);
    }
    const how = strategy.how ?? preset?.how;
    const precedes = ['before-html', 'while-thinking', undefined].includes(strategy.when);
    if (how === 'early-hints' && !precedes) {
      missing('when', `found "${strategy.when}"; a 103 response always precedes the HTML: leave "when" out`);
    }
    const when = strategy.when ?? (preset?.how === how ? preset?.when : undefined);
    if (strategy.interleaveAt !== undefined && when !== 'interleaved') {
      missing('interleaveAt', 'has a meaning only with "when: interleaved"');
    }
    if (strategy.personality !== undefined && how !== 'origin-link') {
      missing('personality', 'has a meaning only with "how: origin-link"');
    }
    const protocol = strategy.protocol ?? preset?.protocol;
    for (const { key, message } of http1Problems({ ...strategy, protocol, effectiveHow: how }))
      missing(key, message);
    const what = strategy.what ?? preset?.what;
    const isWithResource = when === 'with-resource' && (what === 'children' || what === 'graph');
    if ((when === 'with-resource' || what === 'children') && !isWithResource && how === 'push') {
      missing(
        strategy.when === undefined ? 'what' : 'when',
        '"when: with-resource" goes with "what: children", or "what: graph": what a requested resource leads to is pushed with it',
      );
    }
    if (
      how !== 'push' &&
      how !== 'origin-link' &&
      how !== 'none' &&
      how !== undefined &&
      (strategy.gate?.includes('push-allowed') ?? false)
    ) {
      missing('gate', `"push-allowed" has no meaning for ${how}, which pushes nothing`);
    }
  });

export const STRATEGY_KEYS: readonly string[] = Object.keys(strategyObjectSchema.shape);

export const strategySchema = z.union([presetName, strategyObjectSchema], {
  error: (issue) =>
    `found ${describeValue(issue.input)}; expected a strategy (${STRATEGY_PRESET_NAMES.join(', ')}) or a mapping (name, how, what, ...)`,
});

export type StrategyInput = z.output<typeof strategySchema>;

/** The complete strategy; a description that no longer fits its preset is made anew. */
export function completeStrategy(input: StrategyInput): Strategy {
  if (typeof input === 'string') return requirePreset(input);
  const preset = input.preset === undefined ? undefined : requirePreset(input.preset);
  const how = input.how ?? preset?.how ?? 'none';
  const sameHow = preset?.how === how;
  const parts = {
    what: input.what ?? preset?.what ?? 'critical',
    order: input.order ?? preset?.order ?? 'given',
    when: input.when ?? (sameHow ? preset.when : defaultWhen(how)),
    interleaveAt: input.interleaveAt ?? preset?.interleaveAt ?? 'head',
    how,
    personality: input.personality ?? preset?.personality ?? 'lab',
    gate: input.gate ?? (sameHow ? preset.gate : defaultGates(how)),
    budget: input.budget === undefined ? preset?.budget : budgetOf(input.budget),
    scheduler: input.scheduler ?? preset?.scheduler ?? 'client',
    ...completeTransport(input, preset),
    firstSlice: input.firstSlice ?? preset?.firstSlice ?? 'none',
  };
  const name = input.name ?? preset?.name;
  if (name === undefined) throw new RangeError('a strategy needs a name or a preset');
  return { name, description: input.description ?? describeStrategy(parts), ...parts };
}

function requirePreset(name: string): Strategy {
  const preset = findStrategyPreset(name);
  if (preset === undefined) throw new RangeError(`no strategy preset ${name}`);
  return preset;
}

function budgetOf(input: z.output<typeof budgetSchema>): Budget {
  if (input === 'cwnd-html') return input;
  return typeof input === 'number' ? { bytes: input } : { bdpShare: input.bdp };
}
