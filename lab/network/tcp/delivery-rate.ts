import type { TimeMs } from '../simulation.ts';
import { leftAfter, type SentSegment } from './sent-segment.ts';

/** Clocks are floating-point numbers: less than this is no difference. */
const ROUNDING_MS = 1e-6;

/** What had been delivered when a segment last left (Linux's tcp_skb_cb.tx). */
export interface DeliveryMark {
  delivered: number;
  deliveredMs: TimeMs;
  firstSentMs: TimeMs;
  isAppLimited: boolean;
}

/**
 * How fast the network delivers, measured with every acknowledgement over the round trip of the newest segment that it
 * covers (draft-cheng-iccrg-delivery-rate-estimation, Linux's tcp_rate.c). The same segments left within one time and
 * were acknowledged within another; the longer one counts, so that neither a burst of acknowledgements nor a burst of
 * segments passes for speed. A sample from a time when the application had nothing to send is marked as such.
 */
export class DeliveryRate {
  /** Segments ever delivered. The SYN-ACK was the first. */
  delivered = 1;
  /** When the last of them was known to be. */
  deliveredMs: TimeMs = 0;
  /** Send time of the newest segment known to be delivered: where the next send phase begins. */
  #firstSentMs: TimeMs = 0;
  /** Application-limited until more than this is delivered; undefined: it is not. */
  #limitedUntil: number | undefined;
  /** Of the newest segment that the acknowledgement being looked at covers. */
  #mark: DeliveryMark | undefined;
  #markEnd = 0;
  #sendPhaseMs = 0;

  /** The sample of the last acknowledgement: segments, over a time. No time: it does not count. */
  sampleSegments = 0;
  sampleMs: number | undefined;
  /** `delivered` when the newest segment covered had left. */
  priorDelivered = 0;
  isAppLimited = false;

  /** A segment left, for the first time or again. */
  onSent(segment: SentSegment, isAlone: boolean, nowMs: TimeMs): void {
    // With nothing under way, both phases begin now.
    if (isAlone) this.#firstSentMs = this.deliveredMs = nowMs;
    const mark = (segment.deliveryMark ??= {
      delivered: 0,
      deliveredMs: 0,
      firstSentMs: 0,
      isAppLimited: false,
    });
    mark.delivered = this.delivered;
    mark.deliveredMs = this.deliveredMs;
    mark.firstSentMs = this.#firstSentMs;
    mark.isAppLimited = this.#limitedUntil !== undefined;
  }

  /** A segment is newly (selectively) acknowledged. */
  onDelivered(segment: SentSegment): void {
    const mark = segment.deliveryMark;
    if (mark === undefined) return;
    const { sentMs, end } = segment;
    if (this.#mark !== undefined && !leftAfter(sentMs, end, this.#firstSentMs, this.#markEnd)) return;
    this.#mark = mark;
    this.#markEnd = end;
    this.#firstSentMs = sentMs;
    this.#sendPhaseMs = sentMs - mark.firstSentMs;
  }

  /**
   * All that an acknowledgement covers was gone through: takes the sample.
   * @param segments newly delivered
   */
  sample(nowMs: TimeMs, segments: number, minRttMs: number): void {
    this.delivered += segments;
    if (this.#limitedUntil !== undefined && this.delivered > this.#limitedUntil)
      this.#limitedUntil = undefined;
    if (segments > 0) this.deliveredMs = nowMs;
    const mark = this.#mark;
    this.#mark = undefined;
    this.sampleMs = undefined;
    this.sampleSegments = 0;
    this.isAppLimited = mark?.isAppLimited ?? false;
    this.priorDelivered = mark?.delivered ?? 0;
    if (mark === undefined) return;
    this.sampleSegments = this.delivered - mark.delivered;
    const ackPhaseMs = nowMs - mark.deliveredMs;
    const intervalMs = Math.max(this.#sendPhaseMs, ackPhaseMs);
    // Faster than any round trip: a retransmission is taken for delivered when it was the original that arrived.
    if (intervalMs > 0 && intervalMs >= minRttMs - ROUNDING_MS) this.sampleMs = intervalMs;
  }

  /** What is under way, and all before it, says nothing of the network's speed: there was too little to send. */
  markAppLimited(inFlight: number): void {
    this.#limitedUntil = this.delivered + inFlight;
  }

  get isLimitedByApp(): boolean {
    return this.#limitedUntil !== undefined;
  }
}
