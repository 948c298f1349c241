import { DroptailQueue, type Packet, type QueueDiscipline } from './droptail-queue.ts';
import type { LinkConditions } from './conditions.ts';
import type { Simulation } from './simulation.ts';

/** `queue`: no room; `link`: random loss behind the queue. */
export type DropCause = 'queue' | 'link';

export interface LinkObserver<P extends Packet> {
  /** Bytes in the queue after an arrival or a departure. */
  onQueueChange?(queuedBytes: number): void;
  onDrop?(packet: P, cause: DropCause): void;
}

/** A packet that knows where it goes once the link has carried it. */
export interface RoutedPacket extends Packet {
  deliver(): void;
}

/** Bits of one packet over bits per second, in ms. */
export function serializationDelayMs(sizeBytes: number, bandwidthBps: number): number {
  return (sizeBytes * 8 * 1000) / bandwidthBps;
}

/**
 * One direction of the bottleneck: queue, then serialisation at `bandwidthBps`, then loss, then propagation.
 * Every connection of the client shares it.
 */
export class Link<P extends RoutedPacket> {
  #busy = false;
  readonly #simulation: Simulation;
  readonly #conditions: LinkConditions;
  readonly #propagationDelayMs: number;
  readonly #random: () => number;
  readonly #observer: LinkObserver<P>;
  readonly #queue: QueueDiscipline<P>;

  constructor(
    simulation: Simulation,
    options: {
      conditions: LinkConditions;
      propagationDelayMs: number;
      /** Uniform in [0, 1); drawn once per packet when there is random loss. */
      random: () => number;
      observer?: LinkObserver<P>;
    },
  ) {
    this.#simulation = simulation;
    this.#conditions = options.conditions;
    this.#propagationDelayMs = options.propagationDelayMs;
    this.#random = options.random;
    this.#observer = options.observer ?? {};
    this.#queue = new DroptailQueue<P>(options.conditions.queueLimitBytes);
  }

  get queuedBytes(): number {
    return this.#queue.queuedBytes;
  }

  send(packet: P): void {
    if (!this.#queue.enqueue(packet)) {
      this.#observer.onDrop?.(packet, 'queue');
      return;
    }
    this.#observer.onQueueChange?.(this.#queue.queuedBytes);
    if (!this.#busy) this.#serializeNext();
  }

  #serializeNext(): void {
    const packet = this.#queue.dequeue();
    this.#busy = packet !== undefined;
    if (packet === undefined) return;
    this.#simulation.after(serializationDelayMs(packet.sizeBytes, this.#conditions.bandwidthBps), () => {
      this.#queue.departed(packet);
      this.#observer.onQueueChange?.(this.#queue.queuedBytes);
      this.#propagate(packet);
      this.#serializeNext();
    });
  }

  #propagate(packet: P): void {
    if (this.#conditions.lossRate > 0 && this.#random() < this.#conditions.lossRate) {
      this.#observer.onDrop?.(packet, 'link');
      return;
    }
    this.#simulation.after(this.#propagationDelayMs, () => packet.deliver());
  }
}
