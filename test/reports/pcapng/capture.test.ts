import { describe, expect, it } from 'vitest';
import {
  PACKETS_FILE,
  packetDocument,
  readCapture,
  STREAMS_FILE,
  streamsOf,
} from '../../../lab/run/stored-capture.ts';
import { renderPcapng } from '../../../reports/pcapng/capture.ts';
import { EPOCH_OFFSET_MS, RTT_MS, transferCapture } from '../../support/transfer-capture.ts';

interface Block {
  readonly type: number;
  readonly body: Buffer;
}

/** By the draft: type, length, body, the same length again. */
function blocksOf(file: Buffer): Block[] {
  const blocks: Block[] = [];
  for (let offset = 0; offset < file.length;) {
    const length = file.readUInt32LE(offset + 4);
    expect(length % 4).toBe(0);
    expect(file.readUInt32LE(offset + length - 4)).toBe(length);
    blocks.push({ type: file.readUInt32LE(offset), body: file.subarray(offset + 8, offset + length - 4) });
    offset += length;
  }
  return blocks;
}

interface Packet {
  readonly epochMs: number;
  readonly ip: Buffer;
  readonly tcp: Buffer;
  readonly seq: number;
  readonly ack: number;
  readonly flags: number;
  readonly payload: Buffer;
  readonly up: boolean;
}

function packetsOf(file: Buffer): Packet[] {
  return blocksOf(file)
    .filter(({ type }) => type === 6)
    .map(({ body }) => {
      const us = body.readUInt32LE(4) * 2 ** 32 + body.readUInt32LE(8);
      const ip = body.subarray(20 + 14, 20 + body.readUInt32LE(12));
      const tcp = ip.subarray(20);
      return {
        epochMs: us / 1000,
        ip,
        tcp,
        seq: tcp.readUInt32BE(4),
        ack: tcp.readUInt32BE(8),
        flags: tcp[13]!,
        payload: tcp.subarray((tcp[12]! >> 4) * 4),
        up: tcp.readUInt16BE(2) === 443,
      };
    });
}

/** RFC 1071: over a header with its checksum in place the sum is all ones. */
function ones(bytes: Buffer, initial = 0): number {
  let sum = initial;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at]! << 8) + (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 65_536);
  return sum;
}

describe('pcapng of a transfer through the model', () => {
  const capture = transferCapture(100_000);
  const file = renderPcapng(capture, 'a comment');
  const packets = packetsOf(file);

  it('is a section, an interface, the secrets, then packets', () => {
    const [section, description, secrets, ...rest] = blocksOf(file);
    expect([section!.type, description!.type, secrets!.type]).toEqual([0x0a0d0d0a, 1, 10]);
    expect(section!.body.readUInt32LE(0)).toBe(0x1a2b3c4d);
    expect(secrets!.body.toString('latin1')).toContain('CLIENT_RANDOM 00 11\n');
    expect(rest.every(({ type }) => type === 6)).toBe(true);
  });

  it('gives every loopback address of the site one of the documentation network', () => {
    const addressesOf = (serverAddress: string | undefined) => {
      const connections = capture.connections.map((connection) => ({ ...connection, serverAddress }));
      const [syn, synAck] = packetsOf(renderPcapng({ ...capture, connections }, ''));
      // Source at byte 12 of the IP header, destination at 16 (RFC 791).
      return [syn!.ip.subarray(16, 20).join('.'), synAck!.ip.subarray(12, 16).join('.')];
    };
    expect(addressesOf(undefined)).toEqual(['198.51.100.1', '198.51.100.1']);
    expect(addressesOf('127.0.0.1')).toEqual(['198.51.100.1', '198.51.100.1']);
    expect(addressesOf('127.0.0.3')).toEqual(['198.51.100.3', '198.51.100.3']);
  });

  it('begins with SYN, SYN-ACK, ACK: one round trip of 100 ms and two packets of 60 B at 1 Mbit/s', () => {
    const [syn, synAck, ack] = packets;
    expect([syn!.flags, synAck!.flags, ack!.flags]).toEqual([0x02, 0x12, 0x10]);
    expect([syn!.seq, synAck!.ack, ack!.seq, ack!.ack]).toEqual([0, 1, 1, 1]);
    const wireMs = (2 * 60 * 8000) / 1e6;
    // Both hosts take 0.02 ms to act.
    expect(synAck!.epochMs - syn!.epochMs).toBeCloseTo(RTT_MS + wireMs + 0.04, 2);
    expect(syn!.epochMs).toBeCloseTo(EPOCH_OFFSET_MS, 2);
  });

  it('has right checksums and the lengths that the model counted', () => {
    for (const { ip, tcp } of packets) {
      expect(ones(ip.subarray(0, 20))).toBe(0xffff);
      expect(ones(tcp, ones(ip.subarray(12, 20)) + 6 + tcp.length)).toBe(0xffff);
      expect(ip.readUInt16BE(2)).toBe(ip.length);
    }
    const sizes = capture.packets.map(({ sizeBytes }) => sizeBytes).toSorted();
    expect(packets.map(({ ip }) => ip.length).toSorted()).toEqual(sizes);
  });

  it('carries every byte once and in order, segments of 1448 B, and acknowledges all of them', () => {
    const down = packets.filter(({ up, payload }) => !up && payload.length > 0);
    let next = 1;
    for (const { seq, payload } of down) {
      expect(seq).toBe(next);
      expect(payload.every((byte) => byte === 'r'.charCodeAt(0))).toBe(true);
      next += payload.length;
    }
    expect(next).toBe(100_001);
    expect(Math.max(...down.map(({ payload }) => payload.length))).toBe(1448);
    expect(packets.findLast(({ up }) => up)!.ack).toBe(100_001);
  });

  it('times never go back', () => {
    const times = packets.map(({ epochMs }) => epochMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});

describe('a loss on the way down', () => {
  const capture = transferCapture(100_000, [4]);
  const packets = packetsOf(renderPcapng(capture, ''));
  const down = packets.filter(({ up, payload }) => !up && payload.length > 0);

  it('leaves a hole that is filled later; the client says so in SACK blocks', () => {
    const lost = capture.packets.find(({ dropped }) => dropped !== undefined)!;
    expect(lost.dropped).toBe('link');
    const at = down.findIndex(({ seq }) => seq === 1 + lost.segment!.seq);
    expect(at).toBeGreaterThan(0);
    expect(down[at]!.seq).toBeLessThan(down[at - 1]!.seq);
    // Kind 5, right edge beyond the hole.
    const sacks = packets.filter(
      ({ up, tcp }) => up && tcp.subarray(32, 36).equals(Buffer.from([1, 1, 5, 10])),
    );
    expect(sacks.length).toBeGreaterThan(0);
    expect(sacks[0]!.ack).toBe(1 + lost.segment!.seq);
    expect(sacks[0]!.tcp.readUInt32BE(36)).toBe(1 + lost.segment!.seq + 1448);
  });
});

describe('a capture on disk', () => {
  const capture = transferCapture(30_000);
  const document = () => JSON.parse(JSON.stringify(packetDocument(capture))) as unknown;

  it('is read as it was written', () => {
    const read = readCapture(document(), streamsOf(capture));
    expect(renderPcapng(read, 'x').equals(renderPcapng(capture, 'x'))).toBe(true);
  });

  it('two files that do not belong together are told', () => {
    expect(() => readCapture(document(), streamsOf(capture).subarray(1))).toThrow(
      `${STREAMS_FILE} has 30019 B, ${PACKETS_FILE} speaks of 30020`,
    );
  });
});
