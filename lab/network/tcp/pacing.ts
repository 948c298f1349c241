import type { TimeMs } from '../simulation.ts';
import type { CongestionWindow, RatePolicy } from './congestion-control.ts';
import { SMSS_BYTES } from './segment.ts';

/** tcp_pacing_ss_ratio and tcp_pacing_ca_ratio: headroom over one window per RTT. */
const SLOW_START_RATIO = 2;
const AVOIDANCE_RATIO = 1.2;
/** The first ten segments leave unpaced, as in sch_fq. */
const UNPACED_SEGMENTS = 10;
/** A burst holds what the pacing rate sends in about a millisecond (sk_pacing_shift 10). */
const BURST_DIVISOR = 1024;
/** sk_gso_max_size. */
const MAX_BURST_BYTES = 65_536;
/** tcp_min_tso_segs. */
const MIN_BURST_SEGMENTS = 2;
/** tcp_tso_rtt_log: the allowance for close peers halves with every 2^9 µs of RTT. */
const CLOSE_PEER_HALVING_MS = 0.512;

/**
 * The rate Linux reckons a sender to have (tcp_update_pacing_rate). It sizes the bursts handed to the device
 * (tcp_tso_autosize), and where pacing is on, spaces them.
 */
export class Pacing {
  /** Whether bursts are spaced: as with SO_MAX_PACING_RATE, the fq queueing discipline, or a rate policy. */
  readonly isOn: boolean;
  #bytesPerMs = Infinity;
  #minBurstSegments = MIN_BURST_SEGMENTS;
  #segmentsSent = 0;
  /** When the next burst may leave; also when the last one left (tcp_wstamp_ns). */
  #stampMs: TimeMs = 0;

  constructor(isOn: boolean) {
    this.isOn = isOn;
  }

  update(window: CongestionWindow, outstanding: number, srttMs: number): void {
    const ratio = window.cwnd < Math.floor(window.ssthresh / 2) ? SLOW_START_RATIO : AVOIDANCE_RATIO;
    this.#bytesPerMs = (ratio * SMSS_BYTES * Math.max(window.cwnd, outstanding)) / Math.max(srttMs, 0.001);
  }

  /** A policy that steers by rate says itself how fast. */
  follow({ pacingBytesPerMs, minBurstSegments }: RatePolicy): void {
    this.#bytesPerMs = pacingBytesPerMs;
    this.#minBurstSegments = minBurstSegments;
  }

  /** Segments in one burst at most. */
  burstSegments(minRttMs: number): number {
    let bytes = (this.#bytesPerMs * 1000) / BURST_DIVISOR;
    const halvings = Math.floor(minRttMs / CLOSE_PEER_HALVING_MS);
    if (halvings < 32) bytes += MAX_BURST_BYTES / ((1 << halvings) >>> 0);
    return Math.max(Math.floor(Math.min(bytes, MAX_BURST_BYTES) / SMSS_BYTES), this.#minBurstSegments);
  }

  /** When the next burst may leave; -Infinity without pacing. */
  get nextDepartureMs(): TimeMs {
    return this.isOn ? this.#stampMs : -Infinity;
  }

  /** When the last burst left, or with pacing, is over. */
  get stampMs(): TimeMs {
    return this.#stampMs;
  }

  onBurstSent(bytes: number, segments: number, nowMs: TimeMs): void {
    const previousMs = this.#stampMs;
    this.#stampMs = Math.max(previousMs, nowMs);
    this.#segmentsSent += segments;
    // Without a rate, nothing is spaced (tcp_update_skb_after_send).
    const hasRate = this.#bytesPerMs > 0 && Number.isFinite(this.#bytesPerMs);
    if (!this.isOn || this.#segmentsSent < UNPACED_SEGMENTS || !hasRate) return;
    const lengthMs = bytes / this.#bytesPerMs;
    // Time lost since the previous departure is made up for, up to half the burst.
    this.#stampMs += lengthMs - Math.min(lengthMs / 2, this.#stampMs - previousMs);
  }
}

/** tcp_tso_should_defer's patience: a burst waits for an acknowledgement expected within this time. */
export const DEFER_LIMIT_MS = 1;

/** tcp_tso_win_divisor: a third of the window is worth sending in any case. */
export const DEFER_WINDOW_DIVISOR = 3;
