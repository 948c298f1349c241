import type { CongestionControlName } from '../conditions.ts';
import type { Simulation } from '../simulation.ts';
import { TcpReceiver } from './receiver.ts';
import { segmentSizeBytes, type TcpSegment } from './segment.ts';
import { TcpSender, type SenderObserver } from './sender.ts';

/** One end of an established connection: a sender and a receiver that share segments. */
export class TcpEndpoint {
  readonly sender: TcpSender;
  readonly #receiver: TcpReceiver;

  constructor(
    simulation: Simulation,
    options: {
      initialWindowSegments: number;
      congestionControl: CongestionControlName;
      /** Puts a segment on the link towards the other end. */
      transmit: (segment: TcpSegment, sizeBytes: number) => void;
      deliver: (bytes: number) => void;
      observer?: SenderObserver;
    },
  ) {
    const emit = (part: Pick<TcpSegment, 'seq' | 'length' | 'retransmission'>) => {
      const segment: TcpSegment = {
        ...part,
        sentMs: simulation.nowMs,
        ...this.#receiver.takeAcknowledgement(),
      };
      options.transmit(segment, segmentSizeBytes(segment));
    };
    this.sender = new TcpSender(simulation, {
      initialWindowSegments: options.initialWindowSegments,
      congestionControl: options.congestionControl,
      emit: (part) => {
        this.#receiver.onDataSent();
        emit(part);
      },
      ...(options.observer && { observer: options.observer }),
    });
    this.#receiver = new TcpReceiver(simulation, {
      acknowledge: () => emit({ seq: this.sender.sentBytes, length: 0, retransmission: false }),
      deliver: options.deliver,
    });
  }

  receive(segment: TcpSegment): void {
    if (segment.length > 0) {
      this.#receiver.receive(segment, { rtoMs: this.sender.rtoMs, srttMs: this.sender.srttMs });
    }
    this.sender.receive(segment);
  }

  stop(): void {
    this.sender.stop();
    this.#receiver.stop();
  }
}
