import type { Port, RoutedPacket } from '../link.ts';
import type { Acknowledgement, TcpSegment } from './segment.ts';

export type Direction = 'uplink' | 'downlink';

/** Filled anew for every packet. */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Where a packet arrives. */
export interface PacketSink {
  onArrival(packet: WirePacket): void;
}

/** Held by packets that wait to be used again: their last connection may be gone. */
const NOBODY: PacketSink = { onArrival: () => undefined };

/**
 * An IP packet of a connection, with one segment or, in the handshake, none. It is used again once it has arrived or was
 * dropped: a packet in flight that were garbage afterwards would be moved by the collector first.
 */
export class WirePacket implements RoutedPacket {
  connection = 0;
  direction: Direction = 'uplink';
  sizeBytes = 0;
  /** Absent on SYN, SYN-ACK and the bare handshake ACK. */
  segment: TcpSegment | undefined;
  readonly #pool: PacketPool;
  readonly #content: Writable<TcpSegment> & { readonly acknowledgement: Writable<Acknowledgement> };
  #sink: PacketSink = NOBODY;
  #detour: Port<WirePacket> | undefined;

  /** For the pool. */
  constructor(pool: PacketPool) {
    this.#pool = pool;
    this.#content = {
      seq: 0,
      length: 0,
      push: false,
      timestamp: 0,
      retransmission: false,
      acknowledgement: { ack: 0, sackBlocks: [], duplicate: undefined, windowBytes: 0, echo: undefined },
    };
  }

  get payloadBytes(): number {
    return this.segment === undefined ? 0 : this.segment.length;
  }

  /** As if it were new: a packet without a segment. */
  begin(connection: number, direction: Direction, sink: PacketSink): void {
    this.connection = connection;
    this.direction = direction;
    this.segment = undefined;
    this.#sink = sink;
    this.#detour = undefined;
  }

  /** The segment it is to carry; whoever asks fills in every field. */
  beginSegment(): Writable<TcpSegment> & { readonly acknowledgement: Writable<Acknowledgement> } {
    this.segment = this.#content;
    return this.#content;
  }

  /** Behind the link there is one more stretch before it arrives. */
  via(detour: Port<WirePacket>): this {
    this.#detour = detour;
    return this;
  }

  deliver(): void {
    const detour = this.#detour;
    if (detour !== undefined) {
      this.#detour = undefined;
      detour.send(this);
      return;
    }
    this.#sink.onArrival(this);
    this.discard();
  }

  discard(): void {
    this.#sink = NOBODY;
    this.#detour = undefined;
    this.#pool.put(this);
  }
}

/** The packets of a path: as many as were ever under way at once. */
export class PacketPool {
  readonly #free: WirePacket[] = [];

  take(connection: number, direction: Direction, sink: PacketSink): WirePacket {
    const packet = this.#free.pop() ?? new WirePacket(this);
    packet.begin(connection, direction, sink);
    return packet;
  }

  /** Nobody needs it any more. */
  put(packet: WirePacket): void {
    this.#free.push(packet);
  }
}
