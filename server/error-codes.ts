import { constants } from 'node:http2';

/** What nghttp2 found wrong (its library error) → what the peer is told (RFC 9113 §7). */
const CODES: Readonly<Record<number, number>> = {
  [-505]: constants.NGHTTP2_PROTOCOL_ERROR,
  [-510]: constants.NGHTTP2_STREAM_CLOSED,
  [-522]: constants.NGHTTP2_FRAME_SIZE_ERROR,
  [-523]: constants.NGHTTP2_COMPRESSION_ERROR,
  [-524]: constants.NGHTTP2_FLOW_CONTROL_ERROR,
  [-531]: constants.NGHTTP2_PROTOCOL_ERROR,
  [-532]: constants.NGHTTP2_PROTOCOL_ERROR,
  /** Too many SETTINGS in a frame, too many CONTINUATIONs, too much to answer, a preface that is none. */
  [-537]: constants.NGHTTP2_ENHANCE_YOUR_CALM,
  [-905]: constants.NGHTTP2_ENHANCE_YOUR_CALM,
  [-904]: constants.NGHTTP2_ENHANCE_YOUR_CALM,
  [-903]: constants.NGHTTP2_PROTOCOL_ERROR,
};

/** node:http2 says INTERNAL_ERROR for every fault of the client's; this is the code that fits. */
export function errorCodeOf(error: unknown): number | undefined {
  const found = error instanceof Error && 'errno' in error ? CODES[Number(error.errno)] : undefined;
  if (found !== undefined) return found;
  const tooMuch =
    error instanceof Error && 'code' in error && String(error.code).includes('TOO_MANY_INVALID_FRAMES');
  return tooMuch ? constants.NGHTTP2_ENHANCE_YOUR_CALM : undefined;
}

/** `ENHANCE_YOUR_CALM` for 11. */
export function errorName(code: number): string {
  return NAMES[code] ?? `error ${code}`;
}

const NAMES = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
];
