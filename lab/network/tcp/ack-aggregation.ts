import type { TimeMs } from '../simulation.ts';

/** Rounds after which an estimate is begun anew; the one before it still counts (bbr_extra_acked_win_rtts). */
const WINDOW_ROUNDS = 5;
/** An epoch with this many segments is ended (bbr_ack_epoch_acked_reset_thresh). */
const MAX_EPOCH_SEGMENTS = 2 ** 20;

/**
 * How much more than the path's rate explains is acknowledged at once: by that much a window has to be larger so that
 * sending goes on through the silences in between. The maximum of the last 5 to 10 rounds.
 */
export class AckAggregation {
  readonly #maxima: [current: number, previous: number] = [0, 0];
  #rounds = 0;
  #epochStartMs: TimeMs = 0;
  #epochSegments = 0;

  get extraSegments(): number {
    return Math.max(...this.#maxima);
  }

  startEpoch(nowMs: TimeMs): void {
    this.#epochStartMs = nowMs;
    this.#epochSegments = 0;
  }

  /** @param segmentsPerMs the rate of the path */
  onDelivered(
    segments: number,
    at: { nowMs: TimeMs; segmentsPerMs: number; cwnd: number; startsRound: boolean },
  ): void {
    if (at.startsRound && ++this.#rounds >= WINDOW_ROUNDS) {
      this.#rounds = 0;
      this.#maxima[1] = this.#maxima[0];
      this.#maxima[0] = 0;
    }
    let expected = Math.floor(at.segmentsPerMs * (at.nowMs - this.#epochStartMs));
    if (this.#epochSegments <= expected || this.#epochSegments + segments >= MAX_EPOCH_SEGMENTS) {
      this.startEpoch(at.nowMs);
      expected = 0;
    }
    this.#epochSegments += segments;
    this.#maxima[0] = Math.max(this.#maxima[0], Math.min(this.#epochSegments - expected, at.cwnd));
  }
}
