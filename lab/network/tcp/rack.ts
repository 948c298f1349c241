import type { TimeMs } from '../simulation.ts';
import type { Scoreboard } from './scoreboard.ts';
import { leftAfter, type SentSegment } from './sent-segment.ts';

/** RFC 5681 duplicate-ACK threshold, which RACK keeps as a shortcut (RFC 8985 §6.2 step 4). */
export const DUPLICATE_THRESHOLD = 3;
/** Linux's tcp_max_reordering. */
const MAX_REORDERING = 300;

/**
 * RACK (RFC 8985): a segment is lost when one sent later has been delivered and a reordering window has passed.
 */
export class Rack {
  /** Send time, end and RTT of the most recently sent segment known to be delivered. */
  #sentMs: TimeMs = -Infinity;
  #end = 0;
  #rttMs = 0;
  /** Something was delivered since losses were last looked for. */
  #advanced = false;
  #reorderingSeen = false;
  /** Reordering distance in segments that counts as ordinary. */
  reordering = DUPLICATE_THRESHOLD;

  onDelivered(segment: SentSegment, nowMs: TimeMs, minRttMs: number): void {
    const rttMs = nowMs - segment.sentMs;
    // A retransmission acknowledged faster than any round trip: it was the original that arrived.
    if (segment.everRetransmitted && rttMs < minRttMs) return;
    this.#advanced = true;
    this.#rttMs = rttMs;
    if (leftAfter(segment.sentMs, segment.end, this.#sentMs, this.#end)) {
      this.#sentMs = segment.sentMs;
      this.#end = segment.end;
    }
  }

  get hasSeenHighReordering(): boolean {
    return this.reordering > DUPLICATE_THRESHOLD;
  }

  /** A hole was filled by a segment sent once, after segments `distance` further on had arrived. */
  onReordering(distanceSegments: number): void {
    this.#reorderingSeen = true;
    this.reordering = Math.min(Math.max(this.reordering, distanceSegments), MAX_REORDERING);
  }

  /** Loss marks were taken back: look at everything again. */
  reexamine(): void {
    this.#advanced = true;
  }

  /** After an acknowledgement: marks losses; returns in how many ms to look again, or undefined. */
  detectLossesOnAck(
    board: Scoreboard,
    state: { nowMs: TimeMs; minRttMs: number; srttMs: number; recovering: boolean },
  ): number | undefined {
    if (!this.#advanced) return undefined;
    this.#advanced = false;
    return this.detectLosses(board, state);
  }

  detectLosses(
    board: Scoreboard,
    state: { nowMs: TimeMs; minRttMs: number; srttMs: number; recovering: boolean },
  ): number | undefined {
    const windowMs = this.#reorderingWindowMs(board, state);
    let waitMs: number | undefined;
    let segment = board.sendOrder.first;
    while (segment !== undefined && leftAfter(this.#sentMs, this.#end, segment.sentMs, segment.end)) {
      const { next } = segment;
      const remainingMs = this.#rttMs + windowMs - (state.nowMs - segment.sentMs);
      // Below a microsecond the kernel's clock sees nothing left.
      if (remainingMs < 0.001) board.markLost(segment);
      else waitMs = Math.max(waitMs ?? 0, remainingMs);
      segment = next;
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
    if (!this.#reorderingSeen && (state.recovering || board.sackedOut >= this.reordering)) return 0;
    return Math.min(state.minRttMs / 4, state.srttMs);
  }
}
