import { describe, expect, it } from 'vitest';
import { MAX_CHUNK_BYTES, Scheduler } from '../../../server/scheduler/scheduler.ts';
import { wireBench } from './bench.ts';

describe('first slices', () => {
  it('of several images each sends its own before any goes on', () => {
    const { queue, send } = wireBench('fifo');
    queue({ name: 'png1', streamId: 1, chunks: 3, firstSliceBytes: MAX_CHUNK_BYTES });
    queue({ name: 'png2', streamId: 3, chunks: 3, firstSliceBytes: MAX_CHUNK_BYTES });
    expect(send()).toBe('png1 png2 png1 png1 png2 png2');
  });

  it('yield to all that has none, for that is a first slice from end to end', () => {
    const { queue, send } = wireBench('fifo');
    queue({ name: 'png', streamId: 1, chunks: 3, firstSliceBytes: MAX_CHUNK_BYTES });
    queue({ name: 'css', streamId: 3, chunks: 2 });
    expect(send()).toBe('png css css png png');
  });

  it('still follow the policy among themselves', () => {
    const { queue, send, depend } = wireBench();
    depend(1, 3);
    queue({ name: 'png1', streamId: 1, chunks: 2, firstSliceBytes: MAX_CHUNK_BYTES });
    queue({ name: 'png2', streamId: 3, chunks: 2, firstSliceBytes: MAX_CHUNK_BYTES });
    expect(send()).toBe('png2 png1 png2 png1');
  });

  it('end with their chunk: 20,000 = 16,375 + 3,625, then the other 10,000', () => {
    const sizes: number[] = [];
    const scheduler = new Scheduler();
    scheduler.add({
      streamId: 1,
      body: Buffer.alloc(30_000),
      contentType: 'image/jpeg',
      after: [],
      firstSliceBytes: 20_000,
      onStart: () => undefined,
      write: (chunk, _isLast, done) => {
        sizes.push(chunk.length);
        done();
      },
    });
    scheduler.run();
    expect(sizes).toEqual([16_375, 3_625, 10_000]);
  });

  it('longer than the body change nothing', () => {
    const { queue, send } = wireBench('fifo');
    queue({ name: 'png', streamId: 1, chunks: 2, firstSliceBytes: 1e9 });
    queue({ name: 'css', streamId: 3, chunks: 1 });
    expect(send()).toBe('png png css');
  });
});
