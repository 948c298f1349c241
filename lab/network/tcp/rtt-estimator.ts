/** Linux's tcp_rto_min: RFC 6298 asks for 1 s, kernels have used 200 ms for decades. */
export const RTO_MIN_MS = 200;
/** RFC 6298 (2.1). */
const INITIAL_RTO_MS = 1000;
/** Linux's TCP_RTO_MAX. */
const RTO_MAX_MS = 120_000;

/**
 * srtt, rttvar and rto as RFC 6298 defines and Linux's `tcp_rtt_estimator` computes them: the deviation rises at once,
 * decays once per round trip, and has the 200 ms minimum added to srtt rather than applied to the sum.
 */
export class RttEstimator {
  /** Infinity: no sample yet. A number in any case: it is then rewritten in place. */
  srttMs = Infinity;
  minRttMs = Infinity;
  rtoMs = INITIAL_RTO_MS;
  #deviationMs = 0;
  #maxDeviationMs = RTO_MIN_MS;
  #rttvarMs = RTO_MIN_MS;
  #roundEndSeq = 0;

  /**
   * @param rttMs of the earliest segment a (selective) acknowledgement newly covers: the conservative one
   * @param latestRttMs of the latest: nearest to the path's own
   * @param acknowledged highest cumulative ack so far @param next next sequence number to send: they delimit rounds
   */
  sample(rttMs: number, latestRttMs: number, acknowledged: number, next: number): void {
    this.minRttMs = Math.min(this.minRttMs, latestRttMs);
    if (this.srttMs === Infinity) {
      this.srttMs = rttMs;
      this.#deviationMs = rttMs / 2;
      this.#rttvarMs = Math.max(2 * rttMs, RTO_MIN_MS);
      this.#maxDeviationMs = this.#rttvarMs;
      this.#roundEndSeq = next;
    } else {
      this.#update(rttMs - this.srttMs, acknowledged, next);
    }
    // A new sample ends any back-off (RFC 6298 §5).
    this.rtoMs = Math.min(this.srttMs + this.#rttvarMs, RTO_MAX_MS);
  }

  /** RFC 6298 (5.5). */
  backOff(): void {
    this.rtoMs = Math.min(2 * this.rtoMs, RTO_MAX_MS);
  }

  #update(errorMs: number, acknowledged: number, next: number): void {
    this.srttMs += errorMs / 8;
    // An RTT below the mean must not inflate the deviation by much (the kernel's "Eifel" tweak of RFC 6298).
    let change = Math.abs(errorMs) - this.#deviationMs;
    if (errorMs < 0 && change > 0) change /= 8;
    this.#deviationMs += change / 4;
    const fourDeviationsMs = 4 * this.#deviationMs;
    if (fourDeviationsMs > this.#maxDeviationMs) {
      this.#maxDeviationMs = fourDeviationsMs;
      this.#rttvarMs = Math.max(this.#rttvarMs, fourDeviationsMs);
    }
    if (acknowledged > this.#roundEndSeq) {
      if (this.#maxDeviationMs < this.#rttvarMs)
        this.#rttvarMs -= (this.#rttvarMs - this.#maxDeviationMs) / 4;
      this.#roundEndSeq = next;
      this.#maxDeviationMs = RTO_MIN_MS;
    }
  }
}
