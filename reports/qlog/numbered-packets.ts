import type { CapturedPacket } from '../../lab/emulator/wire-capture.ts';
import type { TcpSegment } from '../../lab/network/tcp/segment.ts';

export type NumberedPacket = CapturedPacket & {
  readonly number: number;
  /** Numbers of the other end's packets whose data it is the first to acknowledge. */
  readonly acknowledged: readonly NumberRange[];
};
/** Both included. */
type NumberRange = readonly [first: number, last: number];

interface ArrivedData {
  readonly number: number;
  readonly segment: TcpSegment;
  readonly arrivedMs: number;
}

/**
 * Packets of one connection, in the order in which they were sent. Each end counts its own from 1, lost ones included:
 * by its number qvis finds a packet again at the other end.
 */
export function numbered(packets: readonly CapturedPacket[]): NumberedPacket[] {
  const sent = { uplink: 0, downlink: 0 };
  const open: Record<CapturedPacket['direction'], ArrivedData[]> = { uplink: [], downlink: [] };
  return packets.map((packet) => {
    const { segment, direction, sentMs, arrivedMs } = packet;
    const number = ++sent[direction];
    const other = direction === 'uplink' ? 'downlink' : 'uplink';
    const acknowledged =
      segment === undefined
        ? []
        : open[other].filter((data) => data.arrivedMs <= sentMs && isAcknowledged(data.segment, segment));
    // What does not arrive tells nobody.
    if (arrivedMs !== undefined) {
      open[other] = open[other].filter((data) => !acknowledged.includes(data));
      if (segment !== undefined && segment.length > 0) open[direction].push({ number, segment, arrivedMs });
    }
    return { ...packet, number, acknowledged: rangesOf(acknowledged.map((data) => data.number)) };
  });
}

function isAcknowledged({ seq, length }: TcpSegment, { acknowledgement }: TcpSegment): boolean {
  const { ack, sackBlocks } = acknowledgement;
  return seq + length <= ack || sackBlocks.some(([start, end]) => seq >= start && seq + length <= end);
}

/** Of numbers in order. */
function rangesOf(numbers: readonly number[]): NumberRange[] {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}
