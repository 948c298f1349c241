import type { TimeMs } from '../simulation.ts';
import type { DeliveryMark } from './delivery-rate.ts';

/** One segment that has been sent and not yet cumulatively acknowledged. Senders use them again. */
export class SentSegment {
  seq = 0;
  end = 0;
  /** Segments handed to the device together share a number: a timeout gives up the whole of the first. */
  burst = 0;
  /** Of the newest transmission. */
  sentMs: TimeMs = 0;
  everRetransmitted = false;
  sacked = false;
  lost = false;
  /** A retransmission of it is under way. */
  retransmitted = false;
  /** Neighbours in order of sending, see SendOrder. */
  previous: SentSegment | undefined;
  next: SentSegment | undefined;
  isListed = false;
  /** Where delivery rates are measured; kept from one use to the next. */
  deliveryMark: DeliveryMark | undefined;

  /** As if it were new. */
  begin(seq: number, end: number, sentMs: TimeMs, burst: number): void {
    this.seq = seq;
    this.end = end;
    this.sentMs = sentMs;
    this.burst = burst;
    this.everRetransmitted = this.sacked = this.lost = this.retransmitted = false;
  }
}

/** Whether a segment sent at (aMs, aEnd) left after another one; what left at the same time is ordered by sequence. */
export function leftAfter(aMs: TimeMs, aEnd: number, bMs: TimeMs, bEnd: number): boolean {
  return aMs > bMs || (aMs === bMs && aEnd > bEnd);
}

/**
 * Segments whose fate is open, oldest transmission first (Linux's tsorted_sent_queue): what RACK has to look at is
 * always at its front. A doubly linked list through the segments.
 */
export class SendOrder {
  first: SentSegment | undefined;
  #last: SentSegment | undefined;

  /** The segment has just left: it goes to the end. */
  append(segment: SentSegment): void {
    this.remove(segment);
    segment.previous = this.#last;
    if (this.#last === undefined) this.first = segment;
    else this.#last.next = segment;
    this.#last = segment;
    segment.isListed = true;
  }

  remove(segment: SentSegment): void {
    if (!segment.isListed) return;
    const { previous, next } = segment;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    segment.previous = undefined;
    segment.next = undefined;
    segment.isListed = false;
  }
}
