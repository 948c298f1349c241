/**
 * Golomb-Rice coding of a sorted set of integers, as draft-ietf-httpbis-cache-digest-02 §2.1.1 and H2O's cookie share
 * it: of each distance to the value before (the first: to -1) less 1, the quotient by 2^log2P as so many 0 bits and a 1,
 * then the remainder in log2P bits; filled up with 0 bits to a whole byte.
 */

export class BitWriter {
  readonly #bytes: number[] = [];
  #bits = 0;

  /** `value` below 2^53, most significant bit first. */
  write(value: number, bits: number): void {
    for (let bit = bits - 1; bit >= 0; bit--) {
      if (this.#bits % 8 === 0) this.#bytes.push(0);
      const isSet = Math.floor(value / 2 ** bit) % 2 === 1;
      if (isSet) this.#bytes[this.#bytes.length - 1]! |= 0x80 >> (this.#bits % 8);
      this.#bits++;
    }
  }

  toBuffer(): Buffer {
    return Buffer.from(this.#bytes);
  }
}

export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Undefined where the bytes end before. */
  read(bits: number): number | undefined {
    if (this.#at + bits > this.#bytes.length * 8) return undefined;
    let value = 0;
    for (let bit = 0; bit < bits; bit++) value = value * 2 + this.#next();
    return value;
  }

  /** How many 0 bits until a 1, which is read too; undefined if no 1 follows. */
  readUnary(): number | undefined {
    for (let zeros = 0; this.#at < this.#bytes.length * 8; zeros++) if (this.#next() === 1) return zeros;
    return undefined;
  }

  #next(): number {
    const bit = (this.#bytes[this.#at >> 3]! >> (7 - (this.#at & 7))) & 1;
    this.#at++;
    return bit;
  }
}

/** In any order and with repeated ones; each counts once. */
export function writeGolombSet(writer: BitWriter, values: Iterable<number>, log2P: number): void {
  let previous = -1;
  for (const value of Float64Array.from(new Set(values)).sort()) {
    const distance = value - previous - 1;
    writer.write(1, Math.floor(distance / 2 ** log2P) + 1);
    writer.write(distance % 2 ** log2P, log2P);
    previous = value;
  }
}

/**
 * The set up to the end of the bytes; undefined where a value reaches `limit` or is cut off: no writer makes such a set.
 */
export function readGolombSet(reader: BitReader, log2P: number, limit: number): Set<number> | undefined {
  const values = new Set<number>();
  let value = -1;
  for (let quotient = reader.readUnary(); quotient !== undefined; quotient = reader.readUnary()) {
    const remainder = reader.read(log2P);
    if (remainder === undefined) return undefined;
    value += quotient * 2 ** log2P + remainder + 1;
    if (value >= limit) return undefined;
    values.add(value);
  }
  return values;
}

/** RFC 4648 §5 without padding; undefined if it is something else, where `Buffer.from` would guess. */
export function decodeBase64Url(text: string): Buffer | undefined {
  return /^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1 ? Buffer.from(text, 'base64url') : undefined;
}
