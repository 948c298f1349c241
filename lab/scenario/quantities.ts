import { z } from 'zod';
import { describeValue } from '../input/problems.ts';
import type { QueueLimit } from '../network/conditions.ts';
import { describeLimit } from '../network/describe.ts';
import {
  BANDWIDTH,
  DURATION,
  PACKETS,
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

export const RTT_MS: Bounds = { min: 0, max: 60_000 };
/** Down to the slowest modem that ever carried HTTP, up to where a user-space emulator stops being one. */
export const BANDWIDTH_BPS: Bounds = { min: 1_000, max: 10e9 };

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
  const allowed = `0 to below 1, or ${formatFraction(0)} to below ${formatFraction(1)}`;
  return fraction((value) => value < 1, allowed, { minimum: 0, exclusiveMaximum: 1 }, description);
}

/** A share from 0 to 1, as a percentage or a fraction; the result is a fraction. */
export function probability(description: string) {
  const allowed = `0 to 1, or ${formatFraction(0)} to ${formatFraction(1)}`;
  return fraction((value) => value <= 1, allowed, { minimum: 0, maximum: 1 }, description);
}

function fraction(
  isBelow: (value: number) => boolean,
  allowed: string,
  bounds: Record<string, number>,
  description: string,
) {
  return z
    .unknown()
    .transform((input, context) => {
      const parsed = parseFraction(input);
      if ('value' in parsed && parsed.value >= 0 && isBelow(parsed.value)) return parsed.value;
      const problem = 'problem' in parsed ? parsed.problem : `allowed: ${allowed}`;
      context.addIssue({ code: 'custom', message: `found ${describeValue(input)}; ${problem}` });
      return z.NEVER;
    })
    .meta({
      description: `${description}; e.g. 1% or 0.01`,
      anyOf: [
        { type: 'number', ...bounds },
        { type: 'string', pattern: String.raw`^\d+(\.\d+)? ?%?$` },
      ],
    });
}

/** A whole number, also as text: on the command line everything is. */
export function count(bounds: Bounds, description: string) {
  return z
    .preprocess(
      (input) => (typeof input === 'string' && /^\d{1,9}$/.test(input) ? Number(input) : input),
      z.int().min(bounds.min).max(bounds.max),
    )
    .meta({ type: 'integer', minimum: bounds.min, maximum: bounds.max, description });
}

/** Less than one full packet and nothing would ever arrive. */
const QUEUE_BYTES = { min: 1_500, max: 1e9 };
const QUEUE_PACKETS = { min: 1, max: 1e6 };
const QUEUE_DELAY_MS = { min: 1, max: 60_000 };

/** How much a queue holds, `64kB`, `100 packets` or `200ms`, or one of some words. */
export function queueLimit<Word extends string = never>(description: string, words: readonly Word[] = []) {
  return z
    .unknown()
    .transform((input, context): QueueLimit | Word => {
      const word = words.find((candidate) => candidate === input);
      if (word !== undefined) return word;
      const unit = typeof input === 'string' ? (/[^\s\d.]+$/.exec(input.trim())?.[0] ?? '') : '';
      if (Object.hasOwn(PACKETS.units, unit)) {
        return {
          packets: read(PACKETS, QUEUE_PACKETS, (packets) => describeLimit({ packets }), input, context),
        };
      }
      if (Object.hasOwn(DURATION.units, unit)) {
        return { delayMs: read(DURATION, QUEUE_DELAY_MS, formatDuration, input, context) };
      }
      return { bytes: read(queueSize(words), QUEUE_BYTES, formatSize, input, context) };
    })
    .meta({
      type: 'string',
      pattern: patternOf(
        { units: { ...SIZE.units, ...PACKETS.units, ...DURATION.units } },
        words.map((word) => `${word}|`).join(''),
      ),
      description: `${description}; e.g. 64kB, 100 packets or 200ms`,
    });
}

/** Named for what it limits where the unit is missing or unknown, and with the words that may stand in its place. */
function queueSize(words: readonly string[]): QuantityKind {
  const others = words.length === 0 ? '' : `; or ${words.join(' or ')}`;
  return { ...SIZE, noun: 'a queue limit', unitList: `${SIZE.unitList}, packets or ms${others}` };
}

/**
 * A word or number, or a mapping in its place. Not a union: each is checked as what it is, so that messages name the
 * key of a mapping that is wrong.
 */
export function scalarOrMapping<Scalar, Mapping>(
  scalar: z.ZodType<Scalar>,
  mapping: z.ZodType<Mapping>,
  description: string,
) {
  return z
    .unknown()
    .transform((input, context): Scalar | Mapping => {
      const isMapping = typeof input === 'object' && input !== null && !Array.isArray(input);
      const result = (isMapping ? mapping : scalar).safeParse(input);
      if (result.success) return result.data;
      for (const issue of result.error.issues) context.addIssue({ ...issue, input } as never);
      return z.NEVER;
    })
    .meta({ description, anyOf: [jsonSchemaOf(scalar), jsonSchemaOf(mapping)] } as z.core.GlobalMeta);
}

function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  const document: Record<string, unknown> = { ...z.toJSONSchema(schema, { io: 'input' }) };
  delete document['$schema'];
  return document;
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
  const range = rangeText(kind, bounds, format);
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
  bounds: Bounds,
  format: (value: number) => string,
  input: unknown,
  context: z.RefinementCtx,
): number {
  const parsed = parseQuantity(kind, input);
  if ('value' in parsed && parsed.value >= bounds.min && parsed.value <= bounds.max) return parsed.value;
  const problem = 'problem' in parsed ? parsed.problem : `allowed: ${rangeText(kind, bounds, format)}`;
  const message =
    input === undefined
      ? `is missing; expected ${kind.noun}, e.g. ${kind.example}`
      : `found ${describeValue(input)}; ${problem}`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

function rangeText(kind: QuantityKind, { min, max }: Bounds, format: (value: number) => string): string {
  return `${exactText(kind, min, format)} to ${exactText(kind, max, format)}`;
}

/** A bound that is named must be taken: in the base unit where three digits are not all it has. */
function exactText(kind: QuantityKind, value: number, format: (value: number) => string): string {
  const text = format(value);
  const parsed = parseQuantity(kind, text);
  if ('value' in parsed && parsed.value === value) return text;
  return `${value} ${Object.keys(kind.units).find((unit) => kind.units[unit] === 1)}`;
}

function patternOf(kind: Pick<QuantityKind, 'units'>, alternative = ''): string {
  return `^(${alternative}\\d+(\\.\\d+)? ?(${Object.keys(kind.units).join('|')}))$`;
}
