import {
  AdditiveIncrease,
  inSlowStart,
  slowStart,
  type CongestionWindow,
  type WindowPolicy,
} from './congestion-control.ts';

/** RFC 5681: one segment per round trip, half on a congestion event. */
export class Reno implements WindowPolicy {
  readonly name = 'reno';
  readonly steers = 'window';
  readonly #increase = new AdditiveIncrease();

  onRttSample(): void {}

  onAck(window: CongestionWindow, ackedSegments: number): void {
    const left = inSlowStart(window) ? slowStart(window, ackedSegments) : ackedSegments;
    if (left > 0) this.#increase.grow(window, window.cwnd, left);
  }

  reducedSsthresh(window: CongestionWindow): number {
    this.#increase.reset();
    return Math.max(Math.floor(window.cwnd / 2), 2);
  }

  restart(): void {}

  onIdleEnd(): void {}
}
