import { Network } from '../../lab/network/network.ts';
import { createRandom } from '../../lab/network/random.ts';
import { Simulation } from '../../lab/network/simulation.ts';
import type { NetworkConditions } from '../../lab/network/conditions.ts';
import type { SchedulerSpec } from '../../server/scheduler/create-policy.ts';
import type { AskClient, WindowTerms } from '../../server/scheduler/kept-windows.ts';
import { Scheduler, type Transmission } from '../../server/scheduler/scheduler.ts';

/** Fits one segment. */
const REQUEST_BYTES = 100;

/**
 * The push server's scheduler over the network model, on the virtual clock: bodies and nothing else, no TLS, no frame
 * headers, promises free. So the arithmetic of a story is exact.
 */
export class VirtualPush {
  readonly simulation = new Simulation();
  readonly #network: Network;
  readonly #scheduler: Scheduler;
  readonly #requested: string[] = [];
  readonly #handlers = new Map<string, () => void>();
  readonly #onArrival = new Map<string, () => void>();
  /** Which stream's bytes end where in the TCP stream. */
  readonly #sent: { name: string; end: number; isLast: boolean }[] = [];
  /** ms since the connection's SYN; first and last byte of each body at the client. */
  readonly arrivals = new Map<string, { firstMs: number; lastMs: number }>();
  #sentBytes = 0;
  #receivedBytes = 0;
  #arrivedChunks = 0;
  #serverGotBytes = 0;
  #serverHandled = 0;
  #blocked: (() => void) | undefined;
  readonly #pings: { readonly behindBytes: number; readonly onAnswer: () => void }[] = [];
  #answeredPings = 0;
  #nextStream = 1;
  readonly #connection;

  constructor(
    conditions: NetworkConditions,
    options: { scheduler?: SchedulerSpec; windows?: WindowTerms; onConnected: () => void },
  ) {
    const askClient: AskClient = (onAnswer) => this.#ping(onAnswer);
    this.#scheduler = new Scheduler(options.scheduler, {
      windows: options.windows && { terms: options.windows, askClient },
    });
    this.#scheduler.flowControl.onInitialWindowSize(1e9);
    this.#scheduler.flowControl.onWindowUpdate(0, 1e9);
    this.#network = new Network(this.simulation, { conditions, random: createRandom(1) });
    this.#connection = this.#network.connect({
      onConnected: options.onConnected,
      onServerReceived: (bytes) => this.#onRequestBytes(bytes),
      onClientReceived: (bytes) => this.#onArrivedBytes(bytes),
      onServerWritable: () => this.#unblock(),
    });
  }

  /** The client asks; `answer` runs when the request is at the server. */
  request(name: string, answer: () => void): void {
    this.#requested.push(name);
    this.#handlers.set(name, answer);
    this.#connection.clientWrite(REQUEST_BYTES);
  }

  /** Runs when the last byte of a body is at the client. */
  onceArrived(name: string, action: () => void): void {
    this.#onArrival.set(name, action);
  }

  /** The server queues a body. */
  send(
    name: string,
    bytes: number,
    options: { contentType?: string; after?: readonly Transmission[] } = {},
  ): Transmission {
    const streamId = this.#nextStream;
    this.#nextStream += 2;
    const transmission: Transmission = {
      streamId,
      body: Buffer.alloc(bytes),
      contentType: options.contentType ?? 'text/html',
      after: options.after ?? [],
      onStart: () => undefined,
      write: (chunk, isLast, done) => {
        this.#sentBytes += chunk.length;
        this.#sent.push({ name, end: this.#sentBytes, isLast });
        this.#connection.serverWrite(chunk.length);
        this.#blocked = done;
        // As a socket confirms a write: later, never within it.
        this.simulation.after(0, () => this.#unblock());
      },
    };
    this.#scheduler.add(transmission);
    this.#scheduler.run();
    return transmission;
  }

  /** Costs nothing on the way there, a packet on the way back. */
  #ping(onAnswer: () => void): void {
    this.#pings.push({ behindBytes: this.#sentBytes, onAnswer });
  }

  #answerPings(): void {
    for (
      let ping = this.#pings[0];
      ping !== undefined && ping.behindBytes <= this.#receivedBytes;
      ping = this.#pings[0]
    ) {
      this.#pings.shift();
      this.request(`PING ${++this.#answeredPings}`, ping.onAnswer);
    }
  }

  at(delayMs: number, action: () => void): void {
    this.simulation.after(delayMs, action);
  }

  run(limitMs = 600_000): this {
    this.simulation.run({ done: () => false, limitMs });
    return this;
  }

  #onRequestBytes(bytes: number): void {
    this.#serverGotBytes += bytes;
    for (; this.#serverGotBytes >= (this.#serverHandled + 1) * REQUEST_BYTES; this.#serverHandled++) {
      this.#handlers.get(this.#requested[this.#serverHandled]!)!();
    }
  }

  #onArrivedBytes(bytes: number): void {
    const nowMs = this.simulation.nowMs;
    this.#receivedBytes += bytes;
    this.#answerPings();
    for (let at = this.#arrivedChunks; at < this.#sent.length; at++) {
      const { name, end, isLast } = this.#sent[at]!;
      const start = at === 0 ? 0 : this.#sent[at - 1]!.end;
      if (this.#receivedBytes <= start) break;
      const arrival = this.arrivals.get(name) ?? { firstMs: nowMs, lastMs: Infinity };
      this.arrivals.set(name, arrival);
      if (this.#receivedBytes < end) break;
      this.#arrivedChunks = at + 1;
      if (!isLast) continue;
      this.arrivals.set(name, { ...arrival, lastMs: nowMs });
      this.#onArrival.get(name)?.();
    }
  }

  #unblock(): void {
    if (this.#blocked === undefined || this.#connection.serverFreeBytes < 0) return;
    const done = this.#blocked;
    this.#blocked = undefined;
    done();
  }
}
