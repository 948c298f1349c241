import type { TimeMs } from '../simulation.ts';

/** Linux's TCP_ATO_MIN and TCP_DELACK_MIN at HZ ≥ 100. */
const ATO_MIN_MS = 40;
/** TCP_DELACK_MAX. */
const DELAY_MAX_MS = 200;
/** TCP_MAX_QUICKACKS: segments acknowledged one by one at the start of a transfer. */
const MAX_QUICK_ACKS = 16;

/**
 * When to acknowledge (RFC 5681 §4.2) as Linux does it: at once while in quick-ACK mode, then every second full
 * segment, otherwise after a delay that follows the sender's rhythm.
 */
export class DelayedAckPolicy {
  #quickAcks = 0;
  #ackTimeoutMs = 0;
  #lastDataMs: TimeMs | undefined;
  /** We answer with data of our own ("ping-pong"): ACKs may wait for it. */
  #interactive = false;

  onData(nowMs: TimeMs, rtoMs: number): void {
    if (this.#lastDataMs === undefined) {
      this.#quickAcks = MAX_QUICK_ACKS;
      this.#ackTimeoutMs = ATO_MIN_MS;
    } else {
      const gapMs = nowMs - this.#lastDataMs;
      if (gapMs <= ATO_MIN_MS / 2) this.#ackTimeoutMs = this.#ackTimeoutMs / 2 + ATO_MIN_MS / 2;
      else if (gapMs < this.#ackTimeoutMs) this.#ackTimeoutMs = this.#ackTimeoutMs / 2 + gapMs;
      else if (gapMs > rtoMs) this.#quickAcks = MAX_QUICK_ACKS;
      this.#ackTimeoutMs = Math.min(this.#ackTimeoutMs, rtoMs);
    }
    this.#lastDataMs = nowMs;
  }

  onDataSent(nowMs: TimeMs): void {
    if (this.#lastDataMs !== undefined && nowMs - this.#lastDataMs < this.#ackTimeoutMs)
      this.#interactive = true;
  }

  onAckSent(segments: number): void {
    this.#quickAcks = Math.max(this.#quickAcks - segments, 0);
  }

  /** A burst of immediate ACKs is due: duplicates and out-of-order arrivals reveal a loss being repaired. */
  enterQuickMode(): void {
    this.#quickAcks = MAX_QUICK_ACKS;
    this.#interactive = false;
    this.#ackTimeoutMs = ATO_MIN_MS;
  }

  /** The timer fired: nothing came along to carry the ACK. Linux's tcp_delack_timer_handler. */
  onTimerFired(rtoMs: number): void {
    if (this.#interactive) {
      this.#interactive = false;
      this.#ackTimeoutMs = ATO_MIN_MS;
    } else {
      this.#ackTimeoutMs = Math.min(2 * this.#ackTimeoutMs, rtoMs);
    }
  }

  get acknowledgesAtOnce(): boolean {
    return this.#quickAcks > 0 && !this.#interactive;
  }

  delayMs(srttMs: number | undefined): number {
    let delayMs = this.#ackTimeoutMs;
    if (delayMs > ATO_MIN_MS) {
      const ceilingMs = this.#interactive ? DELAY_MAX_MS : 500;
      delayMs = Math.min(
        delayMs,
        srttMs === undefined ? ceilingMs : Math.min(ceilingMs, Math.max(srttMs, ATO_MIN_MS)),
      );
    }
    return Math.min(delayMs, DELAY_MAX_MS);
  }
}
