import type { ServerEvent } from '../../server/server-log.ts';
import type { DropCause } from '../network/link.ts';
import type { Direction } from '../network/tcp/connection.ts';

/** [CLOCK_MONOTONIC ms, value]: the value holds until the next step. */
export type TimedValue = readonly [timeMs: number, value: number];

/**
 * How a data segment of the server's went through the bottleneck: serialisation began, its last bit left, [offset,
 * offset + bytes) of the connection's TCP stream. `lost`: behind the bottleneck, so it never arrived.
 */
export type Passage = readonly [startMs: number, endMs: number, offset: number, bytes: number, lost?: 'lost'];

/** What the emulated network saw of one TCP connection. */
export interface ConnectionEvidence {
  readonly id: number;
  /** The browser's ephemeral port on loopback, and where it connected to: how NetLog's sessions are matched. */
  readonly clientPort: number;
  /** Absent in older evidence, as the port is. */
  readonly serverAddress?: string | undefined;
  readonly serverPort?: number | undefined;
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
  /** Bytes of the server's TCP stream its socket's send buffer has taken so far. Absent in older evidence. */
  readonly bufferedBytes?: TimedValue[];
  /** In order of time. Absent in older evidence. */
  readonly passages?: Passage[];
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
  /** When the downlink's bottleneck served background traffic: [from, to]. Absent in older evidence. */
  readonly backgroundBusy?: readonly (readonly [startMs: number, endMs: number])[];
  readonly server: readonly ServerEvent[];
  /** How late the emulator was with each batch of what was due, ms, in order. */
  readonly latenessMs: readonly number[];
}
