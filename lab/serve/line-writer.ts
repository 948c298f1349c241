/** What may wait for a reader who is slow: beyond, lines are counted instead of kept. */
const MAX_WAITING_BYTES = 1_000_000;

/** Writes lines for as long as they are read; what a stalled reader misses is told, not stored. */
export class LineWriter {
  readonly #stream: NodeJS.WritableStream & { readonly writableLength: number };
  readonly #missed: (lines: number) => string;
  #missedLines = 0;

  /** @param missed the line that stands for so many others */
  constructor(
    stream: NodeJS.WritableStream & { readonly writableLength: number },
    missed: (lines: number) => string,
  ) {
    this.#stream = stream;
    this.#missed = missed;
  }

  write(line: string): void {
    if (this.#stream.writableLength > MAX_WAITING_BYTES) {
      this.#missedLines++;
      return;
    }
    if (this.#missedLines > 0) {
      this.#stream.write(`${this.#missed(this.#missedLines)}\n`);
      this.#missedLines = 0;
    }
    this.#stream.write(`${line}\n`);
  }
}
