import { BackgroundFlow } from './background-flow.ts';
import { checkConditions } from './check-conditions.ts';
import type { LinkChange, NetworkConditions } from './conditions.ts';
import { Link, type DropCause, type Port } from './link.ts';
import { originPath } from './link/origin-path.ts';
import type { Simulation, Timer } from './simulation.ts';
import { TcpConnection, type ConnectionHandlers } from './tcp/connection.ts';
import { PacketPool, type Direction, type WirePacket } from './tcp/wire-packet.ts';

/** Packets are used again once they have arrived or were dropped: whoever keeps one copies what it needs of it. */
export interface NetworkObserver {
  /** A packet comes to the bottleneck's queue, whatever becomes of it. */
  onSend?(packet: WirePacket): void;
  onQueueChange?(direction: Direction, queuedBytes: number): void;
  onDrop?(packet: WirePacket, cause: DropCause): void;
  /** A packet comes out at the far end of the bottleneck. */
  onArrive?(packet: WirePacket): void;
  /** A packet has left the bottleneck and will arrive. */
  onPass?(packet: WirePacket): void;
}

/**
 * From the wire through a host's stack to its answer: Linux on a present machine takes some tens of microseconds. It
 * matters less for its length than for the order of things: an answer comes after a departure that frees a place in the
 * queue at the same moment, not before.
 */
export const HOST_DELAY_MS = 0.02;

/**
 * The path between one client and the server: two links that every connection of the client shares.
 *
 * Sans-I/O. `simulation` is the only clock, `random` the only chance; the same object runs under the virtual clock of
 * tests and predictions and under the emulator's wall clock. Its own time begins with the first `connect`: changes,
 * background flows and delivery traces count from there, so that a page load meets them at the same point every time,
 * however long the browser took to start.
 */
export class Network {
  readonly #simulation: Simulation;
  readonly #conditions: NetworkConditions;
  readonly #random: () => number;
  readonly #links: Readonly<Record<Direction, Link<WirePacket>>>;
  readonly #packets = new PacketPool();
  readonly #background: BackgroundFlow[] = [];
  readonly #changes: Timer[] = [];
  #hasBegun = false;
  #connections = 0;
  #backgroundConnections = 0;

  /** @throws RangeError for conditions under which nothing would ever arrive */
  constructor(
    simulation: Simulation,
    options: { conditions: NetworkConditions; random: () => number; observer?: NetworkObserver },
  ) {
    const { conditions, random, observer = {} } = options;
    checkConditions(conditions);
    this.#simulation = simulation;
    this.#conditions = conditions;
    this.#random = random;
    const link = (direction: Direction) =>
      new Link<WirePacket>(simulation, {
        conditions: conditions[direction],
        propagationDelayMs: oneWayMs(conditions.baseRttMs),
        random,
        observer: {
          onQueueChange: (queuedBytes) => observer.onQueueChange?.(direction, queuedBytes),
          onDrop: (packet, cause) => observer.onDrop?.(packet, cause),
          ...(observer.onPass && { onPass: (packet) => observer.onPass?.(packet) }),
          ...(observer.onSend && { onSend: (packet) => observer.onSend?.(packet) }),
          ...(observer.onArrive && { onArrive: (packet) => observer.onArrive?.(packet) }),
        },
      });
    this.#links = { uplink: link('uplink'), downlink: link('downlink') };
  }

  /**
   * Sends a SYN now.
   * @param options.extraRttMs round-trip delay of this origin beyond the bottleneck
   */
  connect(handlers: ConnectionHandlers, options: { extraRttMs?: number | undefined } = {}): TcpConnection {
    const { extraRttMs = 0 } = options;
    if (!(extraRttMs >= 0 && extraRttMs < Infinity))
      throw new RangeError(`extraRttMs is ${extraRttMs}; allowed: 0 or more`);
    if (!this.#hasBegun) this.#begin();
    const links = extraRttMs === 0 ? this.#links : originPath(this.#simulation, this.#links, extraRttMs);
    return this.#open(++this.#connections, links, handlers);
  }

  /** No packet waits or is being serialised in either direction, background traffic aside. */
  get isQuiet(): boolean {
    return this.#links.uplink.foregroundBytes === 0 && this.#links.downlink.foregroundBytes === 0;
  }

  /** Ends background traffic and changes still to come. Connections are closed by whoever opened them. */
  close(): void {
    this.#hasBegun = true;
    for (const flow of this.#background) flow.stop();
    for (const timer of this.#changes) timer.cancel();
  }

  #begin(): void {
    this.#hasBegun = true;
    const beganMs = this.#simulation.nowMs;
    this.#links.uplink.start();
    this.#links.downlink.start();
    for (const change of this.#conditions.changes ?? []) {
      this.#changes.push(this.#simulation.at(beganMs + change.atMs, () => this.#apply(change)));
    }
    for (const conditions of this.#conditions.background ?? []) {
      // Negative numbers, so that they cannot be taken for connections of the page.
      const open = (handlers: ConnectionHandlers) =>
        this.#open(-++this.#backgroundConnections, this.#links, handlers);
      for (let flow = 0; flow < conditions.flows; flow++) {
        this.#background.push(new BackgroundFlow(this.#simulation, { conditions, beganMs, open }));
      }
    }
  }

  #open(
    id: number,
    links: Readonly<Record<Direction, Port<WirePacket>>>,
    handlers: ConnectionHandlers,
  ): TcpConnection {
    const path = { links, packets: this.#packets };
    return new TcpConnection(id, this.#simulation, path, this.#conditions, handlers, this.#random);
  }

  #apply({ downlinkBps, uplinkBps, baseRttMs, lossRate }: LinkChange): void {
    const { downlink, uplink } = this.#links;
    if (downlinkBps !== undefined) downlink.setBandwidth(downlinkBps);
    if (uplinkBps !== undefined) uplink.setBandwidth(uplinkBps);
    for (const link of [downlink, uplink]) {
      if (baseRttMs !== undefined) link.setPropagationDelay(oneWayMs(baseRttMs));
      if (lossRate !== undefined) link.setLossRate(lossRate);
    }
  }
}

/** Half the round trip, and what the receiving host takes to act. */
function oneWayMs(baseRttMs: number): number {
  return baseRttMs / 2 + HOST_DELAY_MS;
}
