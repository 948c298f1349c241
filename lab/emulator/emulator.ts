import net from 'node:net';
import type { ServerEvent } from '../../server/server-log.ts';
import type { NetworkConditions } from '../network/conditions.ts';
import { Network } from '../network/network.ts';
import { createRandom } from '../network/random.ts';
import { Bridge, type BridgeWorld } from './bridge.ts';
import type { EmulatorEvidence } from './evidence.ts';
import { listenTogether, portOf } from './listen-together.ts';
import { SITE_ADDRESS } from './loopback-addresses.ts';
import { monotonicNowMs } from './monotonic-clock.ts';
import type { PeerFactory } from './peer.ts';
import { Recorder } from './recorder.ts';
import { WallClockDriver } from './wall-clock-driver.ts';
import type { WireCapture } from './wire-capture.ts';
import { WireRecorder } from './wire-recorder.ts';

/** Open at once; a browser opens a handful, and each may hold some MB. */
const MAX_CONNECTIONS = 512;
/** How often a waiting `settled` looks again. */
const SETTLE_POLL_MS = 20;

/** The path of one trial. */
export interface PathOrder {
  readonly network: NetworkConditions;
  /** Loopback address → how much further away than the bottleneck its peer is; absent: not at all. */
  readonly extraRttMs?: Readonly<Record<string, number>> | undefined;
  /** For random loss. */
  readonly seed: number;
  /** Keep every packet and its bytes, for `takeCapture`; default false. */
  readonly capturePackets?: boolean | undefined;
}

interface Trial extends Omit<BridgeWorld, 'extraRttMs'> {
  readonly extraRttMs: Readonly<Record<string, number>>;
  readonly bridges: Set<Bridge>;
}

/**
 * The shaping proxy: a loopback listener for clients on one side, a peer on the other, the network model between them
 * on the wall clock. It sees opaque bytes, as a network does.
 */
export class Emulator {
  readonly #driver = new WallClockDriver();
  readonly #listeners: net.Server[] = [];
  #trial: Trial | undefined;
  #capture: WireCapture | undefined;

