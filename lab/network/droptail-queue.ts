/** What a queue and a link need to know of a packet. */
export interface Packet {
  /** IP packet length in bytes: headers included, no layer-2 bytes. */
  readonly sizeBytes: number;
}

/** A queueing discipline: decides who waits, who is dropped and who goes next. It never acts on time by itself. */
export interface QueueDiscipline<P extends Packet> {
  /** Bytes not yet completely serialised, the packet in service counted in full. */
  readonly queuedBytes: number;
  /** False: dropped. */
  enqueue(packet: P): boolean;
  /** The packet to serialise next; its bytes count until `departed`. */
  dequeue(): P | undefined;
  departed(packet: P): void;
}

/** First in, first out; a packet that does not fit is dropped. */
export class DroptailQueue<P extends Packet> implements QueueDiscipline<P> {
  #queuedBytes = 0;
  readonly #limitBytes: number;
  readonly #waiting: P[] = [];

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  enqueue(packet: P): boolean {
    if (this.#queuedBytes + packet.sizeBytes > this.#limitBytes) return false;
    this.#queuedBytes += packet.sizeBytes;
    this.#waiting.push(packet);
    return true;
  }

  dequeue(): P | undefined {
    return this.#waiting.shift();
  }

  departed(packet: P): void {
    this.#queuedBytes -= packet.sizeBytes;
  }
}
