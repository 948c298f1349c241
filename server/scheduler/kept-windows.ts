/** Receive windows that a server keeps to although the client allows more (RFC 9113 §5.2). */
export interface WindowTerms {
  /** Of each stream, pushed ones included (§6.9.2). */
  readonly streamBytes?: number | undefined;
  /** Of all streams together. */
  readonly connectionBytes?: number | undefined;
}

/** Asks the client for a sign of life behind what was handed over; `onAnswer` runs when its answer is here. */
export type AskClient = (onAnswer: () => void) => void;

/**
 * Windows as if the client had announced these: once half of one is handed over, as browsers and nghttp2 do it, the client
 * is asked whether it is there, and its answer is taken for the WINDOW_UPDATE. So an update takes the way that it would
 * take, behind the same bytes: in the midst of the data, where the other half still fills the line.
 */
export class KeptWindows {
  readonly #terms: WindowTerms;
  readonly #askClient: AskClient;
  readonly #connection: ReceiveWindow | undefined;
  readonly #streams = new Map<number, ReceiveWindow>();

  constructor(terms: WindowTerms, askClient: AskClient) {
    this.#terms = terms;
    this.#askClient = askClient;
    this.#connection = windowOf(terms.connectionBytes);
  }

  /** What may be sent in one go: no further than where the client is asked. Infinity: nothing is kept to. */
  available(streamId: number): number {
    const ofStream = this.#streams.get(streamId)?.availableBytes ?? Infinity;
    return Math.min(ofStream, this.#connection?.availableBytes ?? Infinity);
  }

  open(streamId: number): void {
    const window = windowOf(this.#terms.streamBytes);
    if (window !== undefined && !this.#streams.has(streamId)) this.#streams.set(streamId, window);
  }

  close(streamId: number): void {
    this.#streams.delete(streamId);
  }

  onSent(streamId: number, bytes: number): void {
    this.#connection?.use(bytes);
    this.#streams.get(streamId)?.use(bytes);
  }

  /** The socket has what was sent on the stream so far: what asks the client now arrives behind it. */
  onHandedOver(streamId: number, onUpdate: () => void): void {
    const windows = [this.#connection, this.#streams.get(streamId)];
    const updates = windows.flatMap((window) => window?.takeUpdate() ?? []);
    if (updates.length === 0) return;
    this.#askClient(() => {
      for (const update of updates) update();
      onUpdate();
    });
  }
}

class ReceiveWindow {
  /** Rounded down, as nghttp2_should_send_window_update has it: both halves of an odd window then get an update. */
  readonly #halfBytes: number;
  #leftBytes: number;
  /** Sent, and no update asked for. */
  #usedBytes = 0;

  constructor(bytes: number) {
    this.#halfBytes = Math.max(1, Math.floor(bytes / 2));
    this.#leftBytes = bytes;
  }

  /** To its end, or until half of it is used. */
  get availableBytes(): number {
    return Math.min(this.#leftBytes, this.#halfBytes - this.#usedBytes);
  }

  use(bytes: number): void {
    this.#leftBytes -= bytes;
    this.#usedBytes += bytes;
  }

  /** What its update does, once half of it is used. */
  takeUpdate(): (() => void) | undefined {
    if (this.#usedBytes < this.#halfBytes) return undefined;
    const bytes = this.#usedBytes;
    this.#usedBytes = 0;
    return () => (this.#leftBytes += bytes);
  }
}

function windowOf(bytes: number | undefined): ReceiveWindow | undefined {
  return bytes === undefined ? undefined : new ReceiveWindow(bytes);
}
