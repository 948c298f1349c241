import type { TimeMs } from '../simulation.ts';
import {
  AdditiveIncrease,
  inSlowStart,
  slowStart,
  type AckSample,
  type CongestionWindow,
  type WindowPolicy,
} from './congestion-control.ts';
import { HyStart } from './hystart.ts';

/** RFC 9438 §4.6; Linux computes with 717/1024. */
const BETA_CUBIC = 717 / 1024;
/** RFC 9438 §4.1, segments/s³; Linux's bic_scale 41 gives 410/1024. */
const C = 410 / 1024;
/**
 * RFC 9438 §4.3: acknowledged windows per segment of the Reno-friendly estimate, (1 + β) / (3 (1 − β)), which Linux
 * holds in eighths, rounded down.
 */
const RENO_FRIENDLY_EIGHTHS = Math.floor((8 * (1 + BETA_CUBIC)) / 3 / (1 - BETA_CUBIC));
/** Growth is recomputed at most this often for an unchanged window (Linux: HZ/32 jiffies = 7 of 4 ms). */
const UPDATE_INTERVAL_MS = 28;
/** The cubic function is evaluated at most once per jiffy. */
const JIFFY_MS = 4;
/** Delay samples are ignored this long after a reduction (Linux: HZ jiffies). */
const SETTLE_AFTER_REDUCTION_MS = 1000;

/** CUBIC (RFC 9438) with HyStart, with the constants, the integers and the fast convergence of Linux's tcp_cubic.c. */
export class Cubic implements WindowPolicy {
  readonly name = 'cubic';
  readonly steers = 'window';
  readonly #increase = new AdditiveIncrease();
  readonly #hystart = new HyStart();
  #slowStartExitFound = false;
  #minRttMs = Infinity;
  /** Window just before the last reduction; 0: none yet. */
  #wMax = 0;
  #epochStartMs: TimeMs | undefined;
  #originPoint = 0;
  /** Seconds from the epoch's start to the plateau. */
  #kSeconds = 0;
  /** RFC 9438 §4.3 W_est, and acknowledged segments not yet spent on it. */
  #wEst = 0;
  #ackedForEstimate = 0;
  #segmentsPerIncrease = 1;
  #lastWindow = 0;
  #lastUpdateMs: TimeMs = -Infinity;

  onRttSample(window: CongestionWindow, sample: AckSample): void {
    if (sample.rttMs === Infinity) return;
    if (this.#epochStartMs !== undefined && sample.nowMs - this.#epochStartMs < SETTLE_AFTER_REDUCTION_MS)
      return;
    this.#minRttMs = Math.min(this.#minRttMs, sample.rttMs);
    if (this.#slowStartExitFound || !inSlowStart(window)) return;
    if (this.#hystart.shouldExit(window.cwnd, sample.rttMs, this.#minRttMs, sample)) {
      this.#slowStartExitFound = true;
      window.ssthresh = window.cwnd;
    }
  }

  onAck(window: CongestionWindow, ackedSegments: number, sample: AckSample): void {
    const left = inSlowStart(window) ? slowStart(window, ackedSegments) : ackedSegments;
    if (left <= 0) return;
    this.#update(window.cwnd, left, sample.nowMs);
    this.#increase.grow(window, this.#segmentsPerIncrease, left);
  }

  reducedSsthresh(window: CongestionWindow): number {
    this.#epochStartMs = undefined;
    this.#increase.reset();
    // Fast convergence (RFC 9438 §4.7): a flow that reached less than last time leaves room for newcomers.
    this.#wMax = window.cwnd < this.#wMax ? Math.floor((window.cwnd * (1 + BETA_CUBIC)) / 2) : window.cwnd;
    return Math.max(Math.floor(window.cwnd * BETA_CUBIC), 2);
  }

  restart(nowMs: TimeMs, nextSeq: number): void {
    this.#wMax = 0;
    this.#epochStartMs = undefined;
    this.#minRttMs = Infinity;
    this.#slowStartExitFound = false;
    this.#wEst = 0;
    this.#ackedForEstimate = 0;
    this.#lastWindow = 0;
    this.#lastUpdateMs = -Infinity;
    this.#hystart.startRound(nowMs, nextSeq);
  }

  /** The epoch does not run while nothing is sent (RFC 9438 §4.2 note on application-limited flows). */
  onIdleEnd(idleMs: number, nowMs: TimeMs): void {
    if (this.#epochStartMs !== undefined) this.#epochStartMs = Math.min(this.#epochStartMs + idleMs, nowMs);
  }

  /** RFC 9438 §4.2-4.5: how many acknowledged segments one more segment of window costs. */
  #update(cwnd: number, acked: number, nowMs: TimeMs): void {
    this.#ackedForEstimate += acked;
    const sinceMs = nowMs - this.#lastUpdateMs;
    if (this.#lastWindow === cwnd && sinceMs <= UPDATE_INTERVAL_MS) return;
    if (this.#epochStartMs === undefined || sinceMs >= JIFFY_MS) this.#evaluate(cwnd, acked, nowMs);
    this.#segmentsPerIncrease = Math.max(this.#renoFriendly(cwnd, this.#segmentsPerIncrease), 2);
  }

  #evaluate(cwnd: number, acked: number, nowMs: TimeMs): void {
    this.#lastWindow = cwnd;
    this.#lastUpdateMs = nowMs;
    if (this.#epochStartMs === undefined) this.#startEpoch(cwnd, acked, nowMs);

    const minRttMs = Number.isFinite(this.#minRttMs) ? this.#minRttMs : 0;
    const seconds = (nowMs - this.#epochStartMs! + minRttMs) / 1000;
    const beyond = Math.floor(C * Math.abs(seconds - this.#kSeconds) ** 3);
    const target = seconds < this.#kSeconds ? this.#originPoint - beyond : this.#originPoint + beyond;
    let perIncrease = target > cwnd ? Math.floor(cwnd / (target - cwnd)) : 100 * cwnd;
    // No reduction yet, so no plateau is known: grow at least 5 % per round trip.
    if (this.#wMax === 0) perIncrease = Math.min(perIncrease, 20);
    this.#segmentsPerIncrease = perIncrease;
  }

  #startEpoch(cwnd: number, acked: number, nowMs: TimeMs): void {
    this.#epochStartMs = nowMs;
    this.#ackedForEstimate = acked;
    this.#wEst = cwnd;
    this.#originPoint = Math.max(this.#wMax, cwnd);
    this.#kSeconds = this.#wMax > cwnd ? Math.cbrt((this.#wMax - cwnd) / C) : 0;
  }

  /** RFC 9438 §4.3: never slower than Reno would be. */
  #renoFriendly(cwnd: number, perIncrease: number): number {
    const ackedPerSegment = Math.floor((cwnd * RENO_FRIENDLY_EIGHTHS) / 8);
    while (ackedPerSegment > 0 && this.#ackedForEstimate > ackedPerSegment) {
      this.#ackedForEstimate -= ackedPerSegment;
      this.#wEst += 1;
    }
    if (this.#wEst <= cwnd) return perIncrease;
    return Math.min(perIncrease, Math.floor(cwnd / (this.#wEst - cwnd)));
  }
}
