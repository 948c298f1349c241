import type { LinkConditions } from '../conditions.ts';
import { BernoulliLoss } from './bernoulli-loss.ts';
import { GilbertElliottLoss } from './gilbert-elliott-loss.ts';

/** Chance behind the queue. */
export interface LossProcess {
  /** Whether this packet is lost; asked once per packet, in order. */
  next(): boolean;
}

/** @param random uniform in [0, 1) */
export function createLoss(conditions: LinkConditions, random: () => number): LossProcess {
  const { gilbertElliott, lossRate } = conditions;
  return gilbertElliott === undefined
    ? new BernoulliLoss(lossRate, random)
    : new GilbertElliottLoss(gilbertElliott, random);
}
