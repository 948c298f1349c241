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

  onAck(
    window: CongestionWindow,
    ack: { deliveredSegments: number; inFlight: number; advancedWithoutNewLoss: boolean },
  ): void {
    if (ack.deliveredSegments <= 0) return;
    this.#delivered += ack.deliveredSegments;
    const room = window.ssthresh - ack.inFlight;
    let quota: number;
    if (room < 0) {
      quota = Math.ceil((window.ssthresh * this.#delivered) / this.#priorCwnd) - this.#sent;
    } else {
      quota = Math.max(this.#delivered - this.#sent, ack.deliveredSegments);
      if (ack.advancedWithoutNewLoss) quota++;
      quota = Math.min(room, quota);
    }
    // The first retransmission always goes out.
    window.cwnd = ack.inFlight + Math.max(quota, this.#sent === 0 ? 1 : 0);
  }
}
