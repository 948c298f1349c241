import type { FlowRecord, TimedValue } from './transfer.ts';

/** A value over time as steps: one per change, and the last of those that fall on the same moment. */
export class StepRecorder {
  readonly steps: TimedValue[] = [];
  highest = 0;

  set(timeMs: number, value: number): void {
    this.highest = Math.max(this.highest, value);
    const last = this.steps.at(-1);
    if (last?.[1] === value) return;
    if (last?.[0] === timeMs) this.steps[this.steps.length - 1] = [timeMs, value];
    else this.steps.push([timeMs, value]);
  }
}

/** What one flow sees; times are since its own connect(). */
export class FlowRecorder {
  readonly startMs: number;
  readonly #arrivals = new StepRecorder();
  readonly #cwndSegments = new StepRecorder();
  readonly #flightBytes = new StepRecorder();
  #connectMs: number | undefined;
  #receivedBytes = 0;

  constructor(startMs: number) {
    this.startMs = startMs;
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  connected(nowMs: number): void {
    this.#connectMs = nowMs - this.startMs;
  }

  received(nowMs: number, bytes: number): void {
    this.#receivedBytes += bytes;
    this.#arrivals.set(nowMs - this.startMs, this.#receivedBytes);
  }

  window(nowMs: number, cwndSegments: number, flightBytes: number): void {
    this.#cwndSegments.set(nowMs - this.startMs, cwndSegments);
    this.#flightBytes.set(nowMs - this.startMs, flightBytes);
  }

  record(): FlowRecord {
    return {
      startMs: this.startMs,
      connectMs: this.#connectMs,
      arrivals: this.#arrivals.steps,
      cwndSegments: this.#cwndSegments.steps,
      flightBytes: this.#flightBytes.steps,
    };
  }
}
