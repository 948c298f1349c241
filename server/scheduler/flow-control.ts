/** RFC 9113 §6.9.2. */
const DEFAULT_WINDOW_BYTES = 65_535;

/** The client's receive windows (RFC 9113 §5.2, §6.9): what we may still send, per stream and for the connection. */
export class FlowControl {
  #connectionWindow = DEFAULT_WINDOW_BYTES;
  #initialWindow = DEFAULT_WINDOW_BYTES;
  /** Streams whose window differs from the initial one, by how much. */
  readonly #adjustments = new Map<number, number>();

  available(streamId: number): number {
    return Math.min(this.#connectionWindow, this.#initialWindow + (this.#adjustments.get(streamId) ?? 0));
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
    this.#adjustments.set(streamId, (this.#adjustments.get(streamId) ?? 0) + bytes);
  }
}
