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
  /** -Infinity: none has come. */
  #lastDataMs: TimeMs = -Infinity;
  /** We answer with data of our own ("ping-pong"): ACKs may wait for it. */
  #interactive = false;

  /** @param windowSegments the announced window in segments: half of it bounds the quick ACKs */
  onData(nowMs: TimeMs, rtoMs: number, windowSegments: number): void {
    if (this.#lastDataMs === -Infinity) {
      this.#startQuickAcks(windowSegments);
      this.#ackTimeoutMs = ATO_MIN_MS;
    } else {
      const gapMs = nowMs - this.#lastDataMs;
      if (gapMs <= ATO_MIN_MS / 2) {
        this.#ackTimeoutMs = this.#ackTimeoutMs / 2 + ATO_MIN_MS / 2;
      } else if (gapMs < this.#ackTimeoutMs) {
        this.#ackTimeoutMs = Math.min(this.#ackTimeoutMs / 2 + gapMs, rtoMs);
      } else if (gapMs > rtoMs) {
        this.#startQuickAcks(windowSegments);
      }
    }
    this.#lastDataMs = nowMs;
  }

  /** The receive window opened: the sender is not to wait for news of it. */
  onWindowOpened(): void {
    this.#quickAcks |= 1;
  }

  onDataSent(nowMs: TimeMs): void {
    if (nowMs - this.#lastDataMs < this.#ackTimeoutMs) this.#interactive = true;
  }

  /** @param wasDue whether the acknowledgement answers data received */
  onAckSent(wasDue: boolean): void {
    if (this.#quickAcks === 0 || !wasDue) return;
    this.#quickAcks--;
    // Out of quick ACKs: the delay starts from its minimum.
    if (this.#quickAcks === 0) this.#ackTimeoutMs = ATO_MIN_MS;
  }

  /** Something arrived twice: a loss is being repaired, and the sender needs news. */
  enterQuickMode(windowSegments: number): void {
    this.#startQuickAcks(windowSegments);
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

  get isInteractive(): boolean {
    return this.#interactive;
  }

  get acknowledgesAtOnce(): boolean {
    return this.#quickAcks > 0 && !this.#interactive;
  }

  /**
   * @param srttMs Infinity: not known
   * @param pushed the data came with PSH
   */
  delayMs(srttMs: number, pushed: boolean): number {
    let delayMs = this.#ackTimeoutMs;
    if (delayMs > ATO_MIN_MS) {
      const ceilingMs = this.#interactive || pushed ? DELAY_MAX_MS : 500;
      delayMs = Math.min(delayMs, ceilingMs, Math.max(srttMs, ATO_MIN_MS));
    }
    return Math.min(delayMs, DELAY_MAX_MS);
  }

  #startQuickAcks(windowSegments: number): void {
    const wanted = Math.floor(windowSegments / 2) || 2;
    this.#quickAcks = Math.max(this.#quickAcks, Math.min(wanted, MAX_QUICK_ACKS));
  }
}
