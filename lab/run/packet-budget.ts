import type { WireCapture } from '../emulator/wire-capture.ts';

/** How many bytes of packets a run may keep on disk, and what became of it. */
export class PacketBudget {
  readonly limitBytes: number;
  #keptBytes = 0;
  #keptTrials = 0;
  #trials = 0;

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes;
  }

  /** Whether the next trial's packets are worth recording. */
  get hasRoom(): boolean {
    return this.#keptBytes < this.limitBytes;
  }

  /** Of a trial that has ended; returns what of its capture is to be kept. */
  take(capture: WireCapture | undefined): WireCapture | undefined {
    this.#trials++;
    if (capture === undefined || !this.hasRoom) return undefined;
    this.#keptTrials++;
    for (const { uplink, downlink } of capture.connections)
      this.#keptBytes += uplink.length + downlink.length;
    return capture;
  }

  /** What a reader who looks for packets in vain should know; undefined where all are kept, or none were wanted. */
  get warning(): string | undefined {
    const missing = this.#trials - this.#keptTrials;
    if (missing === 0 || this.limitBytes === 0) return undefined;
    return (
      `the packets of ${missing} of ${this.#trials} trials were not kept: ` +
      (this.hasRoom
        ? 'each carried more than 67 MB'
        : `those kept have reached ${(this.limitBytes / 1e6).toFixed(0)} MB; --packets all keeps them`)
    );
  }
}
