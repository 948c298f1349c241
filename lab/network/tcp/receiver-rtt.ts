import type { TimeMs } from '../simulation.ts';
import { timestampAt } from './segment.ts';

/** The round trip as a receiver sees it (Linux's rcv_rtt_est): from echoed timestamps, and from windows filled. */
export class ReceiverRtt {
  /** Infinity: not known yet. A number in any case: it is then rewritten in place. */
  rttMs = Infinity;
  #lastEcho: number | undefined;
  /** -Infinity: nothing has come. */
  #windowSinceMs: TimeMs = -Infinity;
  #windowEndSeq = 0;

  /** A data segment echoes our timestamp; each echo counts once. */
  onEcho(nowMs: TimeMs, echo: number | undefined, isFullSized: boolean): void {
    if (echo === undefined || echo === this.#lastEcho) return;
    this.#lastEcho = echo;
    if (!isFullSized) return;
    const sampleMs = Math.max(timestampAt(nowMs) - echo, 1);
    this.rttMs = sampleMs < this.rttMs ? sampleMs : this.rttMs + (sampleMs - this.rttMs) / 8;
  }

  /** A whole announced window takes at least a round trip to arrive: only a smaller value is news. */
  onData(nowMs: TimeMs, nextExpected: number, windowBytes: number): void {
    if (this.#windowSinceMs !== -Infinity) {
      if (nextExpected < this.#windowEndSeq) return;
      const sampleMs = Math.max(nowMs - this.#windowSinceMs, 0.001);
      if (sampleMs < this.rttMs) this.rttMs = sampleMs;
    }
    this.#windowEndSeq = nextExpected + windowBytes;
    this.#windowSinceMs = nowMs;
  }
}
