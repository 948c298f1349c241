import type { TimeMs } from '../simulation.ts';

/** Sender maximum segment size: 1500 B MTU − 20 IP − 20 TCP − 12 timestamps (RFC 7323). */
export const SMSS_BYTES = 1448;
/** IP + TCP + timestamp option: what a packet costs beyond its payload. */
export const HEADER_BYTES = 52;
/** SYN and SYN-ACK carry MSS, SACK-permitted, timestamps and window scale. */
export const SYN_BYTES = 60;

/** [first byte, byte after the last). */
export type SackBlock = readonly [start: number, end: number];

/** Acknowledgement part, on every segment. Sequence numbers count payload bytes from 0 and never wrap. */
export interface Acknowledgement {
  readonly ack: number;
  /** At most three (RFC 2018 with timestamps), most recent first. */
  readonly sackBlocks: readonly SackBlock[];
  /** RFC 2883: this segment had arrived before. */
  readonly duplicate: boolean;
  /** rwnd beyond `ack`, in bytes. */
  readonly windowBytes: number;
  /** RFC 7323 TSecr: when the segment that caused this acknowledgement was sent; undefined before any. */
  readonly echoMs: TimeMs | undefined;
}

export interface TcpSegment extends Acknowledgement {
  readonly seq: number;
  /** Payload bytes; 0 for a pure acknowledgement. */
  readonly length: number;
  /** TSval. */
  readonly sentMs: TimeMs;
  readonly retransmission: boolean;
}

/** Size on the wire. A SACK option costs 4 bytes (two NOPs, kind, length) and 8 per block. */
export function segmentSizeBytes(segment: Pick<TcpSegment, 'length' | 'sackBlocks'>): number {
  const sackBytes = segment.sackBlocks.length === 0 ? 0 : 4 + 8 * segment.sackBlocks.length;
  return HEADER_BYTES + sackBytes + segment.length;
}
