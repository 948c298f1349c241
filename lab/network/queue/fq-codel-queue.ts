import type { CodelParameters, QueueLimit } from '../conditions.ts';
import type { TimeMs } from '../simulation.ts';
import { Backlog } from './backlog.ts';
import { Codel } from './codel.ts';
import { Fifo } from './fifo.ts';
import type { Packet } from './packet.ts';
import { PacketFifo } from './packet-fifo.ts';
import type { DropSink, QueueDiscipline } from './queue-discipline.ts';

/** RFC 8290 §4.1: at the limit half of the fattest queue goes, but no more than this at once. */
const MAX_DROP_BATCH = 64;

interface Flow<P extends Packet> {
  readonly waiting: PacketFifo<P>;
  readonly codel: Codel<P>;
  /** Bytes it may still send in this round. */
  deficitBytes: number;
  /** Which of the two lists it is in. */
  list: 'none' | 'new' | 'old';
}

/**
 * FQ-CoDel (RFC 8290): connections are hashed into queues of their own, each under CoDel, served in turn by deficit
 * round robin (DRR++); a queue that has just become busy goes first, so that thin flows do not wait for bulk ones.
 */
export class FqCodelQueue<P extends Packet> implements QueueDiscipline<P> {
  readonly #backlog: Backlog;
  readonly #options: CodelParameters & { readonly quantumBytes: number; readonly flows: number };
  readonly #drop: DropSink<P>;
  readonly #dropFromHead: (packet: P) => void;
  /** By hash; made when first used. */
  readonly #flows = new Map<number, Flow<P>>();
  readonly #newFlows = new Fifo<Flow<P>>();
  readonly #oldFlows = new Fifo<Flow<P>>();

  constructor(
    options: CodelParameters & {
      readonly limit: QueueLimit;
      readonly quantumBytes: number;
      readonly flows: number;
    },
    bandwidthBps: number,
    drop: DropSink<P>,
  ) {
    this.#backlog = new Backlog(options.limit, bandwidthBps);
    this.#options = options;
    this.#drop = drop;
    this.#dropFromHead = (packet) => {
      this.#backlog.remove(packet.sizeBytes);
      drop(packet, 'aqm');
    };
  }

  get queuedBytes(): number {
    return this.#backlog.bytes;
  }

  /** RFC 8290 §4.1. */
  enqueue(packet: P, nowMs: TimeMs): void {
    const flow = this.#flowOf(packet);
    flow.waiting.push(packet, nowMs);
    this.#backlog.add(packet.sizeBytes);
    if (flow.list === 'none') {
      flow.list = 'new';
      flow.deficitBytes = this.#options.quantumBytes;
      this.#newFlows.push(flow);
    }
    while (this.#backlog.isOver && this.#dropFromFattest());
  }

  /** RFC 8290 §4.2. */
  dequeue(nowMs: TimeMs): P | undefined {
    for (;;) {
      const list = this.#newFlows.length > 0 ? this.#newFlows : this.#oldFlows;
      const flow = list.peek();
      if (flow === undefined) return undefined;
      if (flow.deficitBytes <= 0) {
        flow.deficitBytes += this.#options.quantumBytes;
        list.shift();
        this.#moveToOld(flow);
        continue;
      }
      const packet = flow.codel.dequeue(flow.waiting, nowMs);
      if (packet !== undefined) {
        flow.deficitBytes -= packet.sizeBytes;
        return packet;
      }
      list.shift();
      // An emptied new queue takes a turn among the old ones, or it could come back as new at once and starve them.
      if (flow.list === 'new') this.#moveToOld(flow);
      else flow.list = 'none';
    }
  }

  departed(packet: P): void {
    this.#backlog.remove(packet.sizeBytes);
  }

  setBandwidth(bandwidthBps: number): void {
    this.#backlog.setBandwidth(bandwidthBps);
  }

  #moveToOld(flow: Flow<P>): void {
    flow.list = 'old';
    this.#oldFlows.push(flow);
  }

  /** From the head, until half of its bytes are gone. False: none is waiting. */
  #dropFromFattest(): boolean {
    let fattest: Flow<P> | undefined;
    for (const flow of this.#flows.values()) {
      if (fattest === undefined || flow.waiting.bytes > fattest.waiting.bytes) fattest = flow;
    }
    if (fattest === undefined || fattest.waiting.length === 0) return false;
    const enoughBytes = fattest.waiting.bytes / 2;
    for (let dropped = 0; dropped < MAX_DROP_BATCH && fattest.waiting.bytes > enoughBytes; dropped++) {
      const packet = fattest.waiting.shift()!;
      this.#backlog.remove(packet.sizeBytes);
      this.#drop(packet, 'queue');
    }
    return true;
  }

  #flowOf(packet: P): Flow<P> {
    const hash = hashOf(packet.connection) % this.#options.flows;
    let flow = this.#flows.get(hash);
    if (flow === undefined) {
      const codel = new Codel<P>(this.#options, this.#dropFromHead);
      flow = { waiting: new PacketFifo<P>(), codel, deficitBytes: 0, list: 'none' };
      this.#flows.set(hash, flow);
    }
    return flow;
  }
}

/** Spreads small numbers over 32 bits (Knuth's multiplicative hash): neighbours do not share a queue by habit. */
function hashOf(connection: number): number {
  const mixed = Math.imul(connection, 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
