import type { GilbertElliottConditions } from '../conditions.ts';
import type { LossProcess } from './loss-process.ts';

/**
 * Bursts of loss: a chain of two states, each with a loss probability of its own (Gilbert 1960, Elliott 1963), in the
 * terms and the order of Linux's netem (`gemodel` of tc-netem(8), loss_gilb_ell in net/sched/sch_netem.c): the state
 * a packet finds decides its loss, and the next state is drawn from it.
 */
export class GilbertElliottLoss implements LossProcess {
  readonly #conditions: GilbertElliottConditions;
  readonly #random: () => number;
  #bad = false;

  constructor(conditions: GilbertElliottConditions, random: () => number) {
    this.#conditions = conditions;
    this.#random = random;
  }

  next(): boolean {
    const { p, r, badLossRate, goodLossRate } = this.#conditions;
    const wasBad = this.#bad;
    if (this.#random() < (wasBad ? r : p)) this.#bad = !wasBad;
    return this.#random() < (wasBad ? badLossRate : goodLossRate);
  }
}

/** Share of packets lost in the long run: the share of time in each state, p/(p+r) of it bad, times its loss. */
export function stationaryLossRate({ p, r, badLossRate, goodLossRate }: GilbertElliottConditions): number {
  // Nothing leads out of the good state, in which it starts.
  if (p === 0) return goodLossRate;
  return (p * badLossRate + r * goodLossRate) / (p + r);
}
