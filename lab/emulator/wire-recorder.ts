import type { DropCause } from '../network/link.ts';
import type { Direction, WirePacket } from '../network/tcp/connection.ts';
import { copySegment } from '../network/tcp/segment.ts';
import type { ConnectionEvidence } from './evidence.ts';
import type { CapturedConnection, CapturedPacket, WireCapture } from './wire-capture.ts';

/** Of payload, in one trial; a page beyond is not captured at all. */
const MAX_PAYLOAD_BYTES = 67_108_864;

/**
 * Remembers what went over the wire in one trial. While the load is measured it only copies headers and keeps references
 * to chunks that exist anyway; they are put together afterwards.
 */
export class WireRecorder {
  readonly #nowMs: () => number;
  readonly #epochOffsetMs: number;
  #packets: CapturedPacket[] = [];
  readonly #underWay = new Map<WirePacket, CapturedPacket>();
  readonly #chunks = new Map<number, Record<Direction, Buffer[]>>();
  readonly #keyLog: string[] = [];
  #payloadBytes = 0;

  /** @param nowMs the model's time */
  constructor(nowMs: () => number, epochOffsetMs: number) {
    this.#nowMs = nowMs;
    this.#epochOffsetMs = epochOffsetMs;
  }

  /** A packet comes to the bottleneck. Background traffic has connections of its own, below zero. */
  sent(packet: WirePacket): void {
    if (packet.connection < 0 || this.#isFull) return;
    const { connection, direction, sizeBytes } = packet;
    const segment = packet.segment && copySegment(packet.segment);
    const captured = { connection, direction, sentMs: this.#nowMs(), sizeBytes, segment };
    this.#packets.push(captured);
    this.#underWay.set(packet, captured);
  }

  arrived(packet: WirePacket): void {
    const captured = this.#underWay.get(packet);
    if (captured === undefined) return;
    captured.arrivedMs = this.#nowMs();
    this.#underWay.delete(packet);
  }

  dropped(packet: WirePacket, cause: DropCause): void {
    const captured = this.#underWay.get(packet);
    if (captured === undefined) return;
    captured.dropped = cause;
    this.#underWay.delete(packet);
  }

  /** Payload handed to the TCP of one side. The chunk must not change any more. */
  written(connection: number, direction: Direction, chunk: Buffer): void {
    this.#payloadBytes += chunk.length;
    if (this.#isFull) {
      this.#forget();
      return;
    }
    let chunks = this.#chunks.get(connection);
    if (chunks === undefined) this.#chunks.set(connection, (chunks = { uplink: [], downlink: [] }));
    chunks[direction].push(chunk);
  }

  keyLogged(line: string): void {
    this.#keyLog.push(line);
  }

  /** Undefined where the page was too large to be captured. */
  capture(connections: readonly ConnectionEvidence[]): WireCapture | undefined {
    if (this.#isFull) return undefined;
    return {
      epochOffsetMs: this.#epochOffsetMs,
      connections: connections.map(({ id, clientPort, serverAddress, closedMs }): CapturedConnection => {
        const { uplink = [], downlink = [] } = this.#chunks.get(id) ?? {};
        const streams = { uplink: Buffer.concat(uplink), downlink: Buffer.concat(downlink) };
        return { id, clientPort, serverAddress, closedMs, ...streams };
      }),
      packets: this.#packets,
      keyLog: this.#keyLog,
    };
  }

  get #isFull(): boolean {
    return this.#payloadBytes > MAX_PAYLOAD_BYTES;
  }

  #forget(): void {
    this.#packets = [];
    this.#underWay.clear();
    this.#chunks.clear();
  }
}
