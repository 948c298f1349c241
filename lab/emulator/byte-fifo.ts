/** Payload bytes on their way through the model, which only counts them. First in, first out. */
export class ByteFifo {
  #chunks: Buffer[] = [];
  #headOffset = 0;

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  push(chunk: Buffer): void {
    if (chunk.length > 0) this.#chunks.push(chunk);
  }

  /** Removes exactly `count` bytes. Throws when fewer are there: the model delivered what nobody wrote. */
  take(count: number): Buffer {
    const parts: Buffer[] = [];
    for (let left = count; left > 0;) {
      const head = this.#chunks[0];
      if (head === undefined) throw new RangeError(`${left} of ${count} bytes are missing`);
      const part = head.subarray(this.#headOffset, this.#headOffset + left);
      parts.push(part);
      left -= part.length;
      this.#headOffset += part.length;
      if (this.#headOffset === head.length) {
        this.#chunks.shift();
        this.#headOffset = 0;
      }
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts, count);
  }
}
