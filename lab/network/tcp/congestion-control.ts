import type { CongestionControlName } from '../conditions.ts';
import type { TimeMs } from '../simulation.ts';

/** The sender's window as congestion control sees it. Segments, as Linux counts. */
export interface CongestionWindow {
  cwnd: number;
  /** Infinity until slow start has ended once. */
  ssthresh: number;
}

/** One acknowledgement, seen by congestion control. */
export interface AckSample {
  readonly nowMs: TimeMs;
  /** RTT of the newest segment it (selectively) acknowledges, if that was sent once; undefined if there is none. */
  readonly rttMs: number | undefined;
  readonly acknowledged: number;
  readonly nextSeq: number;
  /** The sender spreads its segments over time. */
  readonly paced: boolean;
}

/** Policy only: it changes the window it is given, never sends and keeps no timer. */
export interface CongestionControl {
  readonly name: CongestionControlName;
  /** Every acknowledgement of data, before the window changes. */
  onRttSample(window: CongestionWindow, sample: AckSample): void;
  /** Grow: called when not reducing and the window was used. */
  onAck(window: CongestionWindow, ackedSegments: number, sample: AckSample): void;
  /** A congestion event: the new ssthresh in segments. */
  reducedSsthresh(window: CongestionWindow): number;
  /** When the connection starts and after a retransmission timeout: forget everything learnt. */
  restart(nowMs: TimeMs, nextSeq: number): void;
  /** Sending resumes after the sender had nothing outstanding for `idleMs`. */
  onIdleEnd(idleMs: number, nowMs: TimeMs): void;
}

/** RFC 5681 §3.1 slow start with appropriate byte counting; returns what was left when ssthresh was reached. */
export function slowStart(window: CongestionWindow, ackedSegments: number): number {
  const grown = Math.min(window.cwnd + ackedSegments, window.ssthresh);
  const left = ackedSegments - (grown - window.cwnd);
  window.cwnd = grown;
  return left;
}

export function inSlowStart(window: CongestionWindow): boolean {
  return window.cwnd < window.ssthresh;
}

/** Additive increase: one segment per `segmentsPerIncrease` acknowledged ones (Linux's tcp_cong_avoid_ai). */
export class AdditiveIncrease {
  #credit = 0;

  /** A reduction: what had been saved up towards the next segment is gone. */
  reset(): void {
    this.#credit = 0;
  }

  grow(window: CongestionWindow, segmentsPerIncrease: number, ackedSegments: number): void {
    if (this.#credit >= segmentsPerIncrease) {
      this.#credit = 0;
      window.cwnd += 1;
    }
    this.#credit += ackedSegments;
    if (this.#credit >= segmentsPerIncrease) {
      const increments = Math.floor(this.#credit / segmentsPerIncrease);
      this.#credit -= increments * segmentsPerIncrease;
      window.cwnd += increments;
    }
  }
}