  /**
   * Listens on one port of every address; port 0 picks a free one. Rejects with the system's error when the port is
   * taken.
   */
  async listen(port = 0, addresses: readonly string[] = [SITE_ADDRESS]): Promise<number> {
    const listeners = await listenTogether(port, addresses, (on, address) => this.#open(on, address));
    this.#listeners.push(...listeners);
    return portOf(listeners[0]!);
  }

  async #open(port: number, address: string): Promise<net.Server> {
    const listener = net.createServer({ noDelay: true }, (socket) => this.#accept(socket, address));
    listener.maxConnections = MAX_CONNECTIONS;
    await new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen({ port, host: address }, () => resolve());
    });
    return listener;
  }

  /**
   * A fresh path and a fresh peer behind it; connections from now on belong to this trial.
   * @param onServerEvent hears of what the server does as it happens; nothing is recorded then
   */
  begin(
    { network: conditions, extraRttMs = {}, seed, capturePackets = false }: PathOrder,
    createPeer: PeerFactory,
    onServerEvent?: (event: ServerEvent) => void,
  ): void {
    const driver = this.#driver;
    const simulation = driver.restart({
      recordLateness: onServerEvent === undefined,
      hiddenMs: shortestOneWayMs(conditions),
    });
    const nowMs = () => driver.monotonicMs;
    const epochOffsetMs = Date.now() - monotonicNowMs();
    const recorder = new Recorder(nowMs, epochOffsetMs, onServerEvent);
    const wire = capturePackets ? new WireRecorder(nowMs, epochOffsetMs) : undefined;
    this.#capture = undefined;
    const network = new Network(simulation, {
      conditions,
      random: createRandom(seed),
      observer: {
        onQueueChange: (direction, queuedBytes) => recorder.queueChanged(direction, queuedBytes),
        onDrop: (packet, cause) => {
          recorder.dropped(packet, cause);
          wire?.dropped(packet, cause);
        },
        onSend: (packet) => {
          recorder.sent(packet);
          wire?.sent(packet);
        },
        ...(wire && { onArrive: (packet) => wire.arrived(packet) }),
        onPass: (packet) => recorder.passed(packet),
      },
    });
    // A connection may close only once the next trial has begun: that one's model is not to hear of it.
    const isOver = () => driver.simulation !== simulation;
    const serverNowMs = () => (isOver() ? monotonicNowMs() : driver.fromServer(nowMs));
    const peer = createPeer({
      nowMs: serverNowMs,
      log: (connection, event) => recorder.server(connection, event, serverNowMs()),
      ...(wire && { onKeyLog: (line) => wire.keyLogged(line) }),
      delay: (delayMs, action) => {
        if (isOver()) return () => undefined;
        let isCancelled = false;
        const act = () => {
          if (!isCancelled) action();
        };
        const timer = driver.fromServer(() => simulation.after(delayMs, () => driver.toServer(act)));
        return () => {
          // Also where its time has come and the events that are due with it still run.
          isCancelled = true;
          timer.cancel();
        };
      },
    });
    this.#trial = { driver, network, recorder, wire, peer, extraRttMs, bridges: new Set() };
  }

  /** See Peer. */
  endPrelude(): void {
    this.#trial?.peer.endPrelude?.();
  }

  /** What the peer has logged in this trial so far. */
  get serverEvents(): readonly ServerEvent[] {
    return this.#trial?.recorder.serverEvents ?? [];
  }

  /** Connections of the trial that are still open. */
  get openConnections(): number {
    return this.#trial?.bridges.size ?? 0;
  }

  /** Resolves true once nothing is being sent or answered for `quietMs`, false after `limitMs`. */
  async settled(quietMs: number, limitMs: number): Promise<boolean> {
    const endMs = monotonicNowMs() + limitMs;
    let quietSinceMs: number | undefined;
    for (;;) {
      const nowMs = monotonicNowMs();
      const idle = this.#trial === undefined || isIdle(this.#trial);
      quietSinceMs = idle ? (quietSinceMs ?? nowMs) : undefined;
      if (quietSinceMs !== undefined && nowMs - quietSinceMs >= quietMs) return true;
      if (nowMs >= endMs) return false;
      await new Promise((resolve) => setTimeout(resolve, SETTLE_POLL_MS));
    }
  }

  /** Closes the trial's connections and returns what was seen. */
  end(): EmulatorEvidence {
    const trial = this.#trial;
    if (trial === undefined) throw new Error('no trial has begun');
    this.#trial = undefined;
    const evidence = trial.recorder.evidence([...this.#driver.latenessMs]);
    this.#capture = trial.wire?.capture(evidence.connections);
    for (const bridge of trial.bridges) bridge.destroy();
    trial.network.close();
    this.#driver.restart();
    return evidence;
  }

  /** Of the trial that ended last, once. Undefined where none was ordered, or the page was too large for it. */
  takeCapture(): WireCapture | undefined {
    const capture = this.#capture;
    this.#capture = undefined;
    return capture;
  }

  async stop(): Promise<void> {
    if (this.#trial !== undefined) this.end();
    await Promise.all(this.#listeners.map((listener) => new Promise((resolve) => listener.close(resolve))));
    await this.#driver.stop();
  }

  #accept(socket: net.Socket, address: string): void {
    const trial = this.#trial;
    if (trial === undefined) {
      socket.destroy();
      return;
    }
    const world = { ...trial, extraRttMs: trial.extraRttMs[address] ?? 0 };
    const bridge: Bridge = new Bridge(socket, world, () => trial.bridges.delete(bridge));
    trial.bridges.add(bridge);
  }
}

/** The way from the server to the client takes at least so long. */
function shortestOneWayMs({ baseRttMs, changes = [] }: NetworkConditions): number {
  return Math.min(baseRttMs, ...changes.map((change) => change.baseRttMs ?? baseRttMs)) / 2;
}

function isIdle({ peer, network, bridges }: Trial): boolean {
  return peer.isIdle && network.isQuiet && [...bridges].every((bridge) => bridge.isIdle);
}
