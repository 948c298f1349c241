import type { Port } from '../link.ts';
import type { Simulation } from '../simulation.ts';
import { TcpReceiver, type ReceiverOutlet } from './receiver.ts';
import { timestampAt, segmentSizeBytes, type TcpSegment } from './segment.ts';
import { TcpSender, type SenderOptions, type SenderOutlet } from './sender.ts';
import type { Direction, PacketPool, PacketSink, WirePacket } from './wire-packet.ts';

/** What an endpoint tells its connection. */
export interface EndpointListener {
  /** The next bytes, in order. */
  onReceived(bytes: number): void;
  /** After every change: window, bytes in flight. */
  onWindow?(cwndSegments: number, flightBytes: number): void;
  /** Payload left for the first time, up to here. */
  onSent?(endSeq: number): void;
}

/** The way from one end to the other. */
export interface Outbound {
  readonly connection: number;
  readonly direction: Direction;
  readonly link: Port<WirePacket>;
  readonly packets: PacketPool;
  /** The other end. */
  readonly sink: PacketSink;
}

/**
 * One end of an established connection: a sender and a receiver that share segments. What is called for every packet is
 * a method rather than a function made for it: one object less to be fetched from memory where many connections take turns.
 */
export class TcpEndpoint implements SenderOutlet, ReceiverOutlet {
  readonly sender: TcpSender;
  readonly #receiver: TcpReceiver;
  readonly #simulation: Simulation;
  readonly #outbound: Outbound;
  readonly #listener: EndpointListener;

  constructor(
    simulation: Simulation,
    outbound: Outbound,
    listener: EndpointListener,
    options: SenderOptions,
  ) {
    this.#simulation = simulation;
    this.#outbound = outbound;
    this.#listener = listener;
    this.sender = new TcpSender(simulation, this, options);
    this.#receiver = new TcpReceiver(simulation, this, this.sender);
  }

  receive(segment: TcpSegment): void {
    this.#receiver.onTimestamp(segment);
    // The acknowledgement it carries first, then its data, as Linux does (tcp_ack, tcp_data_queue).
    this.sender.receive(segment.acknowledgement, segment.length);
    if (segment.length > 0) this.#receiver.receive(segment);
  }

  stop(): void {
    this.sender.stop();
    this.#receiver.stop();
  }

  /** For the sender. */
  emit(seq: number, length: number, push: boolean, retransmission: boolean): void {
    this.#receiver.onDataSent();
    this.#send(seq, length, push, retransmission);
    if (!retransmission) this.#listener.onSent?.(seq + length);
  }

  /** For the sender. */
  onWindow(cwndSegments: number, flightBytes: number): void {
    this.#listener.onWindow?.(cwndSegments, flightBytes);
  }

  /** For the receiver. */
  acknowledge(): void {
    this.#send(this.sender.nextSeq, 0, false, false);
  }

  /** For the receiver. */
  deliver(bytes: number): void {
    this.#listener.onReceived(bytes);
  }

  #send(seq: number, length: number, push: boolean, retransmission: boolean): void {
    const { connection, direction, link, packets, sink } = this.#outbound;
    const packet = packets.take(connection, direction, sink);
    const segment = packet.beginSegment();
    const { acknowledgement } = segment;
    segment.seq = seq;
    segment.length = length;
    segment.push = push;
    segment.retransmission = retransmission;
    segment.timestamp = timestampAt(this.#simulation.nowMs);
    this.#receiver.fillAcknowledgement(acknowledgement, length);
    packet.sizeBytes = segmentSizeBytes(length, acknowledgement);
    link.send(packet);
  }
}
