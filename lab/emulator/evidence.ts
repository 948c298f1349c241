import type { ServerEvent } from '../../server/server-log.ts';
import type { DropCause } from '../network/link.ts';
import type { Direction } from '../network/tcp/connection.ts';

/** [CLOCK_MONOTONIC ms, value]: the value holds until the next step. */
export type TimedValue = readonly [timeMs: number, value: number];

/** What the emulated network saw of one TCP connection. */
export interface ConnectionEvidence {
  readonly id: number;
  /** The browser's ephemeral port on loopback: how NetLog's sessions are matched. */
  readonly clientPort: number;
  readonly synMs: number;
  connectedMs?: number;
  closedMs?: number;
  /** Server side, in segments. */
  readonly cwndSegments: TimedValue[];
  readonly flightBytes: TimedValue[];
  /** Bytes of the server's TCP stream sent for the first time so far: when each offset left. */
  readonly sentBytes: TimedValue[];
  /** Bytes of the server's TCP stream handed to the browser in order so far: when each offset arrived. */
  readonly deliveredBytes: TimedValue[];
}

export interface DropEvidence {
  readonly atMs: number;
  readonly direction: Direction;
  readonly connection: number;
  readonly cause: DropCause;
  readonly sizeBytes: number;
}

/** Of the downlink, over all connections. */
export interface DownlinkCounts {
  /** Packets the queue refused, and packets lost behind it. */
  readonly queueDrops: number;
  readonly linkDrops: number;
  /** Data segments the server sent again. */
  readonly retransmitted: number;
  /** Deepest the queue got. */
  readonly maxQueueBytes: number;
}

/**
 * Everything the emulator process knows of one trial. Times: CLOCK_MONOTONIC ms. A series or list that grew too long
 * lost every other of its older entries; the counts are exact.
 */
export interface EmulatorEvidence {
  /** What its times lack to be ms since the Unix epoch. */
  readonly epochOffsetMs?: number | undefined;
  readonly connections: readonly ConnectionEvidence[];
  readonly queueBytes: Readonly<Record<Direction, readonly TimedValue[]>>;
  readonly drops: readonly DropEvidence[];
  readonly downlink: DownlinkCounts;
  readonly server: readonly ServerEvent[];
  /** How late the emulator acted on its due times, ms, in order. */
  readonly latenessMs: readonly number[];
}
