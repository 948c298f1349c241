import type { Simulation, TimeMs, Timer } from '../simulation.ts';
import { DelayedAckPolicy } from './delayed-ack.ts';
import { ReceiveWindow } from './receive-window.ts';
import { SMSS_BYTES, type Acknowledgement, type SackBlock, type TcpSegment } from './segment.ts';

/** RFC 2018 §3: with the timestamp option there is room for three blocks. */
const MAX_SACK_BLOCKS = 3;

/**
 * Receiving half of a TCP endpoint: reassembly, selective acknowledgement, and when to acknowledge.
 * Bytes reach the application strictly in order: a hole holds back everything behind it.
 */
export class TcpReceiver {
  readonly #simulation: Simulation;
  readonly #acknowledge: () => void;
  readonly #deliver: (bytes: number) => void;
  readonly #policy = new DelayedAckPolicy();
  readonly #window = new ReceiveWindow();
  #nextExpected = 0;
  /** Highest `nextExpected` the peer has been told. */
  #announced = 0;
  /** Out-of-order data, disjoint, most recently touched first. */
  #blocks: SackBlock[] = [];
  #echoMs: TimeMs | undefined;
  #duplicate = false;
  #unacknowledgedSegments = 0;
  #delayTimer: Timer | undefined;

  constructor(
    simulation: Simulation,
    options: {
      /** Send a pure acknowledgement now. */
      acknowledge: () => void;
      /** The next `bytes` in order have arrived. */
      deliver: (bytes: number) => void;
    },
  ) {
    this.#simulation = simulation;
    this.#acknowledge = options.acknowledge;
    this.#deliver = options.deliver;
  }

  receive(segment: TcpSegment, timing: { rtoMs: number; srttMs: number | undefined }): void {
    this.#policy.onData(this.#simulation.nowMs, timing.rtoMs);
    this.#window.onData();
    const end = segment.seq + segment.length;
    if (end <= this.#nextExpected) {
      this.#duplicate = true;
      this.#policy.enterQuickMode();
      this.#acknowledge();
      return;
    }
    if (segment.seq > this.#nextExpected) {
      this.#storeOutOfOrder([segment.seq, end]);
      this.#acknowledge();
      return;
    }
    // The timestamp to echo is that of the segment that advances the window (RFC 7323 §4.3).
    if (this.#unacknowledgedSegments === 0 || segment.seq <= this.#announced) this.#echoMs = segment.sentMs;
    this.#unacknowledgedSegments++;
    const filledHole = this.#blocks.length > 0;
    const before = this.#nextExpected;
    this.#nextExpected = end;
    this.#absorbBlocks();
    if (filledHole || this.#policy.acknowledgesAtOnce || this.#nextExpected - this.#announced > SMSS_BYTES) {
      this.#acknowledge();
    } else {
      this.#delayTimer ??= this.#simulation.after(this.#policy.delayMs(timing.srttMs), () => {
        this.#delayTimer = undefined;
        this.#policy.onTimerFired(timing.rtoMs);
        this.#acknowledge();
      });
    }
    // Last: the stack acknowledges before the application gets to run; a delayed ACK may still ride on its answer.
    this.#deliver(this.#nextExpected - before);
  }

  /** The acknowledgement fields of a segment about to leave; counts as having acknowledged. */
  takeAcknowledgement(): Acknowledgement {
    this.#delayTimer?.cancel();
    this.#delayTimer = undefined;
    this.#policy.onAckSent(this.#unacknowledgedSegments);
    const acknowledgement: Acknowledgement = {
      ack: this.#nextExpected,
      sackBlocks: this.#blocks.slice(0, MAX_SACK_BLOCKS),
      duplicate: this.#duplicate,
      windowBytes: this.#window.bytes,
      echoMs: this.#echoMs,
    };
    this.#announced = this.#nextExpected;
    this.#unacknowledgedSegments = 0;
    this.#duplicate = false;
    return acknowledgement;
  }

  onDataSent(): void {
    this.#policy.onDataSent(this.#simulation.nowMs);
  }

  stop(): void {
    this.#delayTimer?.cancel();
  }

  #storeOutOfOrder(block: SackBlock): void {
    let [start, end] = block;
    const apart: SackBlock[] = [];
    for (const other of this.#blocks) {
      if (other[1] < start || other[0] > end) apart.push(other);
      else [start, end] = [Math.min(start, other[0]), Math.max(end, other[1])];
    }
    this.#blocks = [[start, end], ...apart];
  }

  #absorbBlocks(): void {
    for (let grew = true; grew;) {
      grew = false;
      for (const [start, end] of this.#blocks) {
        if (start > this.#nextExpected || end <= this.#nextExpected) continue;
        this.#nextExpected = end;
        grew = true;
      }
    }
    this.#blocks = this.#blocks.filter(([, end]) => end > this.#nextExpected);
  }
}
