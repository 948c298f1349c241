import type { Packet } from '../queue/packet.ts';
import { Timer, type Simulation, type TimeMs } from '../simulation.ts';
import type { PacketSource, Transmitter } from './transmitter.ts';

/** Bits of one packet over bits per second, in ms. */
export function serializationDelayMs(sizeBytes: number, bandwidthBps: number): number {
  return (sizeBytes * 8 * 1000) / bandwidthBps;
}

/** Two moments closer than this are one: what separates them is rounding. */
const SAME_MOMENT_MS = 1e-6;

/** A constant rate, until it is changed: what is left of the packet in service then leaves at the new one. */
export class RateTransmitter<P extends Packet> implements Transmitter {
  readonly #simulation: Simulation;
  readonly #source: PacketSource<P>;
  #bandwidthBps: number;
  #inService: P | undefined;
  /** Not yet serialised of the packet in service when the rate last changed or it began. */
  #remainingBytes = 0;
  #sinceMs: TimeMs = 0;
  readonly #timer: Timer;

  constructor(simulation: Simulation, source: PacketSource<P>, bandwidthBps: number) {
    this.#simulation = simulation;
    this.#source = source;
    this.#bandwidthBps = bandwidthBps;
    this.#timer = new Timer(simulation, () => this.#finish());
  }

  wake(): void {
    if (this.#inService === undefined) this.#serveNext();
  }

  start(): void {}

  settle(): void {
    if (this.#timer.dueMs > this.#simulation.nowMs + SAME_MOMENT_MS) return;
    this.#timer.cancel();
    this.#finish();
  }

  setBandwidth(bandwidthBps: number): void {
    if (this.#inService !== undefined) {
      const servedBytes = ((this.#simulation.nowMs - this.#sinceMs) * this.#bandwidthBps) / 8000;
      this.#remainingBytes = Math.max(0, this.#remainingBytes - servedBytes);
      this.#timer.cancel();
    }
    this.#bandwidthBps = bandwidthBps;
    if (this.#inService !== undefined) this.#schedule();
  }

  #serveNext(): void {
    this.#inService = this.#source.take();
    if (this.#inService === undefined) return;
    this.#remainingBytes = this.#inService.sizeBytes;
    this.#schedule();
  }

  #schedule(): void {
    this.#sinceMs = this.#simulation.nowMs;
    this.#timer.set(this.#sinceMs + serializationDelayMs(this.#remainingBytes, this.#bandwidthBps));
  }

  #finish(): void {
    const packet = this.#inService!;
    this.#source.sent(packet);
    this.#serveNext();
  }
}
