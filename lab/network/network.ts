import type { NetworkConditions } from './conditions.ts';
import { Link, type DropCause } from './link.ts';
import type { Simulation } from './simulation.ts';
import { TcpConnection, type ConnectionHandlers, type Direction, type WirePacket } from './tcp/connection.ts';

export interface NetworkObserver {
  onQueueChange?(direction: Direction, queuedBytes: number): void;
  onDrop?(packet: WirePacket, cause: DropCause): void;
}

/**
 * The path between one client and the server: two links that every connection of the client shares.
 *
 * Sans-I/O. `simulation` is the only clock, `random` the only chance; the same object runs under the virtual clock of
 * tests and predictions and under the emulator's wall clock.
 */
export class Network {
  readonly #simulation: Simulation;
  readonly #conditions: NetworkConditions;
  readonly #links: Record<Direction, Link<WirePacket>>;
  #connections = 0;

  constructor(
    simulation: Simulation,
    options: { conditions: NetworkConditions; random: () => number; observer?: NetworkObserver },
  ) {
    const { conditions, random, observer = {} } = options;
    this.#simulation = simulation;
    this.#conditions = conditions;
    const link = (direction: Direction) =>
      new Link<WirePacket>(simulation, {
        conditions: conditions[direction],
        propagationDelayMs: conditions.baseRttMs / 2,
        random,
        observer: {
          onQueueChange: (queuedBytes) => observer.onQueueChange?.(direction, queuedBytes),
          onDrop: (packet, cause) => observer.onDrop?.(packet, cause),
        },
      });
    this.#links = { uplink: link('uplink'), downlink: link('downlink') };
  }

  /** Sends a SYN now. */
  connect(handlers: ConnectionHandlers): TcpConnection {
    return new TcpConnection(++this.#connections, this.#simulation, this.#links, this.#conditions, handlers);
  }

  /** No packet waits or is being serialised in either direction. */
  get isQuiet(): boolean {
    return this.#links.uplink.queuedBytes === 0 && this.#links.downlink.queuedBytes === 0;
  }
}
