import { BoundedMap } from './bounded-map.ts';
import { IDLE_STREAMS_KEPT } from './policy.ts';

/** RFC 9113 §6.9.2. */
const DEFAULT_WINDOW_BYTES = 65_535;

/** The client's receive windows (RFC 9113 §5.2, §6.9): what we may still send, per stream and for the connection. */
export class FlowControl {
  #connectionWindow = DEFAULT_WINDOW_BYTES;
  #initialWindow = DEFAULT_WINDOW_BYTES;
  /** Open streams: by how much their window differs from the initial one. */
  readonly #adjustments = new Map<number, number>();
  /** Streams with nothing queued: an update may come while the origin thinks, or long after the last byte. */
  readonly #idleAdjustments = new BoundedMap<number, number>(IDLE_STREAMS_KEPT);

  /** How many streams' windows are kept. */
  get size(): number {
    return this.#adjustments.size + this.#idleAdjustments.size;
  }

  available(streamId: number): number {
    const adjustment = this.#adjustments.get(streamId) ?? this.#idleAdjustments.get(streamId) ?? 0;
    return Math.min(this.#connectionWindow, this.#initialWindow + adjustment);
  }

  /** There is something to send on the stream. */
  open(streamId: number): void {
    if (this.#adjustments.has(streamId)) return;
    this.#adjustments.set(streamId, this.#idleAdjustments.take(streamId) ?? 0);
  }

  /** Nothing more is sent on the stream: its window is of no interest. */
  close(streamId: number): void {
    this.#adjustments.delete(streamId);
    this.#idleAdjustments.take(streamId);
  }

  onSent(streamId: number, bytes: number): void {
    this.#connectionWindow -= bytes;
    this.#adjust(streamId, -bytes);
  }

  onWindowUpdate(streamId: number, increment: number): void {
    if (streamId === 0) this.#connectionWindow += increment;
    else this.#adjust(streamId, increment);
  }

  /** Applies to every open stream at once (§6.9.2). */
  onInitialWindowSize(bytes: number): void {
    this.#initialWindow = bytes;
  }

  #adjust(streamId: number, bytes: number): void {
    const open = this.#adjustments.get(streamId);
    if (open !== undefined) this.#adjustments.set(streamId, open + bytes);
    else this.#idleAdjustments.set(streamId, (this.#idleAdjustments.get(streamId) ?? 0) + bytes);
  }
}
