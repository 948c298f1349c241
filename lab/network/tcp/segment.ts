import type { TimeMs } from '../simulation.ts';

/** Sender maximum segment size: 1500 B MTU − 20 IP − 20 TCP − 12 timestamps (RFC 7323). */
export const SMSS_BYTES = 1448;
/** IP + TCP + timestamp option: what a packet costs beyond its payload. */
export const HEADER_BYTES = 52;
/** SYN and SYN-ACK carry MSS, SACK-permitted, timestamps and window scale. */
export const SYN_BYTES = 60;

/** [first byte, byte after the last). */
export type SackBlock = readonly [start: number, end: number];

/** Acknowledgement part of every segment. Sequence numbers count payload bytes from 0 and never wrap. */
export interface Acknowledgement {
  readonly ack: number;
  /** At most three, the duplicate included (RFC 2018 with timestamps), most recent first. */
  readonly sackBlocks: readonly SackBlock[];
  /** RFC 2883 D-SACK: this range had arrived before. */
  readonly duplicate: SackBlock | undefined;
  /** rwnd beyond `ack`, in bytes. */
  readonly windowBytes: number;
  /** RFC 7323 TSecr: `timestamp` of the segment that caused this acknowledgement; undefined before any. */
  readonly echo: number | undefined;
}

export interface TcpSegment {
  readonly acknowledgement: Acknowledgement;
  readonly seq: number;
  /** Payload bytes; 0 for a pure acknowledgement. */
  readonly length: number;
  /** PSH: the last segment of what the sender handed to its device at once. The receiver then acknowledges at once. */
  readonly push: boolean;
  /** TSval in ticks of 1 ms. */
  readonly timestamp: number;
  readonly retransmission: boolean;
}

/** What stays as it is: packets, and the segments in them, are used again. */
export function copySegment(segment: TcpSegment): TcpSegment {
  return { ...segment, acknowledgement: { ...segment.acknowledgement } };
}

/** TSval at a moment: Linux's timestamps tick once per millisecond. */
export function timestampAt(nowMs: TimeMs): number {
  return Math.floor(nowMs);
}

/** Size on the wire. A SACK option costs 4 bytes (two NOPs, kind, length) and 8 per block. */
export function segmentSizeBytes(length: number, { sackBlocks, duplicate }: Acknowledgement): number {
  const blocks = sackBlocks.length + (duplicate === undefined ? 0 : 1);
  return HEADER_BYTES + (blocks === 0 ? 0 : 4 + 8 * blocks) + length;
}
