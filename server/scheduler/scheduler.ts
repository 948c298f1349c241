import { FlowControl } from './flow-control.ts';
import { PriorityTree } from './priority-tree.ts';

/** One DATA frame with its 9-byte header fills one TLS record of 16 kB. */
export const MAX_CHUNK_BYTES = 16_375;

/** A response body waiting for its turns. */
export interface Transmission {
  readonly streamId: number;
  readonly body: Buffer;
  /** Its first byte waits until these are done: how a strategy orders the wire. */
  readonly after: readonly Transmission[];
  /** Its turn has come: send the response HEADERS. */
  onStart(): void;
  /** Hand one chunk to the stream; call `done` when the socket has taken it. */
  write(chunk: Buffer, isLast: boolean, done: () => void): void;
}

/**
 * Decides which stream's chunk goes next, with one chunk outstanding per connection: what is not handed over can still
 * be overtaken, so the order on the wire is the order chosen here.
 *
 * A strategy's order (`after`) comes first; among streams that may go, the client's priorities decide.
 */
export class Scheduler {
  readonly priorities = new PriorityTree();
  readonly flowControl = new FlowControl();
  readonly #active = new Map<number, { transmission: Transmission; offset: number; started: boolean }>();
  readonly #finished = new Set<Transmission>();
  #writing = false;

  get isIdle(): boolean {
    return this.#active.size === 0;
  }

  add(transmission: Transmission): void {
    this.#active.set(transmission.streamId, { transmission, offset: 0, started: false });
  }

  /** The stream was reset: nothing more of it is sent, and nothing waits for it. */
  abandon(streamId: number): void {
    const entry = this.#active.get(streamId);
    if (entry === undefined) return;
    this.#active.delete(streamId);
    this.#finished.add(entry.transmission);
    this.run();
  }

  /** Sends what may be sent: after adding, after a window update, after a change of priority. */
  run(): void {
    this.#startReleased();
    if (this.#writing) return;
    const streamId = this.priorities.next((id) => this.#isReady(id)) ?? this.#firstUnknown();
    if (streamId === undefined) return;
    const entry = this.#active.get(streamId)!;
    const { body } = entry.transmission;
    const size = Math.min(MAX_CHUNK_BYTES, this.flowControl.available(streamId), body.length - entry.offset);
    const chunk = body.subarray(entry.offset, entry.offset + size);
    entry.offset += size;
    const isLast = entry.offset === body.length;
    if (isLast) {
      this.#active.delete(streamId);
      this.#finished.add(entry.transmission);
    }
    this.flowControl.onSent(streamId, size);
    this.priorities.served(streamId, size);
    this.#writing = true;
    entry.transmission.write(chunk, isLast, () => {
      this.#writing = false;
      this.run();
    });
  }

  #startReleased(): void {
    for (const entry of this.#active.values()) {
      if (entry.started || !this.#isReleased(entry.transmission)) continue;
      entry.started = true;
      entry.transmission.onStart();
    }
  }

  #isReleased(transmission: Transmission): boolean {
    return transmission.after.every((other) => this.#finished.has(other));
  }

  #isReady(streamId: number): boolean {
    const entry = this.#active.get(streamId);
    if (entry === undefined || !entry.started) return false;
    return this.flowControl.available(streamId) > 0 || entry.transmission.body.length === 0;
  }

  /** Streams the client never prioritised are served last, in order of arrival. */
  #firstUnknown(): number | undefined {
    return [...this.#active.keys()].find((id) => this.#isReady(id));
  }
}
