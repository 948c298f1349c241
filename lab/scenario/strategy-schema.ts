import { z } from 'zod';
import { describeValue, unknownWord } from '../input/problems.ts';
import {
  defaultGates,
  defaultWhen,
  describeStrategy,
  findStrategyPreset,
  STRATEGY_ALIASES,
  STRATEGY_PRESET_NAMES,
} from '../../server/strategies/presets.ts';
import type { Strategy } from '../../server/strategies/strategy.ts';

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
    /^\/[\x21\x22\x24-\x7e]*$/,
    'a path starts with / and has neither spaces, nor #, nor letters beyond ASCII',
  );

const WHAT = ['critical', 'all'];
const WHEN = ['before-html', 'after-html'] as const;
const HOW = ['none', 'push', 'preload-header', 'early-hints'] as const;
const GATES = ['push-allowed', 'once-per-connection'] as const;

export const strategyObjectSchema = z
  .strictObject({
    name: strategyName.describe('how results call it; default: the name of the preset').optional(),
    preset: presetName.describe('what is not given here comes from this preset').optional(),
    description: z.string().min(1).max(500).describe('one sentence; default: made from the rest').optional(),
    what: z
      .union(
        [
          z.enum(['critical', 'all'], { error: (issue) => unknownWord('resources', issue.input, WHAT) }),
          z
            .array(resourcePath)
            .min(1)
            .max(200)
            .refine((paths) => new Set(paths).size === paths.length, 'a path is there twice'),
        ],
        {
          error: (issue) => `found ${describeValue(issue.input)}; expected critical, all or a list of paths`,
        },
      )
      .describe('which resources; default critical')
      .optional(),
    when: z
      .enum(WHEN, { error: (issue) => unknownWord('moment', issue.input, WHEN) })
      .describe('when pushed bodies go out; default after-html')
      .optional(),
    how: z
      .enum(HOW, { error: (issue) => unknownWord('way', issue.input, HOW) })
      .describe('by which means')
      .optional(),
    gate: z
      .array(z.enum(GATES, { error: (issue) => unknownWord('gate', issue.input, GATES) }))
      .max(GATES.length)
      .describe('what must hold first; default for push: push-allowed, once-per-connection')
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
    if (how === 'early-hints' && strategy.when === 'after-html') {
      missing('when', 'found "after-html"; a 103 response always precedes the HTML: leave "when" out');
    }
    if (
      how !== 'push' &&
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
    when: input.when ?? (sameHow ? preset.when : defaultWhen(how)),
    how,
    gate: input.gate ?? (sameHow ? preset.gate : defaultGates(how)),
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
