import type { TimeMs } from '../simulation.ts';
import type { Scoreboard, SentSegment } from './scoreboard.ts';

/** RFC 5681 duplicate-ACK threshold, which RACK keeps as a shortcut (RFC 8985 §6.2 step 4). */
const DUPLICATE_THRESHOLD = 3;

/**
 * RACK (RFC 8985): a segment is lost when one sent later has been delivered and a reordering window has passed.
 */
export class Rack {
  /** Send time, end and RTT of the most recently sent segment known to be delivered. */
  #sentMs: TimeMs = -Infinity;
  #end = 0;
  #rttMs = 0;

  onDelivered(segment: SentSegment, nowMs: TimeMs, minRttMs: number): void {
    const rttMs = nowMs - segment.sentMs;
    // A retransmission acknowledged faster than any round trip: it was the original that arrived.
    if (segment.transmissions > 1 && rttMs < minRttMs) return;
    this.#rttMs = rttMs;
    if (isLater(segment.sentMs, segment.end, this.#sentMs, this.#end)) {
      this.#sentMs = segment.sentMs;
      this.#end = segment.end;
    }
  }

  /** Marks losses; returns in how many ms to look again, or undefined. */
  detectLosses(
    board: Scoreboard,
    state: { nowMs: TimeMs; minRttMs: number; srttMs: number; recovering: boolean },
  ): number | undefined {
    const windowMs = this.#reorderingWindowMs(board, state);
    let waitMs: number | undefined;
    for (const segment of board.segments) {
      if (segment.sacked || (segment.lost && !segment.retransmitted)) continue;
      if (!isLater(this.#sentMs, this.#end, segment.sentMs, segment.end)) continue;
      const remainingMs = this.#rttMs + windowMs - (state.nowMs - segment.sentMs);
      if (remainingMs <= 0) board.markLost(segment);
      else waitMs = Math.max(waitMs ?? 0, remainingMs);
    }
    return waitMs;
  }

  /** Whether a segment's time is up even without later deliveries: used when the retransmission timer fires. */
  hasExpired(segment: SentSegment, nowMs: TimeMs): boolean {
    return this.#rttMs - (nowMs - segment.sentMs) <= 0;
  }

  #reorderingWindowMs(
    board: Scoreboard,
    state: { minRttMs: number; srttMs: number; recovering: boolean },
  ): number {
    if (state.recovering || board.sackedOut >= DUPLICATE_THRESHOLD) return 0;
    return Math.min(state.minRttMs / 4, state.srttMs);
  }
}

function isLater(aMs: TimeMs, aEnd: number, bMs: TimeMs, bEnd: number): boolean {
  return aMs > bMs || (aMs === bMs && aEnd > bEnd);
}
