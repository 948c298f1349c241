import type { Packet } from '../queue/packet.ts';
import { Timer, type Simulation, type TimeMs } from '../simulation.ts';
import { OPPORTUNITY_BYTES, tracePeriodMs, type DeliveryTrace } from './delivery-trace.ts';
import type { PacketSource, Transmitter } from './transmitter.ts';

/**
 * Delivers at the opportunities of a trace, as Mahimahi's link_queue.cc does: each carries 1500 bytes, which small
 * packets share and a packet that does not fit begins to use; what is left when nothing waits is lost, and so is an
 * opportunity at the very moment a packet arrives. While nothing waits there is no timer.
 */
export class TraceTransmitter<P extends Packet> implements Transmitter {
  readonly #simulation: Simulation;
  readonly #source: PacketSource<P>;
  readonly #trace: DeliveryTrace;
  readonly #periodMs: number;
  #originMs: TimeMs;
  /** The next opportunity: how often the trace was through before it, and its line. */
  #round = 0;
  #index = 0;
  #inService: P | undefined;
  #remainingBytes = 0;
  readonly #timer: Timer;

  constructor(simulation: Simulation, source: PacketSource<P>, trace: DeliveryTrace) {
    this.#simulation = simulation;
    this.#source = source;
    this.#trace = trace;
    this.#periodMs = tracePeriodMs(trace);
    this.#originMs = simulation.nowMs;
    this.#timer = new Timer(simulation, () => this.#deliver());
  }

  settle(): void {
    while (this.#timer.dueMs <= this.#simulation.nowMs) {
      this.#timer.cancel();
      this.#deliver();
    }
  }

  wake(): void {
    if (this.#timer.isSet) return;
    this.#skipPast(this.#simulation.nowMs);
    this.#schedule();
  }

  start(): void {
    this.#originMs = this.#simulation.nowMs;
  }

  setBandwidth(): void {
    throw new RangeError('a link with a delivery trace has no rate to change');
  }

  #schedule(): void {
    this.#timer.set(this.#nextMs());
  }

  #deliver(): void {
    this.#advance();
    let leftBytes = OPPORTUNITY_BYTES;
    while (leftBytes > 0) {
      if (this.#inService === undefined) {
        this.#inService = this.#source.take();
        if (this.#inService === undefined) return;
        this.#remainingBytes = this.#inService.sizeBytes;
      }
      const servedBytes = Math.min(leftBytes, this.#remainingBytes);
      leftBytes -= servedBytes;
      this.#remainingBytes -= servedBytes;
      if (this.#remainingBytes === 0) {
        const packet = this.#inService;
        this.#inService = undefined;
        this.#source.sent(packet);
      }
    }
    this.#schedule();
  }

  #nextMs(): TimeMs {
    return this.#originMs + this.#round * this.#periodMs + this.#trace.opportunitiesMs[this.#index]!;
  }

  #advance(): void {
    this.#index++;
    if (this.#index < this.#trace.opportunitiesMs.length) return;
    this.#index = 0;
    this.#round++;
  }

  /** Opportunities up to and including `nowMs` found nothing to carry. */
  #skipPast(nowMs: TimeMs): void {
    const round = Math.floor((nowMs - this.#originMs) / this.#periodMs);
    if (round > this.#round) {
      this.#round = round;
      this.#index = 0;
    }
    const { opportunitiesMs } = this.#trace;
    const offsetMs = nowMs - this.#originMs - this.#round * this.#periodMs;
    this.#index = Math.max(this.#index, firstAfter(opportunitiesMs, offsetMs));
    if (this.#index === opportunitiesMs.length) {
      this.#index = 0;
      this.#round++;
    }
    // Where rounding made a moment of it: what is due now is past.
    while (this.#nextMs() <= nowMs) this.#advance();
  }
}

/** Index of the first time after `limit`, by bisection; the length where there is none. */
function firstAfter(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
