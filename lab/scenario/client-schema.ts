import { z } from 'zod';
import { describeValue, didYouMean, type KeyPath } from '../input/problems.ts';
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

/** The keys that may stand in the mapping at a path. */
export function clientKeysAt(path: KeyPath): readonly string[] {
  return path.length === 1 ? Object.keys(idleSchema.shape) : [];
}
