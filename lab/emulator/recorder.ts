import type { ServerEvent, ServerEventBody } from '../../server/server-log.ts';
import type { DropCause } from '../network/link.ts';
import type { Direction, WirePacket } from '../network/tcp/connection.ts';
import { BottleneckClock } from './bottleneck-clock.ts';
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
  readonly #byId = new Map<number, { evidence: ConnectionEvidence; handedOverBytes: () => number }>();
  readonly #bottleneck = new BottleneckClock();
  readonly #backgroundBusy: [startMs: number, endMs: number][] = [];
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

  /** @param handedOverBytes of the server's TCP stream, now */
  connection(
    id: number,
    ends: Pick<ConnectionEvidence, 'clientPort' | 'serverAddress' | 'serverPort'>,
    handedOverBytes: () => number,
  ): ConnectionEvidence {
    const evidence: ConnectionEvidence = {
      id,
      ...ends,
      synMs: this.#nowMs(),
      cwndSegments: [],
      flightBytes: [],
      sentBytes: [],
      deliveredBytes: [],
      bufferedBytes: [],
      passages: [],
    };
    if (this.#onServerEvent !== undefined) return evidence;
    this.#connections.push(evidence);
    this.#byId.set(id, { evidence, handedOverBytes });
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
    if (cause === 'link') {
      this.#downlink.linkDrops++;
      this.#left(packet, 'lost');
    } else {
      this.#downlink.queueDrops++;
      this.#bottleneck.dropped(packet);
    }
  }

  /** A packet has left the bottleneck and will arrive. */
  passed(packet: WirePacket): void {
    if (packet.direction === 'downlink') this.#left(packet);
  }

  #left(packet: WirePacket, lost?: 'lost'): void {
    if (this.#onServerEvent !== undefined) return;
    const endMs = this.#nowMs();
    const startMs = this.#bottleneck.left(packet, endMs);
    const { connection, segment } = packet;
    if (connection < 0) {
      const last = this.#backgroundBusy.at(-1);
      if (last !== undefined && last[1] === startMs) last[1] = endMs;
      else append(this.#backgroundBusy, [startMs, endMs]);
      return;
    }
    if (segment === undefined || segment.length === 0) return;
    const { seq, length } = segment;
    const passages = this.#byId.get(connection)?.evidence.passages;
    if (passages !== undefined)
      append(
        passages,
        lost === undefined ? [startMs, endMs, seq, length] : [startMs, endMs, seq, length, lost],
      );
  }

  /** A packet comes to the link. Background traffic has connections of its own, below zero. */
  sent(packet: WirePacket): void {
    const { direction, connection, segment } = packet;
    if (direction === 'downlink' && this.#onServerEvent === undefined)
      this.#bottleneck.arrived(packet, this.#nowMs());
    const isOurs = direction === 'downlink' && connection > 0;
    if (isOurs && segment?.retransmission === true) this.#downlink.retransmitted++;
  }

  server(connection: number, event: ServerEventBody, atMs: number): void {
    const atOffset = this.#byId.get(connection)?.handedOverBytes();
    const stamped: ServerEvent = { atMs, connection, ...(atOffset !== undefined && { atOffset }), ...event };
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
      backgroundBusy: this.#backgroundBusy,
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
