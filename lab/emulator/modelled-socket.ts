import { Duplex } from 'node:stream';

/** The model's side of a connection, as the server's socket needs it. */
export interface SocketModel {
  /** Hands bytes to the modelled send buffer, in order; one call is one write() to the kernel. */
  write(chunks: readonly Buffer[]): void;
  /** Room left in it; negative while more was handed over than fits. */
  freeBytes(): number;
  /** The server reads on: it has room for more of the client's bytes. */
  onRead(): void;
  /** The server will write no more: the client's side ends once everything has arrived. */
  end(): void;
  /** As close(): what the send buffer has taken still arrives. */
  close(): void;
  /** As a reset: nothing more arrives. */
  abort(): void;
}

/**
 * The server's end of an emulated connection: a Duplex whose write is confirmed when the modelled kernel's send buffer
 * has taken all of it, as a blocking write() would return.
 */
export class ModelledSocket extends Duplex {
  readonly #model: SocketModel;
  #blockedWrite: (() => void) | undefined;

  constructor(model: SocketModel) {
    super({ allowHalfOpen: true });
    this.#model = model;
  }

  /** The next bytes from the client. */
  receive(pieces: readonly Buffer[]): void {
    for (const piece of pieces) if (!this.destroyed) this.push(piece);
  }

  /** The client will send no more. */
  receiveEnd(): void {
    if (!this.destroyed) this.push(null);
  }

  /** A write that waited for room in the send buffer has it. */
  get mayGoOn(): boolean {
    return this.#blockedWrite !== undefined && this.#model.freeBytes() >= 0;
  }

  /** The send buffer may have room again. Not to be called from within an event of the model. */
  onWritable(): void {
    if (!this.mayGoOn) return;
    const blocked = this.#blockedWrite!;
    this.#blockedWrite = undefined;
    blocked();
  }

  override _read(): void {
    this.#model.onRead();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding | 'buffer', callback: () => void): void {
    this.#hand([chunk], callback);
  }

  /** TLS records written together are one write() to the kernel, not one segment each. */
  override _writev(chunks: { chunk: Buffer }[], callback: () => void): void {
    this.#hand(
      chunks.map(({ chunk }) => chunk),
      callback,
    );
  }

  override _final(callback: () => void): void {
    this.#model.end();
    callback();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#blockedWrite = undefined;
    if (error === null) this.#model.close();
    else this.#model.abort();
    callback(error);
  }

  #hand(chunks: readonly Buffer[], callback: () => void): void {
    this.#model.write(chunks);
    if (this.#model.freeBytes() >= 0) callback();
    else this.#blockedWrite = callback;
  }
}
