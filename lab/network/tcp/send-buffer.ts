/** Linux's tcp_wmem[2]. */
const AUTO_MAX_BYTES = 4_194_304;
/** TCP_INIT_CWND: the autotuned buffer is never sized for less. */
const AUTO_MIN_SEGMENTS = 10;
/** So many windows fit, unless congestion control wants more. */
export const DEFAULT_WINDOWS_BUFFERED = 2;
/** Memory Linux reckons for one segment: 1448 + headers rounded up to 4096, and the sk_buff. */
const AUTO_BYTES_PER_SEGMENT = 4352;

/**
 * How much an application may hand over ahead of the network. Bytes in it can no longer be re-ordered.
 * `auto` follows tcp_sndbuf_expand: so many times the window, 87,040 bytes at first for twice, and it never shrinks.
 */
export class SendBuffer {
  readonly #setting: number | 'auto';
  readonly #windows: number;
  #autoBytes = 0;

  constructor(setting: number | 'auto', windows: number = DEFAULT_WINDOWS_BUFFERED) {
    this.#setting = setting;
    this.#windows = windows;
    this.onWindow(AUTO_MIN_SEGMENTS);
  }

  onWindow(cwndSegments: number): void {
    const wantedBytes = this.#windows * Math.max(cwndSegments, AUTO_MIN_SEGMENTS) * AUTO_BYTES_PER_SEGMENT;
    this.#autoBytes = Math.min(Math.max(this.#autoBytes, wantedBytes), AUTO_MAX_BYTES);
  }

  get capacityBytes(): number {
    return this.#setting === 'auto' ? this.#autoBytes : this.#setting;
  }
}
