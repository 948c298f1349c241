import net from 'node:net';
import { monotonicNowMs } from '../emulator/monotonic-clock.ts';
import type { TimedValue } from './transfer.ts';

/** What one recv() takes at most. */
const READ_BYTES = 262_144;

/** A real client on loopback: connects, sends one byte, reads the answer and notes when what had arrived. */
export class ClientFlow {
  /** CLOCK_MONOTONIC ms, immediately before connect(). */
  readonly beganMs: number;
  /** [ms since `beganMs`, bytes], after each recv(). */
  readonly arrivals: TimedValue[] = [];
  /** Resolves when all bytes are there, or the connection is over without them. Never rejects. */
  readonly over: Promise<void>;
  readonly #socket: net.Socket;
  #port: number | undefined;
  #receivedBytes = 0;

  constructor(port: number, bytes: number) {
    let resolveOver = () => {};
    this.over = new Promise((resolve) => (resolveOver = resolve));
    // Touched now: the first read would wait for its memory.
    const buffer = Buffer.alloc(READ_BYTES, 1);
    this.beganMs = monotonicNowMs();
    this.#socket = net.connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer,
        callback: (count) => {
          this.#receivedBytes += count;
          this.arrivals.push([monotonicNowMs() - this.beganMs, this.#receivedBytes]);
          if (this.#receivedBytes >= bytes) resolveOver();
          return true;
        },
      },
    });
    this.#socket.on('connect', () => (this.#port = this.#socket.localPort));
    // Refused or reset: what had arrived by then is what there is.
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => resolveOver());
    this.#socket.write(Buffer.alloc(1));
  }

  /** How the emulator knows it; undefined before loopback has connected it. */
  get port(): number | undefined {
    return this.#port;
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
