import type { NetworkConditions } from '../network/conditions.ts';

/**
 * An experiment on the bare network, no HTTP and no TLS: each flow connects, sends a one-byte request and gets `bytes`
 * back. The same order runs on the virtual clock (simulate-transfer.ts) and through the real proxy
 * (real-time-transfer.ts), and both answer with the same record.
 */
export interface TransferOrder {
  readonly network: NetworkConditions;
  /** Size of the answer, of every flow. */
  readonly bytes: number;
  readonly flows: number;
  /** Between the starts of one flow and the next. */
  readonly gapMs: number;
  /** For random loss and jitter. */
  readonly seed: number;
}

/** [ms since the flow's own connect(), value]: the value holds until the next step. */
export type TimedValue = readonly [timeMs: number, value: number];

export interface FlowRecord {
  /** Relative to the start of flow 0. */
  readonly startMs: number;
  /** When the client's connect() returned, since its call; undefined if it never did. */
  readonly connectMs: number | undefined;
  /** In-order bytes the client had read. */
  readonly arrivals: readonly TimedValue[];
  readonly cwndSegments: readonly TimedValue[];
  readonly flightBytes: readonly TimedValue[];
}

export interface TransferRecord {
  readonly flows: readonly FlowRecord[];
  /** Downlink packets the queue refused. */
  readonly drops: number;
  /** Downlink packets lost behind it. */
  readonly linkDrops: number;
  /** Data segments sent again by the server. */
  readonly retransmitted: number;
  /** Deepest the downlink queue got. */
  readonly maxQueueBytes: number;
  /** [ms since the start of flow 0, bytes] of the downlink queue. */
  readonly queueBytes: readonly TimedValue[];
  /** How late the real proxy acted, per batch of events; absent on the virtual clock. */
  readonly latenessMs?: readonly number[];
}

/** `virtual`: computed; `real`: through the proxy, on the wall clock. */
export type Clock = 'virtual' | 'real';
