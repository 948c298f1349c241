import type { DropCause } from '../network/link.ts';
import type { Direction } from '../network/tcp/connection.ts';
import type { TcpSegment } from '../network/tcp/segment.ts';

/** One packet of the page's traffic on the emulated path. Times: CLOCK_MONOTONIC ms by the model. */
export interface CapturedPacket {
  readonly connection: number;
  readonly direction: Direction;
  /** It came to the bottleneck's queue. */
  readonly sentMs: number;
  /** It left the bottleneck's far end; absent: it never did, or not before the capture ended. */
  arrivedMs?: number;
  dropped?: DropCause;
  /** IP packet length. */
  readonly sizeBytes: number;
  /** Absent on SYN, SYN-ACK and the bare handshake ACK. */
  readonly segment?: TcpSegment | undefined;
}

/** The bytes that both sides of one connection handed to their TCP: offset n of a stream is sequence number n. */
export interface CapturedConnection {
  readonly id: number;
  readonly clientPort: number;
  /** On loopback. Absent in older captures. */
  readonly serverAddress?: string | undefined;
  readonly closedMs?: number | undefined;
  readonly uplink: Uint8Array;
  readonly downlink: Uint8Array;
}

/** What a packet capture of one trial is made from. */
export interface WireCapture {
  /** What CLOCK_MONOTONIC ms lack to be ms since the Unix epoch. */
  readonly epochOffsetMs: number;
  readonly connections: readonly CapturedConnection[];
  /** In the order in which they were sent. */
  readonly packets: readonly CapturedPacket[];
  /** Lines in NSS key log format, without line ends. */
  readonly keyLog: readonly string[];
}
