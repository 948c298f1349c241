import type { Simulation } from '../simulation.ts';
import { TcpReceiver } from './receiver.ts';
import { timestampAt, segmentSizeBytes, type TcpSegment } from './segment.ts';
import { TcpSender, type Payload, type SenderOptions } from './sender.ts';

/** One end of an established connection: a sender and a receiver that share segments. */
export class TcpEndpoint {
  readonly sender: TcpSender;
  readonly #receiver: TcpReceiver;
  readonly #simulation: Simulation;
  readonly #transmit: (segment: TcpSegment, sizeBytes: number) => void;

  constructor(
    simulation: Simulation,
    options: Omit<SenderOptions, 'emit'> & {
      /** Puts a segment on the link towards the other end. */
      transmit: (segment: TcpSegment, sizeBytes: number) => void;
      deliver: (bytes: number) => void;
    },
  ) {
    this.#simulation = simulation;
    this.#transmit = options.transmit;
    this.sender = new TcpSender(simulation, {
      ...options,
      emit: (payload) => {
        this.#receiver.onDataSent();
        this.#emit(payload);
      },
    });
    this.#receiver = new TcpReceiver(simulation, {
      acknowledge: () =>
        this.#emit({ seq: this.sender.nextSeq, length: 0, push: false, retransmission: false }),
      deliver: options.deliver,
      timing: this.sender,
    });
  }

  receive(segment: TcpSegment): void {
    this.#receiver.onTimestamp(segment);
    // The acknowledgement it carries first, then its data, as Linux does (tcp_ack, tcp_data_queue).
    this.sender.receive(segment);
    if (segment.length > 0) this.#receiver.receive(segment);
  }

  stop(): void {
    this.sender.stop();
    this.#receiver.stop();
  }

  #emit({ seq, length, push, retransmission }: Payload): void {
    const { ack, sackBlocks, duplicate, windowBytes, echo } = this.#receiver.takeAcknowledgement();
    const segment: TcpSegment = {
      seq,
      length,
      push,
      timestamp: timestampAt(this.#simulation.nowMs),
      retransmission,
      ack,
      sackBlocks,
      duplicate,
      windowBytes,
      echo,
    };
    this.#transmit(segment, segmentSizeBytes(segment));
  }
}
