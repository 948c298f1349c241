import net from 'node:net';
import { PushServer } from '../../server/push-server.ts';
import type { ServerTask } from '../../server/server-task.ts';
import type { NetworkConditions } from '../network/conditions.ts';
import { Network } from '../network/network.ts';
import { createRandom } from '../network/random.ts';
import type { TcpConnection } from '../network/tcp/connection.ts';
import { ByteFifo } from './byte-fifo.ts';
import type { EmulatorEvidence } from './evidence.ts';
import { ModelledSocket } from './modelled-socket.ts';
import { monotonicNowMs } from './monotonic-clock.ts';
import { Recorder } from './recorder.ts';
import { WallClockDriver } from './wall-clock-driver.ts';

/** How often a waiting `settled` looks again. */
const SETTLE_POLL_MS = 20;

export interface TrialTask extends ServerTask {
  readonly network: NetworkConditions;
  /** For random loss. */
  readonly seed: number;
}

interface Trial {
  readonly network: Network;
  readonly recorder: Recorder;
  readonly server: PushServer;
  readonly sockets: Set<net.Socket>;
  readonly connections: Set<TcpConnection>;
}

/**
 * The shaping proxy: a loopback listener for the browser on one side, the push server on the other, the network model
 * between them on the wall clock. TLS runs end to end; the model sees opaque bytes, as a network does.
 */
export class Emulator {
  readonly #certificate: { keyPem: string; certPem: string };
  readonly #driver = new WallClockDriver();
  readonly #listener = net.createServer({ noDelay: true }, (socket) => this.#accept(socket));
  #trial: Trial | undefined;

  constructor(certificate: { keyPem: string; certPem: string }) {
    this.#certificate = certificate;
  }

  /** Listens on loopback; port 0 picks a free one. Rejects with the system's error when the port is taken. */
  async listen(port = 0): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#listener.once('error', reject);
      this.#listener.listen({ port, host: '127.0.0.1' }, () => resolve());
    });
    return (this.#listener.address() as net.AddressInfo).port;
  }

  /** A fresh network and server; connections from now on belong to this trial. */
  begin(task: TrialTask): void {
    const simulation = this.#driver.restart();
    const recorder = new Recorder(() => simulation.nowMs);
    const network = new Network(simulation, {
      conditions: task.network,
      random: createRandom(task.seed),
      observer: {
        onQueueChange: (direction, queuedBytes) => recorder.queueChanged(direction, queuedBytes),
        onDrop: (packet, cause) => recorder.dropped(packet, cause),
      },
    });
    const server = new PushServer(task, this.#certificate, {
      nowMs: monotonicNowMs,
      log: (connection, event) => recorder.server(connection, event, monotonicNowMs()),
      delay: (delayMs, action) => {
        this.#driver.act(() => void simulation.after(delayMs, () => this.#driver.afterwards(action)));
      },
    });
    this.#trial = { network, recorder, server, sockets: new Set(), connections: new Set() };
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
    for (const socket of trial.sockets) socket.destroy();
    this.#driver.restart();
    return evidence;
  }

  async stop(): Promise<void> {
    if (this.#trial !== undefined) this.end();
    await new Promise((resolve) => this.#listener.close(resolve));
    await this.#driver.stop();
  }

  #accept(socket: net.Socket): void {
    const trial = this.#trial;
    if (trial === undefined) {
      socket.destroy();
      return;
    }
    trial.sockets.add(socket);
    this.#bridge(socket, trial);
  }

  /** Joins a browser's socket, a modelled connection and the server's end of it. */
  #bridge(socket: net.Socket, trial: Trial): void {
    const uplink = new ByteFifo();
    const downlink = new ByteFifo();
    const { recorder } = trial;
    const driver = this.#driver;
    let handedOverBytes = 0;
    let clientEnded = false;
    let deliveredBytes = 0;
    /** Arrived in the events now running, not yet written to the browser's socket: one write for all of them. */
    let arrivedBytes = 0;
    const deliver = () => {
      const arrived = downlink.take(arrivedBytes);
      arrivedBytes = 0;
      if (!socket.destroyed) socket.write(arrived);
    };

    const { connection, evidence } = driver.act(() => {
      const connection = trial.network.connect({
        onConnected: () => {
          evidence.connectedMs = driver.simulation.nowMs;
        },
        onServerReceived: (bytes) =>
          driver.afterwards(() => {
            serverSocket.receive(uplink.take(bytes));
            if (clientEnded && uplink.isEmpty) serverSocket.receiveEnd();
          }),
        onClientReceived: (bytes) => {
          deliveredBytes += bytes;
          recorder.step(evidence.deliveredBytes, deliveredBytes);
          arrivedBytes += bytes;
          if (arrivedBytes === bytes) driver.afterwards(deliver);
        },
        onServerWritable: () => driver.afterwards(() => serverSocket.onWritable()),
        onWindow: (cwndSegments, flightBytes) => {
          recorder.step(evidence.cwndSegments, cwndSegments);
          recorder.step(evidence.flightBytes, flightBytes);
        },
        onServerSent: (sentBytes) => recorder.step(evidence.sentBytes, sentBytes),
      });
      const evidence = recorder.connection(connection.id, socket.remotePort ?? 0);
      return { connection, evidence };
    });
    trial.connections.add(connection);

    const serverSocket = new ModelledSocket({
      write: (chunk) => {
        handedOverBytes += chunk.length;
        downlink.push(chunk);
        driver.act(() => connection.serverWrite(chunk.length));
      },
      freeBytes: () => connection.serverFreeBytes,
      close: () => {
        connection.close();
        socket.destroy();
      },
    });
    serverSocket.on('error', () => undefined);

    socket.on('data', (chunk) => {
      uplink.push(chunk);
      driver.act(() => connection.clientWrite(chunk.length));
    });
    // The end of the stream travels behind its last bytes.
    socket.on('end', () => {
      clientEnded = true;
      if (uplink.isEmpty) serverSocket.receiveEnd();
    });
    socket.on('error', () => serverSocket.destroy());
    socket.on('close', () => {
      evidence.closedMs = monotonicNowMs();
      connection.close();
      serverSocket.destroy();
      trial.sockets.delete(socket);
      trial.connections.delete(connection);
    });
    trial.server.accept({ id: connection.id, socket: serverSocket, handedOverBytes: () => handedOverBytes });
  }
}

function isIdle(trial: Trial): boolean {
  return (
    trial.server.isIdle &&
    trial.network.isQuiet &&
    [...trial.connections].every((connection) => connection.isIdle)
  );
}
