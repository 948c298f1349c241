import { describe, expect, it } from 'vitest';
import { ClientFrameReader, type ClientFrame } from '../../server/http2-frames.ts';
import { frame, PREFACE } from './support/raw-client.ts';

const settings = frame(4, 0, 0, Buffer.from('000200000000' + '000400600000', 'hex'));
const settingsAck = frame(4, 1, 0, Buffer.alloc(0));
const windowUpdate = frame(8, 0, 0, Buffer.from('00ef0001', 'hex'));
// Exclusive dependency on stream 3, weight 220; then a made-up header block.
const headers = frame(1, 0x25, 5, Buffer.concat([Buffer.from('80000003db', 'hex'), Buffer.alloc(600, 0x82)]));
const priority = frame(2, 0, 4, Buffer.from('0000000192', 'hex'));
const stream = Buffer.concat([PREFACE, settings, settingsAck, windowUpdate, headers, priority]);

const expected: ClientFrame[] = [
  { type: 'settings', enablePush: false, initialWindowSize: 6_291_456 },
  { type: 'window-update', streamId: 0, increment: 0xef0001 },
  { type: 'priority', streamId: 5, parent: 3, weight: 220, exclusive: true },
  { type: 'priority', streamId: 4, parent: 1, weight: 147, exclusive: false },
];

describe('ClientFrameReader', () => {
  it.each([1, 2, 7, 9, 10, 100, 10_000])('reads the same frames from pieces of %i bytes', (size) => {
    const seen: ClientFrame[] = [];
    const reader = new ClientFrameReader((found) => seen.push(found));
    for (let at = 0; at < stream.length; at += size) reader.feed(stream.subarray(at, at + size));
    expect(seen).toEqual(expected);
  });

  it('skips the padding length of padded HEADERS', () => {
    const seen: ClientFrame[] = [];
    const reader = new ClientFrameReader((found) => seen.push(found));
    const padded = frame(1, 0x2c, 7, Buffer.from('02' + '00000000ff' + '82' + '0000', 'hex'));
    reader.feed(Buffer.concat([PREFACE, padded]));
    expect(seen).toEqual([{ type: 'priority', streamId: 7, parent: 0, weight: 256, exclusive: false }]);
  });

  it('reads PRIORITY_UPDATE on stream 0: which stream, and its priority field', () => {
    const seen: ClientFrame[] = [];
    const reader = new ClientFrameReader((found) => seen.push(found));
    const update = (value: string) => Buffer.concat([Buffer.from('80000005', 'hex'), Buffer.from(value)]);
    reader.feed(Buffer.concat([PREFACE, frame(0x10, 0, 0, update('u=1, i')), frame(0x10, 0, 0, update(''))]));
    // Not on stream 0, too short, and too long to have been read whole.
    reader.feed(Buffer.concat([frame(0x10, 0, 5, update('u=1')), frame(0x10, 0, 0, Buffer.alloc(3))]));
    reader.feed(frame(0x10, 0, 0, update(`u=1, ${'a'.repeat(300)}`)));
    expect(seen).toEqual([
      { type: 'priority-update', streamId: 5, priorityField: 'u=1, i' },
      { type: 'priority-update', streamId: 5, priorityField: '' },
      { type: 'priority-update', streamId: 5, priorityField: '' },
    ]);
  });
});
