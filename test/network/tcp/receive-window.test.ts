import { describe, expect, it } from 'vitest';
import {
  INITIAL_RECEIVE_WINDOW_BYTES,
  ReceiveWindow,
  segmentMemoryBytes,
} from '../../../lab/network/tcp/receive-window.ts';
import { SMSS_BYTES } from '../../../lab/network/tcp/segment.ts';

const FULL = segmentMemoryBytes(SMSS_BYTES);

describe('the receive window', () => {
  it('reckons 2304 bytes for a full segment: 1448 + 436 in a block of 2048, and the sk_buff of 256', () => {
    expect(FULL).toBe(2048 + 256);
  });

  it('opens by two segments per segment, up to what the buffer holds: 525, 548 … 629 units of 128 bytes', () => {
    const window = new ReceiveWindow(0);
    window.onLargerSegment(SMSS_BYTES);
    const announced: number[] = [];
    for (let segments = 1; segments <= 8; segments++) {
      window.grow(SMSS_BYTES, FULL, SMSS_BYTES);
      announced.push(window.announce(segments * SMSS_BYTES, 0) / 128);
    }
    // What the kernel announced: 64,256 + 2896 each, rounded up; then (131,072 − 2304) × 160/256 = 80,480.
    expect(announced).toEqual([525, 548, 570, 593, 616, 629, 629, 629]);
  });

  it('says whether it opened: that is what keeps acknowledgements quick', () => {
    const window = new ReceiveWindow(0);
    window.onLargerSegment(SMSS_BYTES);
    const opened = Array.from({ length: 8 }, () => window.grow(SMSS_BYTES, FULL, SMSS_BYTES));
    expect(opened).toEqual([true, true, true, true, true, true, false, false]);
    expect(window.grow(100, FULL, SMSS_BYTES)).toBe(false);
  });

  it('follows what is read per round trip: twice that, and twice the growth', () => {
    const window = new ReceiveWindow(0);
    window.onLargerSegment(SMSS_BYTES);
    for (let segment = 0; segment < 6; segment++) window.grow(SMSS_BYTES, FULL, SMSS_BYTES);
    expect(window.measuresAt(99, Infinity)).toBe(false);
    expect(window.measuresAt(99, 100)).toBe(false);
    expect(window.measuresAt(100, 100)).toBe(true);
    window.onRead(100, { readSeq: 28_960, unreadBytes: 0, outOfOrderBytes: 0 });
    // The next round trip.
    expect(window.measuresAt(199, 100)).toBe(false);
    // Before: 14,480. Window 2 × 28,960 + 2 × (57,920 × 14,480 / 14,480) = 173,760: opens on.
    expect(window.grow(SMSS_BYTES, FULL, SMSS_BYTES)).toBe(true);
    expect(window.announce(0, 0)).toBe(Math.ceil((80_480 + 2896) / 128) * 128);
  });

  it('does not take what filled a hole for a rate', () => {
    const window = new ReceiveWindow(0);
    window.onLargerSegment(SMSS_BYTES);
    for (let segment = 0; segment < 6; segment++) window.grow(SMSS_BYTES, FULL, SMSS_BYTES);
    window.onRead(100, { readSeq: 30_000, unreadBytes: 20_000, outOfOrderBytes: 0 });
    expect(window.grow(SMSS_BYTES, FULL, SMSS_BYTES)).toBe(false);
  });

  it('never moves its right edge back', () => {
    const window = new ReceiveWindow(0);
    window.onLargerSegment(SMSS_BYTES);
    const before = window.announce(0, 0);
    expect(before).toBe(INITIAL_RECEIVE_WINDOW_BYTES);
    // Forty segments wait: little memory is left, but what was promised stands.
    expect(window.announce(SMSS_BYTES, 40 * FULL)).toBe(before - SMSS_BYTES);
  });
});
