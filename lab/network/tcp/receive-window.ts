import { SMSS_BYTES } from './segment.ts';

/** What a Linux receiver with tcp_rmem[1] = 131072 announces first. */
export const INITIAL_RECEIVE_WINDOW_BYTES = 65_535;
/** Half of tcp_rmem[2] = 6291456: the rest is bookkeeping overhead. */
const MAX_RECEIVE_WINDOW_BYTES = 3_145_728;

/**
 * The window the receiver announces, for an application that reads at once: it opens by two segments per segment
 * received, as Linux's tcp_grow_window does, and is never what limits a sender in slow start.
 */
export class ReceiveWindow {
  #bytes = INITIAL_RECEIVE_WINDOW_BYTES;

  get bytes(): number {
    return this.#bytes;
  }

  onData(): void {
    this.#bytes = Math.min(this.#bytes + 2 * SMSS_BYTES, MAX_RECEIVE_WINDOW_BYTES);
  }
}
