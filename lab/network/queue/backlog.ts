import type { QueueLimit } from '../conditions.ts';
import { MTU_BYTES } from './packet.ts';

/**
 * What a queue holds and whether more fits: everything not yet completely serialised, the packet in service counted
 * in full. A packet that arrives at the moment another is finished finds its room.
 *
 * A limit in ms is one in bytes, those that drain in that time at the current rate; since a queue that is empty
 * delays nothing, it takes any packet, however slow the link.
 */
export class Backlog {
  #bytes = 0;
  #packets = 0;
  #limitBytes: number;
  readonly #limitPackets: number;
  readonly #limitDelayMs: number | undefined;

  constructor(limit: QueueLimit, bandwidthBps: number) {
    this.#limitPackets = 'packets' in limit ? limit.packets : Infinity;
    this.#limitDelayMs = 'delayMs' in limit ? limit.delayMs : undefined;
    this.#limitBytes = 'packets' in limit ? Infinity : limitBytes(limit, bandwidthBps);
  }

  get bytes(): number {
    return this.#bytes;
  }

  setBandwidth(bandwidthBps: number): void {
    if (this.#limitDelayMs !== undefined) {
      this.#limitBytes = limitBytes({ delayMs: this.#limitDelayMs }, bandwidthBps);
    }
  }

  fits(sizeBytes: number): boolean {
    if (this.#packets === 0 && this.#limitDelayMs !== undefined) return true;
    return this.#packets < this.#limitPackets && this.#bytes + sizeBytes <= this.#limitBytes;
  }

  /** More than the limit is here: what was let in has to go, or the rate fell. */
  get isOver(): boolean {
    if (this.#packets <= 1 && this.#limitDelayMs !== undefined) return false;
    return this.#packets > this.#limitPackets || this.#bytes > this.#limitBytes;
  }

  add(sizeBytes: number): void {
    this.#bytes += sizeBytes;
    this.#packets++;
  }

  remove(sizeBytes: number): void {
    this.#bytes -= sizeBytes;
    this.#packets--;
  }
}

/** A limit in bytes: full packets, or the delay at this rate. */
export function limitBytes(limit: QueueLimit, bandwidthBps: number): number {
  if ('bytes' in limit) return limit.bytes;
  if ('packets' in limit) return limit.packets * MTU_BYTES;
  // bit/s × ms / 8000 = bytes; whole ones, for the sake of what is printed.
  return Math.round((bandwidthBps * limit.delayMs) / 8000);
}
