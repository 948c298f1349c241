import type { ServerEvent, ServerEventBody } from '../../server/server-log.ts';
import type { DropCause } from '../network/link.ts';
import type { Direction, WirePacket } from '../network/tcp/connection.ts';
import type { ConnectionEvidence, DropEvidence, EmulatorEvidence, TimedValue } from './evidence.ts';

/** Collects one trial's evidence from the network and the server. */
export class Recorder {
  readonly #nowMs: () => number;
  readonly #connections: ConnectionEvidence[] = [];
  readonly #queueBytes: Record<Direction, TimedValue[]> = { uplink: [], downlink: [] };
  readonly #drops: DropEvidence[] = [];
  readonly #server: ServerEvent[] = [];

  /** @param nowMs the model's time: CLOCK_MONOTONIC ms by due time, not by when it was processed */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
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
    this.#connections.push(evidence);
    return evidence;
  }

  queueChanged(direction: Direction, queuedBytes: number): void {
    this.step(this.#queueBytes[direction], queuedBytes);
  }

  dropped(packet: WirePacket, cause: DropCause): void {
    const { direction, connection, sizeBytes } = packet;
    this.#drops.push({ atMs: this.#nowMs(), direction, connection, cause, sizeBytes });
  }

  server(connection: number, event: ServerEventBody, atMs: number): void {
    this.#server.push({ atMs, connection, ...event });
  }

  /** Appends to a series, once per change and once per moment. */
  step(series: TimedValue[], value: number): void {
    const last = series.at(-1);
    if (last !== undefined && last[1] === value) return;
    const atMs = this.#nowMs();
    if (last !== undefined && last[0] === atMs) series.pop();
    series.push([atMs, value]);
  }

  evidence(latenessMs: readonly number[]): EmulatorEvidence {
    return {
      connections: this.#connections,
      queueBytes: this.#queueBytes,
      drops: this.#drops,
      server: this.#server,
      latenessMs,
    };
  }
}
