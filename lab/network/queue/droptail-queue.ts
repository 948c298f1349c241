import type { QueueLimit } from '../conditions.ts';
import type { TimeMs } from '../simulation.ts';
import { Backlog } from './backlog.ts';
import type { Packet } from './packet.ts';
import { PacketFifo } from './packet-fifo.ts';
import type { DropSink, QueueDiscipline } from './queue-discipline.ts';

/** First in, first out; a packet that does not fit is dropped. */
export class DroptailQueue<P extends Packet> implements QueueDiscipline<P> {
  readonly #backlog: Backlog;
  readonly #waiting = new PacketFifo<P>();
  readonly #drop: DropSink<P>;

  constructor(limit: QueueLimit, bandwidthBps: number, drop: DropSink<P>) {
    this.#backlog = new Backlog(limit, bandwidthBps);
    this.#drop = drop;
  }

  get queuedBytes(): number {
    return this.#backlog.bytes;
  }

  enqueue(packet: P, nowMs: TimeMs): void {
    if (!this.#backlog.fits(packet.sizeBytes)) {
      this.#drop(packet, 'queue');
      return;
    }
    this.#backlog.add(packet.sizeBytes);
    this.#waiting.push(packet, nowMs);
  }

  dequeue(): P | undefined {
    return this.#waiting.shift();
  }

  departed(packet: P): void {
    this.#backlog.remove(packet.sizeBytes);
  }

  setBandwidth(bandwidthBps: number): void {
    this.#backlog.setBandwidth(bandwidthBps);
  }
}
