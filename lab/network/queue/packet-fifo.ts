import type { TimeMs } from '../simulation.ts';
import { Fifo } from './fifo.ts';
import type { Packet } from './packet.ts';
import { TimeFifo } from './time-fifo.ts';

/** Waiting packets in order of arrival, each with the time it came. */
export class PacketFifo<P extends Packet> {
  #bytes = 0;
  readonly #packets = new Fifo<P>();
  readonly #arrivals = new TimeFifo();

  /** Of the packets waiting. */
  get bytes(): number {
    return this.#bytes;
  }

  get length(): number {
    return this.#packets.length;
  }

  /** When the packet at the head arrived. */
  get headArrivalMs(): TimeMs | undefined {
    return this.length === 0 ? undefined : this.#arrivals.peek();
  }

  push(packet: P, nowMs: TimeMs): void {
    this.#packets.push(packet);
    this.#arrivals.push(nowMs);
    this.#bytes += packet.sizeBytes;
  }

  shift(): P | undefined {
    const packet = this.#packets.shift();
    if (packet === undefined) return undefined;
    this.#arrivals.shift();
    this.#bytes -= packet.sizeBytes;
    return packet;
  }
}
