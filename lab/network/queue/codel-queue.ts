import type { CodelParameters, QueueLimit } from '../conditions.ts';
import type { TimeMs } from '../simulation.ts';
import { Backlog } from './backlog.ts';
import { Codel } from './codel.ts';
import type { Packet } from './packet.ts';
import { PacketFifo } from './packet-fifo.ts';
import type { DropSink, QueueDiscipline } from './queue-discipline.ts';

/** One queue under CoDel (RFC 8289); an arrival beyond the limit is dropped as by droptail. */
export class CodelQueue<P extends Packet> implements QueueDiscipline<P> {
  readonly #backlog: Backlog;
  readonly #waiting = new PacketFifo<P>();
  readonly #codel: Codel<P>;
  readonly #drop: DropSink<P>;

  constructor(
    options: CodelParameters & { readonly limit: QueueLimit },
    bandwidthBps: number,
    drop: DropSink<P>,
  ) {
    this.#backlog = new Backlog(options.limit, bandwidthBps);
    this.#drop = drop;
    this.#codel = new Codel<P>(options, (packet) => {
      this.#backlog.remove(packet.sizeBytes);
      drop(packet, 'aqm');
    });
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

  dequeue(nowMs: TimeMs): P | undefined {
    return this.#codel.dequeue(this.#waiting, nowMs);
  }

  departed(packet: P): void {
    this.#backlog.remove(packet.sizeBytes);
  }

  setBandwidth(bandwidthBps: number): void {
    this.#backlog.setBandwidth(bandwidthBps);
  }
}
