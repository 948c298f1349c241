import { HEADER_BYTES } from '../network/tcp/segment.ts';

/** What a SACK option with one block adds to a packet without payload. */
const LARGEST_BARE_PACKET_BYTES = HEADER_BYTES + 12;

/**
 * Counts data segments sent again: the packets with payload that were put on the link, less those whose payload was
 * new. The model tells sizes, not what a packet carries, so payloads of up to 12 bytes stay uncounted on both sides.
 */
export class RetransmissionCounter {
  #queuedBytes = 0;
  #dataPackets = 0;
  #newPackets = 0;

  get count(): number {
    return this.#dataPackets - this.#newPackets;
  }

  queueChanged(queuedBytes: number): void {
    this.#packet(queuedBytes - this.#queuedBytes);
    this.#queuedBytes = queuedBytes;
  }

  /** The queue had no room for it. */
  refused(sizeBytes: number): void {
    this.#packet(sizeBytes);
  }

  sentFirst(payloadBytes: number): void {
    if (payloadBytes + HEADER_BYTES > LARGEST_BARE_PACKET_BYTES) this.#newPackets++;
  }

  #packet(sizeBytes: number): void {
    if (sizeBytes > LARGEST_BARE_PACKET_BYTES) this.#dataPackets++;
  }
}
