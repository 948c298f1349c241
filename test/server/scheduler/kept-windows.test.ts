import { describe, expect, it } from 'vitest';
import type { WindowTerms } from '../../../server/scheduler/kept-windows.ts';
import { MAX_CHUNK_BYTES, Scheduler } from '../../../server/scheduler/scheduler.ts';

/** Bodies without end through these windows: `1:8000` is a chunk of stream 1; the client answers when it is told to. */
function bench(terms: WindowTerms, streamIds: readonly number[] = [1]) {
  const wire: string[] = [];
  const answers: (() => void)[] = [];
  const askClient = (onAnswer: () => void) => {
    wire.push('PING');
    answers.push(onAnswer);
  };
  const scheduler = new Scheduler('fair', { windows: { terms, askClient } });
  scheduler.flowControl.onInitialWindowSize(1e9);
  scheduler.flowControl.onWindowUpdate(0, 1e9);
  for (const streamId of streamIds) {
    scheduler.add({
      streamId,
      body: Buffer.alloc(10 * MAX_CHUNK_BYTES),
      contentType: '',
      after: [],
      onStart: () => undefined,
      write: (chunk, _isLast, done) => {
        wire.push(`${streamId}:${chunk.length}`);
        done();
      },
    });
  }
  scheduler.run();
  return { sent: () => wire.splice(0).join(' '), answer: () => answers.shift()!() };
}

describe('windows that the server keeps to', () => {
  it('ask at half of one, and again at its end', () => {
    const { sent, answer } = bench({ streamBytes: 16_000 });
    expect(sent()).toBe('1:8000 PING 1:8000 PING');
    answer();
    expect(sent()).toBe('1:8000 PING');
    answer();
    expect(sent()).toBe('1:8000 PING');
  });

  it('larger than a chunk: 65,536 / 2 = 16,375 + 16,375 + 18', () => {
    const { sent } = bench({ streamBytes: 65_536 });
    expect(sent()).toBe('1:16375 1:16375 1:18 PING 1:16375 1:16375 1:18 PING');
  });

  it('odd: both halves get their update, and the byte between them goes with the next', () => {
    const { sent, answer } = bench({ streamBytes: 1001 });
    expect(sent()).toBe('1:500 PING 1:500 PING 1:1');
    answer();
    expect(sent()).toBe('1:499 PING 1:1');
  });

  it('of one byte', () => {
    const { sent, answer } = bench({ streamBytes: 1 });
    expect(sent()).toBe('1:1 PING');
    answer();
    expect(sent()).toBe('1:1 PING');
  });

  it('of the connection: half of it, whosever the bytes are', () => {
    const { sent } = bench({ connectionBytes: 40_000 }, [1, 3]);
    // 16,375 + 3,625 = 20,000; then the one that had less.
    expect(sent()).toBe('1:16375 3:3625 PING 3:16375 1:3625 PING');
  });

  it('both: whichever comes to its half first', () => {
    const { sent } = bench({ streamBytes: 10_000, connectionBytes: 24_000 }, [1, 3]);
    // Both streams ask at 5,000, the connection at 12,000, then whoever had less goes on.
    expect(sent()).toBe('1:5000 PING 3:5000 PING 1:2000 PING 3:5000 PING 1:3000 PING');
  });
});
