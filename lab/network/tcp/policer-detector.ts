import type { TimeMs } from '../simulation.ts';

/** Rounds that an interval has at least, and at most (bbr_lt_intvl_min_rtts). */
const MIN_ROUNDS = 4;
const MAX_ROUNDS = 16;
/** Lost segments per delivered one that make an interval lossy, in 256ths (bbr_lt_loss_thresh). */
const LOSSY = 50;
const ONE = 256;
/** Two rates are alike if they differ by an eighth, or by 4 kbit/s. */
const ALIKE_SHARE = 1 / 8;
const ALIKE_BYTES_PER_MS = 0.5;
/** A rate found is believed for so many rounds (bbr_lt_bw_max_rtts). */
const BELIEVED_ROUNDS = 48;

/** Counts of a connection so far. */
export interface DeliveryCounts {
  readonly deliveredMs: TimeMs;
  readonly delivered: number;
  readonly lost: number;
}

/**
 * Notices a token-bucket policer, as BBR does ("long-term bandwidth"): two intervals in a row that lost a fifth or more
 * and delivered at the same rate. That rate is then sent at, without probing for more, for a while.
 */
export class PolicerDetector {
  readonly #bytesPerSegment: number;
  #isSampling = false;
  #start: DeliveryCounts = { deliveredMs: 0, delivered: 0, lost: 0 };
  #rounds = 0;
  /** Of the interval before. */
  #segmentsPerMs: number | undefined;
  #isPoliced = false;

  constructor(bytesPerSegment: number) {
    this.#bytesPerSegment = bytesPerSegment;
  }

  /** The rate of the policer; undefined: there seems to be none. */
  get segmentsPerMs(): number | undefined {
    return this.#isPoliced ? this.#segmentsPerMs : undefined;
  }

  reset(counts: DeliveryCounts): void {
    this.#segmentsPerMs = undefined;
    this.#isPoliced = this.#isSampling = false;
    this.#begin(counts);
  }

  /** @returns whether a rate is no longer believed, so that probing begins again */
  onAck(
    counts: DeliveryCounts,
    ack: { losses: number; isAppLimited: boolean; startsRound: boolean; probes: boolean },
  ): boolean {
    if (this.#isPoliced) {
      if (!ack.probes || !ack.startsRound || ++this.#rounds < BELIEVED_ROUNDS) return false;
      this.reset(counts);
      return true;
    }
    // An interval begins and ends with a loss: then the bucket is empty.
    if (!this.#isSampling) {
      if (ack.losses === 0) return false;
      this.#begin(counts);
      this.#isSampling = true;
    }
    if (ack.isAppLimited) {
      this.reset(counts);
      return false;
    }
    if (ack.startsRound) this.#rounds++;
    if (this.#rounds < MIN_ROUNDS) return false;
    if (this.#rounds > MAX_ROUNDS) this.reset(counts);
    else if (ack.losses > 0) this.#end(counts);
    return false;
  }

  #begin(counts: DeliveryCounts): void {
    this.#start = counts;
    this.#rounds = 0;
  }

  #end(counts: DeliveryCounts): void {
    const delivered = counts.delivered - this.#start.delivered;
    const lost = counts.lost - this.#start.lost;
    const durationMs = Math.floor(counts.deliveredMs) - Math.floor(this.#start.deliveredMs);
    if (delivered <= 0 || lost * ONE < LOSSY * delivered || durationMs < 1) return;
    const segmentsPerMs = delivered / durationMs;
    const before = this.#segmentsPerMs;
    if (before !== undefined && this.#areAlike(segmentsPerMs, before)) {
      this.#segmentsPerMs = (segmentsPerMs + before) / 2;
      this.#isPoliced = true;
      this.#rounds = 0;
      return;
    }
    this.#segmentsPerMs = segmentsPerMs;
    this.#begin(counts);
  }

  #areAlike(a: number, b: number): boolean {
    const difference = Math.abs(a - b);
    return difference <= ALIKE_SHARE * b || difference * this.#bytesPerSegment <= ALIKE_BYTES_PER_MS;
  }
}
