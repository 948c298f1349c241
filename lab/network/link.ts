import type { LinkConditions } from './conditions.ts';
import { DelayLine } from './link/delay-line.ts';
import { RateTransmitter } from './link/rate-transmitter.ts';
import { TraceTransmitter } from './link/trace-transmitter.ts';
import type { PacketSource, Transmitter } from './link/transmitter.ts';
import { BernoulliLoss } from './loss/bernoulli-loss.ts';
import { ForcedLosses } from './loss/forced-losses.ts';
import { createLoss, type LossProcess } from './loss/loss-process.ts';
import { createQueue } from './queue/create-queue.ts';
import type { DropCause, Packet } from './queue/packet.ts';
import type { QueueDiscipline } from './queue/queue-discipline.ts';
import type { Simulation } from './simulation.ts';

export type { DropCause } from './queue/packet.ts';
export { serializationDelayMs } from './link/rate-transmitter.ts';

export interface LinkObserver<P extends Packet> {
  /** A packet comes to the queue, whatever becomes of it. */
  onSend?(packet: P): void;
  /** Bytes in the queue after an arrival, a departure or a drop at the head. */
  onQueueChange?(queuedBytes: number): void;
  onDrop?(packet: P, cause: DropCause): void;
  /** It has passed queue, transmission and propagation. */
  onArrive?(packet: P): void;
  /** Its last bit has left the queue's end of the link, and it will arrive. */
  onPass?(packet: P): void;
}

/** A packet that knows where it goes once the link has carried it. */
export interface RoutedPacket extends Packet {
  deliver(): void;
  /** It was dropped: the link needs it no more. */
  discard?(): void;
}

/** Takes packets at any rate. */
export interface Port<P extends Packet> {
  send(packet: P): void;
}

/**
 * One direction of the bottleneck: queue, then serialisation, then loss, then propagation. Every connection of the
 * client shares it.
 */
export class Link<P extends RoutedPacket> implements Port<P>, PacketSource<P> {
  readonly #simulation: Simulation;
  readonly #random: () => number;
  readonly #observer: LinkObserver<P>;
  readonly #queue: QueueDiscipline<P>;
  readonly #transmitter: Transmitter;
  readonly #forced: ForcedLosses<P>;
  readonly #line: DelayLine<P>;
  #loss: LossProcess;
  #foregroundBytes = 0;

  constructor(
    simulation: Simulation,
    options: {
      conditions: LinkConditions;
      propagationDelayMs: number;
      /** Uniform in [0, 1); for loss and jitter. */
      random: () => number;
      observer?: LinkObserver<P>;
    },
  ) {
    const { conditions, propagationDelayMs, random } = options;
    this.#simulation = simulation;
    this.#random = random;
    this.#observer = options.observer ?? {};
    this.#queue = createQueue<P>(conditions, (packet, cause) => this.#dropped(packet, cause));
    this.#transmitter =
      conditions.trace === undefined
        ? new RateTransmitter(simulation, this, conditions.bandwidthBps)
        : new TraceTransmitter(simulation, this, conditions.trace);
    this.#forced = new ForcedLosses(conditions.forcedLosses ?? []);
    this.#loss = createLoss(conditions, random);
    this.#line = new DelayLine<P>(simulation, {
      delayMs: propagationDelayMs,
      jitterMs: conditions.jitterMs ?? 0,
      random,
      deliver: (packet) => {
        this.#observer.onArrive?.(packet);
        packet.deliver();
      },
    });
  }

  get queuedBytes(): number {
    return this.#queue.queuedBytes;
  }

  /** Of the queued bytes, those that are no background traffic. */
  get foregroundBytes(): number {
    return this.#foregroundBytes;
  }

  send(packet: P): void {
    this.#transmitter.settle();
    this.#observer.onSend?.(packet);
    const beforeBytes = this.#queue.queuedBytes;
    if (isForeground(packet)) this.#foregroundBytes += packet.sizeBytes;
    this.#forced.onArrival(packet);
    this.#queue.enqueue(packet, this.#simulation.nowMs);
    this.#reportChange(beforeBytes);
    this.#transmitter.wake();
  }

  /** For the transmitter. */
  take(): P | undefined {
    const beforeBytes = this.#queue.queuedBytes;
    const packet = this.#queue.dequeue(this.#simulation.nowMs);
    this.#reportChange(beforeBytes);
    return packet;
  }

  /** For the transmitter. */
  sent(packet: P): void {
    this.#queue.departed(packet);
    if (isForeground(packet)) this.#foregroundBytes -= packet.sizeBytes;
    this.#observer.onQueueChange?.(this.#queue.queuedBytes);
    // Chance is drawn for packets that are lost by force as well: taking a number from the list changes nothing else.
    const unlucky = this.#loss.next();
    if (this.#forced.take(packet) || unlucky) {
      this.#observer.onDrop?.(packet, 'link');
      packet.discard?.();
    } else {
      this.#observer.onPass?.(packet);
      this.#line.send(packet);
    }
  }

  /** The trace of the link, if it has one, begins now. */
  start(): void {
    this.#transmitter.start();
  }

  setBandwidth(bandwidthBps: number): void {
    this.#queue.setBandwidth(bandwidthBps);
    this.#transmitter.setBandwidth(bandwidthBps);
  }

  setPropagationDelay(propagationDelayMs: number): void {
    this.#line.setDelay(propagationDelayMs);
  }

  /** From now on each packet is lost with this probability, whatever the chance was before. */
  setLossRate(lossRate: number): void {
    this.#loss = new BernoulliLoss(lossRate, this.#random);
  }

  #dropped(packet: P, cause: DropCause): void {
    if (isForeground(packet)) this.#foregroundBytes -= packet.sizeBytes;
    this.#forced.take(packet);
    this.#observer.onDrop?.(packet, cause);
    packet.discard?.();
  }

  #reportChange(beforeBytes: number): void {
    if (this.#queue.queuedBytes !== beforeBytes) this.#observer.onQueueChange?.(this.#queue.queuedBytes);
  }
}

/** Connections of background traffic have negative numbers. */
function isForeground(packet: Packet): boolean {
  return packet.connection > 0;
}
