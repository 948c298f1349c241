import type { OpenRecord } from './tls13.ts';
import { APPLICATION_DATA } from './tls-records.ts';

/** By their number (RFC 9113 §6), as qvis calls them. */
const FRAME_NAMES = [
  'data',
  'headers',
  'priority',
  'reset_stream',
  'settings',
  'push_promise',
  'ping',
  'go_away',
  'window_update',
  'continuation',
] as const;
export type FrameName = (typeof FRAME_NAMES)[number] | 'magic' | 'unknown';

const FRAME_HEADER_BYTES = 9;
const END_STREAM = 0x1;
const PADDED = 0x8;
const MAGIC = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

export interface WireFrame {
  readonly name: FrameName;
  readonly streamId: number;
  readonly headerBytes: number;
  readonly payloadBytes: number;
  readonly endStream: boolean;
  /** On a PUSH_PROMISE. */
  readonly promisedStreamId?: number;
  /** Of the record that holds its last byte, in the TCP stream: once this is there, the frame can be read. */
  readonly end: number;
}

/** Frames of one direction. A connection that does not speak HTTP/2 has none: the client's side begins with its magic. */
export function http2Frames(records: readonly OpenRecord[], isClient: boolean): WireFrame[] {
  const parts = records.filter(({ contentType }) => contentType === APPLICATION_DATA);
  const text = Buffer.concat(parts.map(({ plaintext }) => plaintext));
  const frames: WireFrame[] = [];
  let partIndex = 0;
  let partEnd = parts[0]?.plaintext.length ?? 0;
  const endOf = (offset: number): number => {
    while (offset > partEnd) partEnd += parts[++partIndex]!.plaintext.length;
    return parts[partIndex]!.end;
  };
  let at = 0;
  if (isClient) {
    if (!text.subarray(0, MAGIC.length).equals(MAGIC)) return [];
    at = MAGIC.length;
    frames.push({
      name: 'magic',
      streamId: 0,
      headerBytes: 0,
      payloadBytes: MAGIC.length,
      endStream: false,
      end: endOf(at),
    });
  }
  while (at + FRAME_HEADER_BYTES <= text.length) {
    const payloadBytes = text.readUIntBE(at, 3);
    const next = at + FRAME_HEADER_BYTES + payloadBytes;
    if (next > text.length) break;
    frames.push(readFrame(text.subarray(at, next), endOf(next)));
    at = next;
  }
  return frames;
}

function readFrame(bytes: Buffer, end: number): WireFrame {
  const name = FRAME_NAMES[bytes[3]!] ?? 'unknown';
  const flags = bytes[4]!;
  const payload = bytes.subarray(FRAME_HEADER_BYTES);
  const promisedAt = (flags & PADDED) === 0 ? 0 : 1;
  return {
    name,
    streamId: bytes.readUInt32BE(5) & 0x7fff_ffff,
    headerBytes: FRAME_HEADER_BYTES,
    payloadBytes: payload.length,
    endStream: (name === 'data' || name === 'headers') && (flags & END_STREAM) !== 0,
    ...(name === 'push_promise' &&
      payload.length >= promisedAt + 4 && {
        promisedStreamId: payload.readUInt32BE(promisedAt) & 0x7fff_ffff,
      }),
    end,
  };
}
