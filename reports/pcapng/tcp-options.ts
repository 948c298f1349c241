import type { Acknowledgement } from '../../lab/network/tcp/segment.ts';

/** The window field counts units of 128 B, as Linux scales it on a machine with the usual 6 MB of receive buffer. */
export const WINDOW_SCALE = 7;
/** Ethernet's MTU less IP and TCP headers. */
const MSS = 1460;
const NOP = 1;

/** MSS, SACK-permitted, timestamps, window scale: 20 bytes, in Linux's order. */
export function synOptions(timestamp: number, echo: number): Buffer {
  const options = Buffer.from([2, 4, 0, 0, 4, 2, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, NOP, 3, 3, WINDOW_SCALE]);
  options.writeUInt16BE(MSS, 2);
  options.writeUInt32BE(timestamp % 2 ** 32, 8);
  options.writeUInt32BE(echo % 2 ** 32, 12);
  return options;
}

/** Timestamps (RFC 7323), and SACK blocks (RFC 2018) with a duplicate first (RFC 2883). */
export function segmentOptions(
  timestamp: number,
  echo: number,
  { sackBlocks, duplicate }: Pick<Acknowledgement, 'sackBlocks' | 'duplicate'>,
  firstSeq: number,
): Buffer {
  const blocks = duplicate === undefined ? sackBlocks : [duplicate, ...sackBlocks];
  const options = Buffer.alloc(12 + (blocks.length === 0 ? 0 : 4 + 8 * blocks.length));
  options.set([NOP, NOP, 8, 10], 0);
  options.writeUInt32BE(timestamp % 2 ** 32, 4);
  options.writeUInt32BE(echo % 2 ** 32, 8);
  if (blocks.length > 0) options.set([NOP, NOP, 5, 2 + 8 * blocks.length], 12);
  for (const [index, [start, end]] of blocks.entries()) {
    options.writeUInt32BE((firstSeq + start) % 2 ** 32, 16 + 8 * index);
    options.writeUInt32BE((firstSeq + end) % 2 ** 32, 20 + 8 * index);
  }
  return options;
}
