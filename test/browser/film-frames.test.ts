import { describe, expect, it } from 'vitest';
import { FrameBuffer } from '../../lab/browser/frame-buffer.ts';
import { framesOfLoad } from '../../lab/browser/screencast.ts';

const frame = (atMs: number, content: string) => ({ atMs, jpeg: Buffer.from(content) });

describe('FrameBuffer', () => {
  it('keeps a frame only where it differs from the one before', () => {
    const buffer = new FrameBuffer();
    for (const [atMs, content] of [
      [0, 'a'],
      [16, 'a'],
      [32, 'b'],
      [48, 'a'],
    ] as const)
      buffer.add(frame(atMs, content));
    expect(buffer.frames.map(({ atMs }) => atMs)).toEqual([0, 32, 48]);
  });

  it('holds a bounded number of an animation that runs for a minute, all over it, and the last', () => {
    const buffer = new FrameBuffer(40);
    const last = 60 * 60 - 1;
    for (let index = 0; index <= last; index++) buffer.add(frame(index * 16, `frame ${index}`));
    const times = buffer.frames.map(({ atMs }) => atMs);
    expect(times.length).toBeGreaterThan(10);
    expect(times.length).toBeLessThanOrEqual(41);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBe(last * 16);
    const gaps = times.slice(1).map((atMs, index) => atMs - times[index]!);
    // 57.6 s in at least 20 pieces; the film must not lose its end or its middle.
    expect(Math.max(...gaps)).toBeLessThan((last * 16) / 8);
  });

  it('what a burst ended with stays, however short the burst', () => {
    const buffer = new FrameBuffer(4);
    for (let index = 0; index < 20; index++) buffer.add(frame(index * 16, `frame ${index}`));
    buffer.add(frame(5000, 'much later'));
    expect(buffer.frames.slice(-2).map(({ atMs }) => atMs)).toEqual([19 * 16, 5000]);
  });
});

describe('framesOfLoad', () => {
  // The wall clock is 1 000 000 s ahead of the monotonic one; one of three looks at it was late by 40 ms.
  const request = (seconds: number, late = 0) => ({
    method: 'Network.requestWillBeSent' as const,
    params: { timestamp: seconds, wallTime: 1e6 + seconds + late },
  });
  const events = [request(10.001), request(10.2, 0.04), request(10.3)];

  it('counts from navigationStart; of what came before only the last is left, at 0', () => {
    const at = (monotonicMs: number, content: string) => frame(1e9 + monotonicMs, content);
    const film = framesOfLoad(
      [
        at(9000, 'older'),
        at(9500, 'blank'),
        at(10_353.8, 'text'),
        at(10_660.25, 'image'),
        at(12_000.5, 'next page'),
      ],
      events,
      { fromMonotonicMs: 10_000, untilMonotonicMs: 12_000 },
    );
    expect(film.map(({ atMs, jpeg }) => [atMs, jpeg.toString()])).toEqual([
      [0, 'blank'],
      [353.8, 'text'],
      [660.25, 'image'],
    ]);
  });

  it('is empty where nothing tells the two clocks apart', () => {
    expect(framesOfLoad([frame(1, 'a')], [], { fromMonotonicMs: 0, untilMonotonicMs: Infinity })).toEqual([]);
  });
});
