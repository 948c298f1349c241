/**
 * Payload bytes on their way through the model, which only counts them. First in, first out; bytes are never copied.
 * What was taken is dropped from the front now and then, not at every take: that would move the rest each time.
 */
export class ByteFifo {
  #chunks: Buffer[] = [];
  /** Chunks before this one are taken. */
  #head = 0;
  #headOffset = 0;
  #length = 0;

  /** Bytes pushed and not yet taken. */
  get length(): number {
    return this.#length;
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /**
   * Removes exactly `count` bytes, in the pieces they were pushed in. Throws when fewer are there: the model delivered
   * what nobody wrote.
   */
  take(count: number): Buffer[] {
    if (count > this.#length) throw new RangeError(`${count - this.#length} of ${count} bytes are missing`);
    this.#length -= count;
    const pieces: Buffer[] = [];
    for (let left = count; left > 0;) {
      const chunk = this.#chunks[this.#head]!;
      const piece = chunk.subarray(this.#headOffset, this.#headOffset + left);
      pieces.push(piece);
      left -= piece.length;
      this.#headOffset += piece.length;
      if (this.#headOffset === chunk.length) {
        this.#head++;
        this.#headOffset = 0;
      }
    }
    this.#forgetTaken();
    return pieces;
  }

  clear(): void {
    this.#chunks = [];
    this.#head = this.#headOffset = this.#length = 0;
  }

  /** Amortised: each chunk is moved at most once per doubling of what lies before it. */
  #forgetTaken(): void {
    if (this.#length === 0) this.clear();
    else if (this.#head >= FEWEST_TO_FORGET && 2 * this.#head >= this.#chunks.length) {
      this.#chunks = this.#chunks.slice(this.#head);
      this.#head = 0;
    }
  }
}

const FEWEST_TO_FORGET = 32;
