import type { TimeMs } from '../simulation.ts';
import type { AckSample } from './congestion-control.ts';

/** Below this window slow start is left alone (hystart_low_window). */
const LOW_WINDOW_SEGMENTS = 16;
/** ACKs closer than this belong to one train (hystart_ack_delta_us). */
const ACK_TRAIN_GAP_MS = 2;
/** Allowance for ACKs the network held back (hystart_ack_delay: its cap, reached below 2 Gbit/s). */
const ACK_DELAY_MS = 1;
/** Delay samples per round before the delay exit may act (HYSTART_MIN_SAMPLES). */
const MIN_DELAY_SAMPLES = 8;
/** HYSTART_DELAY_MIN and HYSTART_DELAY_MAX: bounds of the delay increase that ends slow start. */
const DELAY_THRESHOLD_MIN_MS = 4;
const DELAY_THRESHOLD_MAX_MS = 16;

/**
 * Hybrid slow start (Ha & Rhee 2011) as Linux's CUBIC runs it. Two signs that the pipe is full, watched per round:
 * a train of closely spaced ACKs that lasts half the minimum RTT, and an RTT risen by an eighth (4 to 16 ms).
 */
export class HyStart {
  #roundStartMs: TimeMs = 0;
  #lastAckMs: TimeMs = 0;
  #roundEndSeq = 0;
  #roundMinRttMs = Infinity;
  #samples = 0;

  startRound(nowMs: TimeMs, nextSeq: number): void {
    this.#roundStartMs = nowMs;
    this.#lastAckMs = nowMs;
    this.#roundEndSeq = nextSeq;
    this.#roundMinRttMs = Infinity;
    this.#samples = 0;
  }

  /** True when slow start should end at the present window. */
  shouldExit(cwnd: number, rttMs: number, minRttMs: number, sample: AckSample): boolean {
    if (sample.acknowledged > this.#roundEndSeq) this.startRound(sample.nowMs, sample.nextSeq);
    if (cwnd < LOW_WINDOW_SEGMENTS) return false;
    const trainEnds = this.#ackTrainEnds(minRttMs, sample);
    return this.#delayRises(rttMs, minRttMs) || trainEnds;
  }

  /** A paced sender spreads its round over the whole RTT, so its train is given twice the time. */
  #ackTrainEnds(minRttMs: number, { nowMs, paced }: AckSample): boolean {
    if (nowMs - this.#lastAckMs > ACK_TRAIN_GAP_MS) return false;
    this.#lastAckMs = nowMs;
    const thresholdMs = minRttMs + ACK_DELAY_MS;
    return nowMs - this.#roundStartMs > (paced ? thresholdMs : thresholdMs / 2);
  }

  #delayRises(rttMs: number, minRttMs: number): boolean {
    this.#roundMinRttMs = Math.min(this.#roundMinRttMs, rttMs);
    if (this.#samples < MIN_DELAY_SAMPLES) {
      this.#samples++;
      return false;
    }
    const thresholdMs = Math.min(Math.max(minRttMs / 8, DELAY_THRESHOLD_MIN_MS), DELAY_THRESHOLD_MAX_MS);
    return this.#roundMinRttMs > minRttMs + thresholdMs;
  }
}
