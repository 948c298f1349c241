/** Frames of RFC 9113 §6 that a scheduler must see and node:http2 does not show. */
export type ClientFrame =
  | {
      readonly type: 'priority';
      readonly streamId: number;
      readonly parent: number;
      readonly weight: number;
      readonly exclusive: boolean;
    }
  | { readonly type: 'settings'; readonly initialWindowSize?: number; readonly enablePush?: boolean }
  | { readonly type: 'window-update'; readonly streamId: number; readonly increment: number }
  | {
      readonly type: 'priority-update';
      /** The stream spoken of; the frame itself comes on stream 0. */
      readonly streamId: number;
      /** As it came; empty where it is longer than anyone would write. */
      readonly priorityField: string;
    };

/** The first nine bytes of any frame (RFC 9113 §4.1). */
export interface FrameHeader {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  /** Of the payload. */
  readonly length: number;
}

const PREFACE_BYTES = 24;
const FRAME_HEADER_BYTES = 9;
/** Nothing we read is longer; the rest of a frame is skipped unseen. */
const MAX_PAYLOAD_KEPT_BYTES = 256;

/** Types and flags of RFC 9113 §6. */
export const FRAME = {
  data: 0x0,
  headers: 0x1,
  priority: 0x2,
  rstStream: 0x3,
  settings: 0x4,
  ping: 0x6,
  goaway: 0x7,
  windowUpdate: 0x8,
  continuation: 0x9,
  /** RFC 9218 §7.1 */
  priorityUpdate: 0x10,
} as const;
export const FLAG = { ack: 0x1, endStream: 0x1, padded: 0x8, priority: 0x20 } as const;
const SETTING = { enablePush: 0x2, initialWindowSize: 0x4 } as const;

/**
 * Reads a client's side of an HTTP/2 connection and reports priorities (HEADERS and PRIORITY, RFC 7540 §5.3, and
 * PRIORITY_UPDATE, RFC 9218 §7.1), SETTINGS and WINDOW_UPDATE. Feed it bytes as they come, cut anywhere.
 */
export class ClientFrameReader {
  readonly #onFrame: (frame: ClientFrame) => void;
  readonly #onHeader: ((header: FrameHeader) => void) | undefined;
  #prefaceLeft = PREFACE_BYTES;
  #header: Buffer = Buffer.alloc(0);
  #payload: Buffer = Buffer.alloc(0);
  #payloadLeft = 0;
  #frame: FrameHeader | undefined;

  /** @param onHeader hears of every frame, of whatever type, before its payload is here */
  constructor(onFrame: (frame: ClientFrame) => void, onHeader?: (header: FrameHeader) => void) {
    this.#onFrame = onFrame;
    this.#onHeader = onHeader;
  }

  feed(bytes: Buffer): void {
    let rest = bytes;
    const skipped = Math.min(this.#prefaceLeft, rest.length);
    this.#prefaceLeft -= skipped;
    rest = rest.subarray(skipped);
    while (rest.length > 0 || (this.#frame !== undefined && this.#payloadLeft === 0)) {
      rest = this.#frame === undefined ? this.#readHeader(rest) : this.#readPayload(rest);
    }
  }

  #readHeader(bytes: Buffer): Buffer {
    const wanted = FRAME_HEADER_BYTES - this.#header.length;
    this.#header = Buffer.concat([this.#header, bytes.subarray(0, wanted)]);
    if (this.#header.length === FRAME_HEADER_BYTES) {
      const length = this.#header.readUIntBE(0, 3);
      this.#payloadLeft = length;
      this.#frame = {
        length,
        type: this.#header.readUInt8(3),
        flags: this.#header.readUInt8(4),
        streamId: this.#header.readUInt32BE(5) & 0x7fffffff,
      };
      this.#header = Buffer.alloc(0);
      this.#payload = Buffer.alloc(0);
      this.#onHeader?.(this.#frame);
    }
    return bytes.subarray(wanted);
  }

  #readPayload(bytes: Buffer): Buffer {
    const part = bytes.subarray(0, this.#payloadLeft);
    const room = MAX_PAYLOAD_KEPT_BYTES - this.#payload.length;
    if (room > 0) this.#payload = Buffer.concat([this.#payload, part.subarray(0, room)]);
    this.#payloadLeft -= part.length;
    if (this.#payloadLeft === 0) {
      this.#report(this.#frame!, this.#payload);
      this.#frame = undefined;
    }
    return bytes.subarray(part.length);
  }

  #report(frame: FrameHeader, payload: Buffer): void {
    switch (frame.type) {
      case FRAME.headers:
        if (frame.flags & FLAG.priority) {
          this.#reportPriority(frame.streamId, payload.subarray(frame.flags & FLAG.padded ? 1 : 0));
        }
        break;
      case FRAME.priority:
        this.#reportPriority(frame.streamId, payload);
        break;
      case FRAME.settings:
        if (!(frame.flags & FLAG.ack)) this.#reportSettings(payload);
        break;
      case FRAME.windowUpdate:
        if (payload.length >= 4) {
          const increment = payload.readUInt32BE(0) & 0x7fffffff;
          this.#onFrame({ type: 'window-update', streamId: frame.streamId, increment });
        }
        break;
      case FRAME.priorityUpdate:
        if (frame.streamId === 0 && payload.length >= 4) this.#reportPriorityUpdate(payload);
        break;
      default:
    }
  }

  #reportPriority(streamId: number, payload: Buffer): void {
    if (payload.length < 5) return;
    const dependency = payload.readUInt32BE(0);
    this.#onFrame({
      type: 'priority',
      streamId,
      parent: dependency & 0x7fffffff,
      exclusive: dependency >>> 31 === 1,
      weight: payload.readUInt8(4) + 1,
    });
  }

  #reportPriorityUpdate(payload: Buffer): void {
    // A value cut short could mean something else; none means the defaults.
    const isWhole = payload.length < MAX_PAYLOAD_KEPT_BYTES;
    this.#onFrame({
      type: 'priority-update',
      streamId: payload.readUInt32BE(0) & 0x7fffffff,
      priorityField: isWhole ? payload.toString('latin1', 4) : '',
    });
  }

  #reportSettings(payload: Buffer): void {
    const found: { initialWindowSize?: number; enablePush?: boolean } = {};
    for (let at = 0; at + 6 <= payload.length; at += 6) {
      const value = payload.readUInt32BE(at + 2);
      const id = payload.readUInt16BE(at);
      if (id === SETTING.initialWindowSize) found.initialWindowSize = value;
      if (id === SETTING.enablePush) found.enablePush = value === 1;
    }
    this.#onFrame({ type: 'settings', ...found });
  }
}
