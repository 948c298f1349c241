import type { TimeMs } from '../simulation.ts';
import { inSlowStart, type CongestionWindow } from './congestion-control.ts';
import type { SequenceSpace } from './loss-recovery.ts';

/**
 * Congestion window validation (RFC 7661 in spirit, Linux's tcp_cwnd_validate in detail): a window that is not used
 * does not grow, and one left unused for an RTO shrinks.
 */
export class WindowUsage {
  readonly #initialWindow: number;
  #limited = false;
  #maxOutstanding = 0;
  #usageSeq = 0;
  #used = 0;
  #lastFullMs: TimeMs = 0;
  /** -Infinity: nothing has left. */
  #lastSentMs: TimeMs = -Infinity;

  constructor(initialWindowSegments: number) {
    this.#initialWindow = initialWindowSegments;
  }

  /**
   * After each attempt to send that either sent something or was stopped by cwnd.
   * @param limited cwnd was what stopped it
   * @param outstanding segments
   * @returns whether the window was used: if not, it may have to shrink
   */
  onSendAttempt(
    window: CongestionWindow,
    limited: boolean,
    outstanding: number,
    { acknowledged, nextSeq }: SequenceSpace,
    nowMs: TimeMs,
  ): boolean {
    if (acknowledged >= this.#usageSeq || limited || (!this.#limited && outstanding > this.#maxOutstanding)) {
      this.#limited = limited;
      this.#maxOutstanding = outstanding;
      this.#usageSeq = nextSeq;
    }
    if (this.isLimited(window)) {
      this.#used = 0;
      this.#lastFullMs = nowMs;
      return true;
    }
    this.#used = Math.max(this.#used, outstanding);
    return false;
  }

  /** An RTO has passed without the window being used in full. */
  shrinkIfIdle(window: CongestionWindow, nowMs: TimeMs, rtoMs: number): void {
    if (nowMs - this.#lastFullMs >= rtoMs) this.#shrink(window, nowMs);
  }

  /** In slow start a window may grow to twice what was outstanding, even if it did not stop the sender. */
  isLimited(window: CongestionWindow): boolean {
    return this.#limited || (inSlowStart(window) && window.cwnd < 2 * this.#maxOutstanding);
  }

  onDataSent(nowMs: TimeMs): void {
    this.#lastSentMs = nowMs;
  }

  /** RFC 5681 §4.1 / RFC 2861: after an idle RTO the window is halved per RTO, down to the restart window. */
  restartAfterIdle(window: CongestionWindow, nowMs: TimeMs, rtoMs: number): number {
    if (this.#lastSentMs === -Infinity) return 0;
    const idleMs = nowMs - this.#lastSentMs;
    if (idleMs <= rtoMs) return idleMs;
    const restartWindow = Math.min(this.#initialWindow, window.cwnd);
    window.ssthresh = rememberedSsthresh(window);
    let cwnd = window.cwnd;
    for (let left = idleMs - rtoMs; left > 0 && cwnd > restartWindow; left -= rtoMs)
      cwnd = Math.floor(cwnd / 2);
    window.cwnd = Math.max(cwnd, restartWindow);
    this.#used = 0;
    this.#lastFullMs = nowMs;
    return idleMs;
  }

  #shrink(window: CongestionWindow, nowMs: TimeMs): void {
    const used = Math.max(this.#used, this.#initialWindow);
    if (used < window.cwnd) {
      window.ssthresh = rememberedSsthresh(window);
      window.cwnd = Math.floor((window.cwnd + used) / 2);
    }
    this.#lastFullMs = nowMs;
    this.#used = 0;
  }
}

/** Linux's tcp_current_ssthresh: three quarters of the window are remembered for a fast way back. */
export function rememberedSsthresh(window: CongestionWindow): number {
  return Math.max(window.ssthresh, Math.floor(window.cwnd / 2) + Math.floor(window.cwnd / 4));
}
