import type { Packet } from '../queue/packet.ts';

/**
 * Losses by number, to repeat one exactly: packets that carry payload are numbered from 0 as they arrive at the
 * queue, retransmissions and what the queue then drops included; the listed ones vanish behind it.
 */
export class ForcedLosses<P extends Packet> {
  readonly #numbers: ReadonlySet<number>;
  readonly #doomed = new Set<P>();
  #arrived = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = new Set(numbers);
  }

  /** At the queue. */
  onArrival(packet: P): void {
    if ((packet.payloadBytes ?? 0) > 0 && this.#numbers.has(this.#arrived++)) this.#doomed.add(packet);
  }

  /** Whether it vanishes now. Asked once, behind the queue or when the queue drops it. */
  take(packet: P): boolean {
    return this.#doomed.size > 0 && this.#doomed.delete(packet);
  }
}
