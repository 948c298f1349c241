import { FRAME } from './http2-frames.ts';

const FRAME_HEADER_BYTES = 9;
/** Where the error code stands in the payload, and how much of it must be there (RFC 9113 §6.4, §6.8). */
const CODE_AT: Readonly<Record<number, number>> = { [FRAME.rstStream]: 0, [FRAME.goaway]: 4 };

/** The frames with which node:http2 refuses something by itself; its events do not tell of all of them. */
export interface Refusal {
  readonly type: 'rst-stream' | 'goaway';
  readonly streamId: number;
  readonly errorCode: number;
}

/** Walks over what the server sends, from header to header, and reports RST_STREAM and GOAWAY. */
export class OutgoingFrameWalker {
  readonly #onRefusal: (refusal: Refusal) => void;
  /** A header, or a refusal, that the chunks so far have cut. */
  #cut: Buffer | undefined;
  #skip = 0;

  constructor(onRefusal: (refusal: Refusal) => void) {
    this.#onRefusal = onRefusal;
  }

  /** All frames so far are whole: another may follow. */
  get isAtBoundary(): boolean {
    return this.#skip === 0 && this.#cut === undefined;
  }

  feed(chunk: Buffer): void {
    const bytes = this.#cut === undefined ? chunk : Buffer.concat([this.#cut, chunk]);
    this.#cut = undefined;
    let at = this.#skip;
    while (at < bytes.length) {
      if (bytes.length - at < FRAME_HEADER_BYTES) break;
      const end = at + FRAME_HEADER_BYTES + bytes.readUIntBE(at, 3);
      const type = bytes[at + 3]!;
      const codeAt = CODE_AT[type];
      if (codeAt !== undefined) {
        if (bytes.length < end) break;
        this.#onRefusal({
          type: type === FRAME.goaway ? 'goaway' : 'rst-stream',
          streamId: bytes.readUInt32BE(at + 5) & 0x7fffffff,
          errorCode: bytes.readUInt32BE(at + FRAME_HEADER_BYTES + codeAt),
        });
      }
      at = end;
    }
    if (at < bytes.length) this.#cut = bytes.subarray(at);
    this.#skip = Math.max(0, at - bytes.length);
  }
}

/** RFC 9113 §6.8. */
export function goawayFrame(lastStreamId: number, errorCode: number): Buffer {
  const frame = Buffer.alloc(FRAME_HEADER_BYTES + 8);
  frame.writeUIntBE(8, 0, 3);
  frame.writeUInt8(FRAME.goaway, 3);
  frame.writeUInt32BE(lastStreamId, 9);
  frame.writeUInt32BE(errorCode, 13);
  return frame;
}
