import type { BackgroundConditions } from './conditions.ts';
import type { Simulation, TimeMs, Timer } from './simulation.ts';
import type { ConnectionHandlers, TcpConnection } from './tcp/connection.ts';

/** More than can ever be sent: nine days at 10 Gbit/s. */
const ENDLESS_BYTES = 1e15;

/**
 * One bulk transfer of the same client through the same links. Its bytes are only counted: nobody writes or reads
 * them. A download is asked for with one byte, as by a short request.
 */
export class BackgroundFlow {
  readonly #conditions: BackgroundConditions;
  readonly #open: (handlers: ConnectionHandlers) => TcpConnection;
  readonly #timers: readonly Timer[];
  #connection: TcpConnection | undefined;
  #receivedBytes = 0;

  /** @param beganMs what `startMs` and `stopMs` count from */
  constructor(
    simulation: Simulation,
    options: {
      readonly conditions: BackgroundConditions;
      readonly beganMs: TimeMs;
      readonly open: (handlers: ConnectionHandlers) => TcpConnection;
    },
  ) {
    const { conditions, beganMs } = options;
    this.#conditions = conditions;
    this.#open = options.open;
    const { startMs, stopMs } = conditions;
    this.#timers = [
      simulation.at(beganMs + startMs, () => this.#start()),
      ...(stopMs === undefined ? [] : [simulation.at(beganMs + stopMs, () => this.stop())]),
    ];
  }

  /** In order, at the receiving end. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** Nothing of it will happen any more, but for packets that are on the links already. */
  stop(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#connection?.close();
  }

  #start(): void {
    const { direction, sizeBytes = ENDLESS_BYTES } = this.#conditions;
    const isDownload = direction === 'downlink';
    const connection = this.#open({
      onConnected: () => connection.clientWrite(isDownload ? 1 : sizeBytes),
      onServerReceived: (bytes) => {
        if (isDownload) connection.serverWrite(sizeBytes);
        else this.#onReceived(bytes);
      },
      onClientReceived: (bytes) => this.#onReceived(bytes),
    });
    this.#connection = connection;
  }

  #onReceived(bytes: number): void {
    this.#receivedBytes += bytes;
    if (this.#receivedBytes === this.#conditions.sizeBytes) this.stop();
  }
}
