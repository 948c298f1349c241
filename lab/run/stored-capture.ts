import { z } from 'zod';
import type { CapturedPacket, WireCapture } from '../emulator/wire-capture.ts';

/** A capture on disk: the bytes of all streams one after the other, and a document that says what they are. */
export const STREAMS_FILE = 'streams.bin';
export const PACKETS_FILE = 'packets.json.gz';

/** Connection by connection: what the client sent, then what the server sent. */
export function streamsOf({ connections }: WireCapture): Buffer {
  return Buffer.concat(connections.flatMap(({ uplink, downlink }) => [uplink, downlink]));
}

/** Everything but the streams, and their lengths. */
export function packetDocument({ connections, ...rest }: WireCapture): PacketDocument {
  return {
    ...rest,
    connections: connections.map(({ uplink, downlink, ...connection }) => ({
      ...connection,
      uplinkBytes: uplink.length,
      downlinkBytes: downlink.length,
    })),
    packets: [...rest.packets],
    keyLog: [...rest.keyLog],
  };
}

/** @throws {Error} where the two do not belong together, or are not what this module wrote */
export function readCapture(document: unknown, streams: Buffer): WireCapture {
  const { connections, ...rest } = documentSchema.parse(document);
  let offset = 0;
  const take = (bytes: number): Uint8Array => streams.subarray(offset, (offset += bytes));
  const read = connections.map(({ uplinkBytes, downlinkBytes, ...connection }) => ({
    ...connection,
    uplink: take(uplinkBytes),
    downlink: take(downlinkBytes),
  }));
  if (offset !== streams.length) {
    throw new Error(`${STREAMS_FILE} has ${streams.length} B, ${PACKETS_FILE} speaks of ${offset}`);
  }
  return { ...rest, connections: read };
}

const count = z.number().int().nonnegative();
const sackBlock = z.tuple([count, count]);

const segmentSchema = z.object({
  seq: count,
  length: count,
  push: z.boolean(),
  timestamp: z.number(),
  retransmission: z.boolean(),
  acknowledgement: z.object({
    ack: count,
    sackBlocks: z.array(sackBlock),
    duplicate: sackBlock.optional(),
    windowBytes: z.number(),
    echo: z.number().optional(),
  }),
});

const packetSchema = z.object({
  connection: count,
  direction: z.enum(['uplink', 'downlink']),
  sentMs: z.number(),
  arrivedMs: z.number().optional(),
  dropped: z.enum(['queue', 'aqm', 'link']).optional(),
  sizeBytes: count,
  segment: segmentSchema.optional(),
});

const documentSchema = z.object({
  epochOffsetMs: z.number(),
  connections: z.array(
    z.object({
      id: count,
      clientPort: count,
      serverAddress: z.string().optional(),
      closedMs: z.number().optional(),
      uplinkBytes: count,
      downlinkBytes: count,
    }),
  ),
  packets: z.array(packetSchema as unknown as z.ZodType<CapturedPacket>),
  keyLog: z.array(z.string()),
});

type PacketDocument = z.infer<typeof documentSchema>;
