import type { Simulation } from '../simulation.ts';
import { TcpReceiver } from './receiver.ts';
import { timestampAt, segmentSizeBytes, type TcpSegment } from './segment.ts';
import { TcpSender, type SenderOptions } from './sender.ts';
import type { WirePacket } from './wire-packet.ts';

/** One end of an established connection: a sender and a receiver that share segments. */
export class TcpEndpoint {
  readonly sender: TcpSender;
  readonly #receiver: TcpReceiver;
  readonly #simulation: Simulation;
  readonly #packet: () => WirePacket;
  readonly #transmit: (packet: WirePacket, segment: TcpSegment) => void;

  constructor(
    simulation: Simulation,
    options: Omit<SenderOptions, 'emit'> & {
      /** An empty packet, to be filled. */
      packet: () => WirePacket;
      /** Puts it on the link towards the other end. */
      transmit: (packet: WirePacket, segment: TcpSegment) => void;
      deliver: (bytes: number) => void;
    },
  ) {
    this.#simulation = simulation;
    this.#packet = options.packet;
    this.#transmit = options.transmit;
    this.sender = new TcpSender(simulation, {
      ...options,
      emit: (seq, length, push, retransmission) => {
        this.#receiver.onDataSent();
        this.#emit(seq, length, push, retransmission);
      },
    });
    this.#receiver = new TcpReceiver(simulation, {
      acknowledge: () => this.#emit(this.sender.nextSeq, 0, false, false),
      deliver: options.deliver,
      timing: this.sender,
    });
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

  #emit(seq: number, length: number, push: boolean, retransmission: boolean): void {
    const packet = this.#packet();
    const segment = packet.beginSegment();
    const { acknowledgement } = segment;
    segment.seq = seq;
    segment.length = length;
    segment.push = push;
    segment.retransmission = retransmission;
    segment.timestamp = timestampAt(this.#simulation.nowMs);
    this.#receiver.fillAcknowledgement(acknowledgement, length);
    packet.sizeBytes = segmentSizeBytes(length, acknowledgement);
    this.#transmit(packet, segment);
  }
}
