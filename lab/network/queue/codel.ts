import type { CodelParameters } from '../conditions.ts';
import type { TimeMs } from '../simulation.ts';
import { MTU_BYTES, type Packet } from './packet.ts';
import type { PacketFifo } from './packet-fifo.ts';

/** RFC 8289 §5.5: a dropping state left less long ago than this many intervals is taken up where it was. */
const MEMORY_INTERVALS = 16;

/**
 * CoDel's decision which packets of one queue to drop at its head (RFC 8289 §5): once the time packets spend waiting
 * has been above `targetMs` for a whole `intervalMs`, one is dropped, and the next after interval / √count, until the
 * wait is below the target again.
 */
export class Codel<P extends Packet> {
  readonly #targetMs: number;
  readonly #intervalMs: number;
  readonly #drop: (packet: P) => void;
  /** When the wait will have been above the target for an interval; undefined while it is below. */
  #firstAboveMs: TimeMs | undefined;
  #dropping = false;
  #dropNextMs: TimeMs = 0;
  #count = 0;
  #lastCount = 0;
  /** Whether the packet taken last may be dropped. */
  #okToDrop = false;

  /** @param drop is told of every packet taken out and not returned */
  constructor({ targetMs, intervalMs }: CodelParameters, drop: (packet: P) => void) {
    this.#targetMs = targetMs;
    this.#intervalMs = intervalMs;
    this.#drop = drop;
  }

  /** The next packet to send, after dropping those before it that have to go. */
  dequeue(waiting: PacketFifo<P>, nowMs: TimeMs): P | undefined {
    let packet = this.#take(waiting, nowMs);
    if (this.#dropping) {
      if (!this.#okToDrop) this.#dropping = false;
      while (this.#dropping && packet !== undefined && nowMs >= this.#dropNextMs) {
        this.#drop(packet);
        this.#count++;
        packet = this.#take(waiting, nowMs);
        if (this.#okToDrop) this.#dropNextMs = this.#controlLaw(this.#dropNextMs);
        else this.#dropping = false;
      }
    } else if (this.#okToDrop && packet !== undefined) {
      this.#drop(packet);
      packet = this.#take(waiting, nowMs);
      this.#dropping = true;
      // The rate that controlled the queue the last time is a good start if that was not long ago.
      const recent = nowMs - this.#dropNextMs < MEMORY_INTERVALS * this.#intervalMs;
      const delta = this.#count - this.#lastCount;
      this.#count = delta > 1 && recent ? delta : 1;
      this.#dropNextMs = this.#controlLaw(nowMs);
      this.#lastCount = this.#count;
    }
    return packet;
  }

  /** RFC 8289 §5.6 (dodequeue): takes the head and judges how long it waited. */
  #take(waiting: PacketFifo<P>, nowMs: TimeMs): P | undefined {
    const arrivalMs = waiting.headArrivalMs;
    const packet = waiting.shift();
    this.#okToDrop = false;
    // With less than a packet left behind it there is no standing queue.
    if (arrivalMs === undefined || nowMs - arrivalMs < this.#targetMs || waiting.bytes <= MTU_BYTES) {
      this.#firstAboveMs = undefined;
    } else if (this.#firstAboveMs === undefined) {
      this.#firstAboveMs = nowMs + this.#intervalMs;
    } else {
      this.#okToDrop = nowMs >= this.#firstAboveMs;
    }
    return packet;
  }

  #controlLaw(fromMs: TimeMs): TimeMs {
    return fromMs + this.#intervalMs / Math.sqrt(this.#count);
  }
}
