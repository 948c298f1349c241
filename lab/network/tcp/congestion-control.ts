import type { CongestionControlName } from '../conditions.ts';
import type { TimeMs } from '../simulation.ts';
import type { DeliveryRate } from './delivery-rate.ts';
import type { RecoveryState } from './loss-recovery.ts';

/** The sender's window as congestion control sees it. Segments, as Linux counts. */
export interface CongestionWindow {
  cwnd: number;
  /** Infinity until slow start has ended once. */
  ssthresh: number;
}

/** One acknowledgement, seen by congestion control. */
export interface AckSample {
  readonly nowMs: TimeMs;
  /** RTT of the newest segment it (selectively) acknowledges, if that was sent once; Infinity if there is none. */
  readonly rttMs: number;
  readonly acknowledged: number;
  readonly nextSeq: number;
  /** The sender spreads its segments over time. */
  readonly paced: boolean;
}

/** What loss recovery asks of a policy. It never sends and keeps no timer. */
interface ReductionPolicy {
  readonly name: CongestionControlName;
  /** A congestion event: the new ssthresh in segments. */
  reducedSsthresh(window: CongestionWindow): number;
}

/**
 * A policy that grows the window and says how far a loss reduces it. The way down is loss recovery's, the rate follows
 * from the window, and a window that is not used shrinks.
 */
export interface WindowPolicy extends ReductionPolicy {
  readonly steers: 'window';
  /** Every acknowledgement of data, before the window changes. */
  onRttSample(window: CongestionWindow, sample: AckSample): void;
  /** Grow: called when not reducing and the window was used. */
  onAck(window: CongestionWindow, ackedSegments: number, sample: AckSample): void;
  /** When the connection starts and after a retransmission timeout: forget everything learnt. */
  restart(nowMs: TimeMs, nextSeq: number): void;
  /** Sending resumes after the sender had nothing outstanding for `idleMs`. */
  onIdleEnd(idleMs: number, nowMs: TimeMs): void;
}

/** One acknowledgement, after loss recovery has dealt with it. */
export interface DeliverySample {
  readonly nowMs: TimeMs;
  /** As in AckSample. */
  readonly rttMs: number;
  /** It may have been delayed: it answers a lone short segment. */
  readonly maybeDelayed: boolean;
  /** Segments newly delivered, and newly marked lost. */
  readonly delivered: number;
  readonly losses: number;
  readonly priorInFlight: number;
  readonly inFlight: number;
  readonly recovery: RecoveryState;
  /** When pacing lets the next burst leave. */
  readonly departureMs: TimeMs;
}

/**
 * A policy that steers by a model of the path instead (Linux's cong_control): it sets window and pacing rate with every
 * acknowledgement, in recovery as well, in place of proportional rate reduction and window validation.
 */
export interface RatePolicy extends ReductionPolicy {
  readonly steers: 'rate';
  /** Measured for it by the sender. */
  readonly deliveryRate: DeliveryRate;
  readonly pacingBytesPerMs: number;
  /** Segments that a burst may always have. */
  readonly minBurstSegments: number;
  /** How many windows the send buffer is to hold (sndbuf_expand). */
  readonly windowsBuffered: number;
  /** The handshake is done. */
  start(window: CongestionWindow, nowMs: TimeMs, handshakeRttMs: number): void;
  /** Every acknowledgement while something is outstanding; `deliveryRate` has its sample. */
  onDelivery(window: CongestionWindow, sample: DeliverySample): void;
  /** A segment is about to leave while nothing is in flight. */
  onTransmitStart(window: CongestionWindow, nowMs: TimeMs): void;
  onRetransmissionTimeout(): void;
  /** A recovery proved needless. */
  onUndo(): void;
}

export type CongestionControl = WindowPolicy | RatePolicy;

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
