import { Duplex } from 'node:stream';

/**
 * Stands between TLS and node:http2 and shows the client's plaintext bytes to an observer. node:http2 hides the
 * dependency of HEADERS, priorities of finished streams and the peer's per-stream windows.
 */
export class PlaintextTap extends Duplex {
  readonly #inner: Duplex;
  readonly #onServerBytes: (bytes: Buffer) => void;
  readonly #lastWords: () => Buffer | undefined;
  readonly #linger: (end: () => void) => () => void;
  #reading = false;

  /**
   * @param options.linger ends a connection that node:http2 has given up, once its last words are out, unless what it
   * returns is called before
   */
  constructor(
    inner: Duplex,
    options: {
      onClientBytes: (bytes: Buffer) => void;
      onServerBytes: (bytes: Buffer) => void;
      /** What is still to be said when node:http2 gives the connection up. */
      lastWords: () => Buffer | undefined;
      linger: (end: () => void) => () => void;
    },
  ) {
    super({ allowHalfOpen: true });
    this.#inner = inner;
    this.#linger = options.linger;
    this.#lastWords = options.lastWords;
    this.#onServerBytes = options.onServerBytes;
    inner.on('data', (bytes: Buffer) => {
      if (this.destroyed) return;
      options.onClientBytes(bytes);
      if (!this.destroyed && !this.push(bytes)) inner.pause();
    });
    // One turn later: over a plain socket node:http2 has sent its SETTINGS, in a segment of their own, before it reads.
    inner.pause();
    setImmediate(() => {
      this.#reading = true;
      inner.resume();
    });
    inner.on('end', () => {
      if (!this.destroyed) this.push(null);
    });
    inner.on('error', (error) => this.destroy(error));
    inner.on('close', () => this.destroy());
  }

  override _read(): void {
    if (this.#reading) this.#inner.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#onServerBytes(chunk);
    this.#inner.write(chunk, encoding, callback);
  }

  /** Frames that node:http2 writes together stay together: one TLS record, not one per frame header. */
  override _writev(chunks: { chunk: Buffer }[], callback: (error?: Error | null) => void): void {
    const bytes = Buffer.concat(chunks.map(({ chunk }) => chunk));
    this.#onServerBytes(bytes);
    this.#inner.write(bytes, callback);
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#inner.end(this.#lastWords(), callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const inner = this.#inner;
    if (!inner.destroyed) {
      // A GOAWAY says why (RFC 9113 §5.4.1): it leaves before the connection goes, and what still comes in is dropped.
      if (!inner.writableEnded) inner.end(this.#lastWords());
      inner.resume();
      inner.once(
        'close',
        this.#linger(() => inner.destroy()),
      );
    }
    callback(error);
  }
}
