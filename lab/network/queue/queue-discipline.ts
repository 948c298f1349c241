import type { TimeMs } from '../simulation.ts';
import type { DropCause, Packet } from './packet.ts';

/** Where a discipline reports what it dropped: an arrival without room, or a packet it had taken before. */
export type DropSink<P extends Packet> = (packet: P, cause: DropCause) => void;

/** A queueing discipline: decides who waits, who is dropped and who goes next. It never acts on time by itself. */
export interface QueueDiscipline<P extends Packet> {
  /** Bytes not yet completely serialised, the packet in service counted in full. */
  readonly queuedBytes: number;
  enqueue(packet: P, nowMs: TimeMs): void;
  /** The packet to serialise next; its bytes count until `departed`. */
  dequeue(nowMs: TimeMs): P | undefined;
  departed(packet: P): void;
  /** The link's rate, by which limits in ms are reckoned. */
  setBandwidth(bandwidthBps: number): void;
}
