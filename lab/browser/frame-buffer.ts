/** A page that never rests (an animation, a video) brings sixty frames a second for as long as it loads. */
const DEFAULT_LIMIT = 400;

interface Frame {
  readonly atMs: number;
  readonly jpeg: Buffer;
}

/**
 * Keeps frames that differ from the one before, a bounded number of them. When it is full every second one goes, and
 * from then on frames closer together than that are passed over; the last one is always there.
 */
export class FrameBuffer {
  readonly #limit: number;
  #kept: Frame[] = [];
  /** The newest, while it is too close to the last kept one. */
  #newest: Frame | undefined;
  #minGapMs = 0;

  constructor(limit = DEFAULT_LIMIT) {
    this.#limit = limit;
  }

  get frames(): readonly Frame[] {
    return this.#newest === undefined ? this.#kept : [...this.#kept, this.#newest];
  }

  add(frame: Frame): void {
    const last = this.#newest ?? this.#kept.at(-1);
    if (last !== undefined && last.jpeg.equals(frame.jpeg)) return;
    if (this.#newest !== undefined && this.#counts(this.#newest, frame)) this.#kept.push(this.#newest);
    this.#newest = frame;
    if (this.#kept.length < this.#limit) return;
    const [first, final] = [this.#kept[0]!, this.#kept.at(-1)!];
    this.#minGapMs = (2 * (final.atMs - first.atMs)) / this.#limit;
    this.#kept = this.#kept.filter((_, index) => index % 2 === 0);
  }

  /** Stayed on the screen for a while, or came long enough after the last kept one. */
  #counts(candidate: Frame, next: Frame): boolean {
    const last = this.#kept.at(-1);
    return (
      next.atMs - candidate.atMs >= this.#minGapMs ||
      last === undefined ||
      candidate.atMs - last.atMs >= this.#minGapMs
    );
  }
}
