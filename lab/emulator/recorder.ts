import type { ServerEvent, ServerEventBody } from '../../server/server-log.ts';
import type { DropCause } from '../network/link.ts';
import type { Direction, WirePacket } from '../network/tcp/connection.ts';
import type { ConnectionEvidence, DropEvidence, EmulatorEvidence, TimedValue } from './evidence.ts';

/**
 * Entries of one series: a page of 90 MB has fewer segments. A longer one loses every other of its older entries, so
 * that memory stays flat however much is transferred.
 */
const MAX_ENTRIES = 65_536;

/**
 * Collects one trial's evidence from the network and the server. Given a listener it passes the server's events on and
 * keeps nothing: what runs for hours must not remember all of it.
 */
export class Recorder {
  readonly #nowMs: () => number;
  readonly #epochOffsetMs: number;
  readonly #onServerEvent: ((event: ServerEvent) => void) | undefined;
  readonly #connections: ConnectionEvidence[] = [];
  readonly #queueBytes: Record<Direction, TimedValue[]> = { uplink: [], downlink: [] };
  readonly #drops: DropEvidence[] = [];
  readonly #server: ServerEvent[] = [];
  readonly #downlink = { queueDrops: 0, linkDrops: 0, maxQueueBytes: 0, retransmitted: 0 };

  /**
   * @param nowMs the model's time: CLOCK_MONOTONIC ms by due time, not by when it was processed
   * @param epochOffsetMs what it lacks to be Unix time
   */
  constructor(nowMs: () => number, epochOffsetMs: number, onServerEvent?: (event: ServerEvent) => void) {
    this.#nowMs = nowMs;
    this.#epochOffsetMs = epochOffsetMs;
    this.#onServerEvent = onServerEvent;
  }

  get serverEvents(): readonly ServerEvent[] {
    return this.#server;
  }

  connection(id: number, clientPort: number): ConnectionEvidence {
    const evidence: ConnectionEvidence = {
      id,
      clientPort,
      synMs: this.#nowMs(),
      cwndSegments: [],
      flightBytes: [],
      sentBytes: [],
      deliveredBytes: [],
    };
    if (this.#onServerEvent === undefined) this.#connections.push(evidence);
    return evidence;
  }

  queueChanged(direction: Direction, queuedBytes: number): void {
    this.step(this.#queueBytes[direction], queuedBytes);
    if (direction === 'uplink') return;
    this.#downlink.maxQueueBytes = Math.max(this.#downlink.maxQueueBytes, queuedBytes);
  }

  dropped(packet: WirePacket, cause: DropCause): void {
    const { direction, connection, sizeBytes } = packet;
    if (this.#onServerEvent === undefined)
      append(this.#drops, { atMs: this.#nowMs(), direction, connection, cause, sizeBytes });
    if (direction === 'uplink') return;
    if (cause === 'link') this.#downlink.linkDrops++;
    else this.#downlink.queueDrops++;
  }

  /** A packet comes to the link. Background traffic has connections of its own, below zero. */
  sent({ direction, connection, segment }: WirePacket): void {
    const isOurs = direction === 'downlink' && connection > 0;
    if (isOurs && segment?.retransmission === true) this.#downlink.retransmitted++;
  }

  server(connection: number, event: ServerEventBody, atMs: number): void {
    const stamped: ServerEvent = { atMs, connection, ...event };
    if (this.#onServerEvent === undefined) this.#server.push(stamped);
    else this.#onServerEvent(stamped);
  }

  /** Appends to a series, once per change and once per moment. */
  step(series: TimedValue[], value: number): void {
    if (this.#onServerEvent !== undefined) return;
    const last = series.at(-1);
    if (last !== undefined && last[1] === value) return;
    const atMs = this.#nowMs();
    if (last !== undefined && last[0] === atMs) series.pop();
    append(series, [atMs, value]);
  }

  evidence(latenessMs: readonly number[]): EmulatorEvidence {
    return {
      epochOffsetMs: this.#epochOffsetMs,
      connections: this.#connections,
      queueBytes: this.#queueBytes,
      drops: this.#drops,
      downlink: { ...this.#downlink },
      server: this.#server,
      latenessMs,
    };
  }
}

function append<T>(entries: T[], entry: T): void {
  entries.push(entry);
  if (entries.length < MAX_ENTRIES) return;
  const kept = entries.length / 2;
  // The newest of each pair: the last entry stays the last.
  for (let index = 0; index < kept; index++) entries[index] = entries[2 * index + 1]!;
  entries.length = kept;
}
