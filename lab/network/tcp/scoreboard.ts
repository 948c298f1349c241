import type { TimeMs } from '../simulation.ts';
import type { SackBlock } from './segment.ts';

/** One segment that has been sent and not yet cumulatively acknowledged. */
export interface SentSegment {
  readonly seq: number;
  readonly end: number;
  /** Of the newest transmission. */
  sentMs: TimeMs;
  transmissions: number;
  sacked: boolean;
  lost: boolean;
  /** A retransmission of it is under way. */
  retransmitted: boolean;
}

/**
 * What is outstanding and what is known of it (RFC 6675's scoreboard, counted in segments as Linux does):
 * inFlight = outstanding − sacked − lost + retransmitted.
 */
export class Scoreboard {
  /** In sequence order. */
  readonly segments: SentSegment[] = [];
  sackedOut = 0;
  lostOut = 0;
  retransmittedOut = 0;

  get inFlight(): number {
    return this.segments.length - this.sackedOut - this.lostOut + this.retransmittedOut;
  }

  get isEmpty(): boolean {
    return this.segments.length === 0;
  }

  /** Bytes believed to be in the network. */
  get flightBytes(): number {
    let bytes = 0;
    for (const segment of this.segments) {
      if (!segment.sacked && (!segment.lost || segment.retransmitted)) bytes += segment.end - segment.seq;
    }
    return bytes;
  }

  add(segment: SentSegment): void {
    this.segments.push(segment);
  }

  /** Cumulative acknowledgement: removes and returns the segments wholly below `ack`. */
  acknowledge(ack: number): SentSegment[] {
    let count = 0;
    while (count < this.segments.length && this.segments[count]!.end <= ack) count++;
    const acknowledged = this.segments.splice(0, count);
    for (const segment of acknowledged) this.#forget(segment);
    return acknowledged;
  }

  /** Selective acknowledgement: returns the segments it newly covers. */
  selectivelyAcknowledge(blocks: readonly SackBlock[]): SentSegment[] {
    const covered: SentSegment[] = [];
    for (const [start, end] of blocks) {
      for (const segment of this.segments) {
        if (segment.seq >= end) break;
        if (segment.sacked || segment.seq < start || segment.end > end) continue;
        this.#forget(segment);
        segment.sacked = true;
        segment.lost = false;
        segment.retransmitted = false;
        this.sackedOut++;
        covered.push(segment);
      }
    }
    return covered;
  }

  markLost(segment: SentSegment): void {
    if (segment.sacked) return;
    if (segment.retransmitted) {
      segment.retransmitted = false;
      this.retransmittedOut--;
    }
    if (!segment.lost) {
      segment.lost = true;
      this.lostOut++;
    }
  }

  /** Loss marks were wrong (spurious timeout): everything counts as in flight again. */
  unmarkLost(): void {
    for (const segment of this.segments) segment.lost = false;
    this.lostOut = 0;
  }

  nextToRetransmit(): SentSegment | undefined {
    return this.lostOut > this.retransmittedOut
      ? this.segments.find((segment) => segment.lost && !segment.retransmitted)
      : undefined;
  }

  markRetransmitted(segment: SentSegment, nowMs: TimeMs): void {
    segment.sentMs = nowMs;
    segment.transmissions++;
    if (!segment.retransmitted) {
      segment.retransmitted = true;
      this.retransmittedOut++;
    }
  }

  #forget(segment: SentSegment): void {
    if (segment.sacked) this.sackedOut--;
    if (segment.lost) this.lostOut--;
    if (segment.retransmitted) this.retransmittedOut--;
  }
}
