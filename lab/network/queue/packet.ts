/** What queues and links need to know of a packet. */
export interface Packet {
  /** IP packet length in bytes: headers included, no layer-2 bytes. */
  readonly sizeBytes: number;
  /** Which flow it belongs to: the id of its TCP connection, the same in both directions. */
  readonly connection: number;
  /** TCP payload in bytes; left out or 0 on a pure acknowledgement and in the handshake. */
  readonly payloadBytes?: number;
}

/** The largest IP packet, in bytes: Ethernet's MTU. */
export const MTU_BYTES = 1500;

/** `queue`: no room; `aqm`: CoDel dropped it to shorten the queue; `link`: lost behind the queue. */
export type DropCause = 'queue' | 'aqm' | 'link';
