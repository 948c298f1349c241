import { z } from 'zod';
import type { LinkConditions } from '../network/conditions.ts';
import { stationaryLossRate } from '../network/loss/gilbert-elliott-loss.ts';
import { lossRate, probability, scalarOrMapping } from './quantities.ts';

/** The `loss:` of a network: a share, or a mapping with bursts or packets by number. */

const MAX_FORCED = 10_000;

const mapping = z
  .strictObject({
    rate: lossRate('share lost, each packet by itself').optional(),
    p: probability('Gilbert-Elliott as in tc-netem(8): from the good state to the bad one').optional(),
    r: probability('from the bad state to the good one: bursts last 1/r packets; default 1 - p').optional(),
    '1-h': probability('loss in the bad state; default 100%').optional(),
    '1-k': probability('loss in the good state; default 0').optional(),
    packets: z
      .array(z.int().min(0).max(1e9))
      .min(1)
      .max(MAX_FORCED)
      .describe(
        'exactly these packets from the server, numbered from 0 as they reach the queue; only those with payload count',
      )
      .optional(),
  })
  .superRefine((loss, context) => {
    const refuse = (key: string, message: string) =>
      context.addIssue({ code: 'custom', path: [key], message });
    if (loss.rate === undefined && loss.p === undefined && loss.packets === undefined)
      context.addIssue({ code: 'custom', message: 'needs rate, p or packets' });
    if (loss.rate !== undefined && loss.p !== undefined)
      refuse('p', 'cannot stand beside rate: losses come in bursts or each by itself');
    if (loss.p === undefined) {
      for (const key of ['r', '1-h', '1-k'] as const)
        if (loss[key] !== undefined) refuse(key, 'has no meaning without p');
      return;
    }
    const chain = chainOf({ ...loss, p: loss.p });
    if (chain.r === 0) refuse('r', 'is 0: the bad state would never end; allowed: above 0');
    else if (stationaryLossRate(chain) >= 1) refuse('p', 'loses everything with these numbers');
  });

export const LOSS_KEYS: readonly string[] = Object.keys(mapping.shape);

/** What a `loss:` says; forced losses are of the downlink. */
export type LossInput = Pick<LinkConditions, 'lossRate' | 'gilbertElliott' | 'forcedLosses'>;

export const lossSchema = scalarOrMapping(
  lossRate('a share'),
  mapping,
  'loss after the queue, in each direction: a share, or a mapping (rate; p, r, 1-h, 1-k; packets); default 0',
).transform((input): LossInput => {
  if (typeof input === 'number') return { lossRate: input };
  const { rate = 0, p, packets } = input;
  const forced = packets === undefined ? {} : { forcedLosses: [...new Set(packets)].sort((a, b) => a - b) };
  if (p === undefined) return { lossRate: rate, ...forced };
  const chain = chainOf({ ...input, p });
  return { lossRate: stationaryLossRate(chain), gilbertElliott: chain, ...forced };
});

/** Defaults of tc-netem(8). */
function chainOf(loss: {
  p: number;
  r?: number | undefined;
  '1-h'?: number | undefined;
  '1-k'?: number | undefined;
}) {
  const { p, r = 1 - p, '1-h': badLossRate = 1, '1-k': goodLossRate = 0 } = loss;
  return { p, r, badLossRate, goodLossRate };
}
