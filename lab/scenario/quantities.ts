import { z } from 'zod';
import { describeValue } from '../input/problems.ts';
import {
  BANDWIDTH,
  DURATION,
  formatBandwidth,
  formatDuration,
  formatFraction,
  formatSize,
  parseFraction,
  parseQuantity,
  SIZE,
  type QuantityKind,
} from '../network/units.ts';

/** Quantities with units as zod types: text in, a number in the base unit out, bounds with their reason in words. */

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** A duration; the result is in ms. */
export function duration(bounds: Bounds, description: string) {
  return quantity(DURATION, bounds, formatDuration, description);
}

/** A rate; the result is in bit/s. */
export function bandwidth(bounds: Bounds, description: string) {
  return quantity(BANDWIDTH, bounds, formatBandwidth, description);
}

/** A size; the result is in bytes. */
export function size(bounds: Bounds, description: string) {
  return quantity(SIZE, bounds, formatSize, description);
}

/** A share from 0 to below 1, as a percentage or a fraction; the result is a fraction. */
export function lossRate(description: string) {
  return z
    .unknown()
    .transform((input, context) => {
      const parsed = parseFraction(input);
      if ('value' in parsed && parsed.value >= 0 && parsed.value < 1) return parsed.value;
      const allowed = `allowed: 0 to below 1, or ${formatFraction(0)} to below ${formatFraction(1)}`;
      const problem = 'problem' in parsed ? parsed.problem : allowed;
      context.addIssue({ code: 'custom', message: `found ${describeValue(input)}; ${problem}` });
      return z.NEVER;
    })
    .meta({
      description: `${description}; e.g. 1% or 0.01`,
      anyOf: [
        { type: 'number', minimum: 0, exclusiveMaximum: 1 },
        { type: 'string', pattern: String.raw`^\d+(\.\d+)? ?%?$` },
      ],
    });
}

/** A word such as `auto`, or a size in bytes. */
export function sizeOrWord<Word extends string>(word: Word, bounds: Bounds, description: string) {
  return z
    .unknown()
    .transform((input, context) => (input === word ? word : read(SIZE, bounds, formatSize, input, context)))
    .meta({
      type: 'string',
      pattern: patternOf(SIZE, `${word}|`),
      description: `${description}; e.g. ${SIZE.example}`,
    });
}

/** `true` or `false`, also as text: on the command line everything is. */
export function yesOrNo(description: string) {
  return z
    .preprocess((input) => (input === 'true' ? true : input === 'false' ? false : input), z.boolean())
    .meta({ type: 'boolean', description });
}

function quantity(
  kind: QuantityKind,
  bounds: Bounds,
  format: (value: number) => string,
  description: string,
) {
  const range = `${format(bounds.min)} to ${format(bounds.max)}`;
  return z
    .unknown()
    .transform((input, context) => read(kind, bounds, format, input, context))
    .meta({
      // A bare 0 is the only number that needs no unit.
      ...(bounds.min === 0 ? { type: ['string', 'integer'], minimum: 0, maximum: 0 } : { type: 'string' }),
      pattern: patternOf(kind),
      description: `${description}; ${range}, e.g. ${kind.example}`,
    } as z.core.GlobalMeta);
}

function read(
  kind: QuantityKind,
  { min, max }: Bounds,
  format: (value: number) => string,
  input: unknown,
  context: z.RefinementCtx,
): number {
  const parsed = parseQuantity(kind, input);
  if ('value' in parsed && parsed.value >= min && parsed.value <= max) return parsed.value;
  const problem = 'problem' in parsed ? parsed.problem : `allowed: ${format(min)} to ${format(max)}`;
  const message =
    input === undefined
      ? `is missing; expected ${kind.noun}, e.g. ${kind.example}`
      : `found ${describeValue(input)}; ${problem}`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

function patternOf(kind: QuantityKind, alternative = ''): string {
  return `^(${alternative}\\d+(\\.\\d+)? ?(${Object.keys(kind.units).join('|')}))$`;
}
