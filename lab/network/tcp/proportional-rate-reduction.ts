import type { CongestionWindow } from './congestion-control.ts';

/** Proportional Rate Reduction (RFC 6937, with Linux's slow-start reduction bound): paces the way down to ssthresh. */
export class ProportionalRateReduction {
  #priorCwnd = 0;
  #delivered = 0;
  #sent = 0;

  start(window: CongestionWindow): void {
    this.#priorCwnd = window.cwnd;
    this.#delivered = 0;
    this.#sent = 0;
  }

  onSent(segments: number): void {
    this.#sent += segments;
  }

  /** @param undisturbed the cumulative acknowledgement advanced and no new loss was found */
  onAck(window: CongestionWindow, deliveredSegments: number, inFlight: number, undisturbed: boolean): void {
    if (deliveredSegments <= 0) return;
    this.#delivered += deliveredSegments;
    const room = window.ssthresh - inFlight;
    let quota: number;
    if (room < 0) {
      quota = Math.ceil((window.ssthresh * this.#delivered) / this.#priorCwnd) - this.#sent;
    } else {
      quota = Math.max(this.#delivered - this.#sent, deliveredSegments);
      if (undisturbed) quota++;
      quota = Math.min(room, quota);
    }
    // The first retransmission always goes out.
    window.cwnd = inFlight + Math.max(quota, this.#sent === 0 ? 1 : 0);
  }
}
