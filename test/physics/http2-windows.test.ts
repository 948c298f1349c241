import { describe, expect, it } from 'vitest';
import type { WindowTerms } from '../../server/scheduler/kept-windows.ts';
import { MAX_CHUNK_BYTES } from '../../server/scheduler/scheduler.ts';
import { conditionsOf } from './support.ts';
import { VirtualPush } from './virtual-push.ts';

const RTT_MS = 800;
/** 163,750 B: ten chunks of 16,375 B. */
const BODY_BYTES = 10 * MAX_CHUNK_BYTES;
/** TCP is never what is waited for: 12,000 bits at 100,000 bits a ms, and 400 segments of 1,448 B in the first flight. */
const path = conditionsOf({ rttMs: RTT_MS, downBps: 100e6, queueBytes: 1e6, initialWindowSegments: 400 });
/** Serialisation of all there is: 113 packets a body of 0.12 ms. */
const CLOSE_MS = 40;

/** When the last byte of each body is there, in round trips since the SYN. */
function roundTrips(
  windows: WindowTerms | undefined,
  bodies: Readonly<Record<string, number>>,
): Record<string, number> {
  const story = new VirtualPush(path, {
    ...(windows && { windows }),
    onConnected: () =>
      story.request('page', () => {
        for (const [name, bytes] of Object.entries(bodies)) story.send(name, bytes);
      }),
  });
  story.run();
  return Object.fromEntries(
    Object.keys(bodies).map((name) => {
      const { lastMs } = story.arrivals.get(name)!;
      const trips = Math.round(lastMs / RTT_MS);
      expect(Math.abs(lastMs - trips * RTT_MS), `${name}: whole round trips`).toBeLessThan(CLOSE_MS);
      return [name, trips];
    }),
  );
}

describe('a stream window on a path of 800 ms', () => {
  it('none: handshake, request, and all of it in one flight', () => {
    // 49,125 B: TCP's own receive window begins with 64 kB.
    expect(roundTrips(undefined, { a: 3 * MAX_CHUNK_BYTES })).toEqual({ a: 1 + 1 });
  });

  it('bounds the throughput to window / RTT, however fast the link', () => {
    const streamBytes = 2 * MAX_CHUNK_BYTES;
    // Two chunks a round trip: 32,750 B × 8 / 0.8 s = 327.5 kbit/s. Ten take five, and the handshake one.
    expect(roundTrips({ streamBytes }, { a: BODY_BYTES })).toEqual({ a: 1 + 5 });
    // So twice the body takes ten.
    expect(roundTrips({ streamBytes }, { a: 2 * BODY_BYTES })).toEqual({ a: 1 + 10 });
  });

  it.each([
    [100_000, 16_375, 7],
    [16_375, 16_375, 1],
    [16_376, 16_375, 2],
    [50_000, 10_000, 5],
    [50_001, 10_000, 6],
  ])('%i B through a window of %i B: ⌈size / window⌉ = %i round trips', (bytes, streamBytes, expected) => {
    expect(Math.ceil(bytes / streamBytes)).toBe(expected);
    expect(roundTrips({ streamBytes }, { a: bytes })).toEqual({ a: 1 + expected });
  });

  it('no multiple of a chunk: all of it each round trip', () => {
    // 64 KiB are four chunks and 36 B; 163,750 = 65,536 + 65,536 + 32,678.
    expect(roundTrips({ streamBytes: 65_536 }, { a: BODY_BYTES })).toEqual({ a: 1 + 3 });
  });

  it('an odd one: a byte of each waits for the next round trip', () => {
    // 16,375 + 9 × 16,374 = 163,741 after ten.
    expect(roundTrips({ streamBytes: 16_375 }, { a: 163_741 })).toEqual({ a: 1 + 10 });
    expect(roundTrips({ streamBytes: 16_375 }, { a: 163_742 })).toEqual({ a: 1 + 11 });
  });

  it('each stream has its own: three pushes beside the page cost it nothing', () => {
    // Four windows of 10 kB are under way at once.
    const four = { page: 60_000, push1: 60_000, push2: 60_000, push3: 60_000 };
    expect(roundTrips({ streamBytes: 10_000 }, four)).toEqual({ page: 7, push1: 7, push2: 7, push3: 7 });
  });
});

describe('a stream window on a slow link', () => {
  it('a window each round trip and the serialisation of half of it: the update comes in the midst of the data', () => {
    const streamBytes = 16_000;
    // 8,000 B are 5 × 1,448 + 760: with 6 × 52 B of headers 8,312 B × 8 / 280 kbit/s = 237.5 ms.
    const halfMs = ((streamBytes / 2 + 6 * 52) * 8) / 280;
    // TCP's ACK of 52 B and the answer of 100 + 52 B, at 256 kbit/s.
    const answerMs = ((52 + 152) * 8) / 256;
    const slow = conditionsOf({ rttMs: RTT_MS, downBps: 280e3, upBps: 256e3, initialWindowSegments: 400 });
    const lastMs = (bytes: number) => {
      const story = new VirtualPush(slow, {
        windows: { streamBytes },
        onConnected: () => story.request('page', () => story.send('page', bytes)),
      });
      return story.run().arrivals.get('page')!.lastMs;
    };
    // Six windows more take six cycles more. With an update for the whole window they would be 237 ms longer each.
    const cycleMs = (lastMs(10 * streamBytes) - lastMs(4 * streamBytes)) / 6;
    expect(Math.abs(cycleMs - (RTT_MS + halfMs + answerMs))).toBeLessThan(0.1);
  });
});

describe('a window of the connection', () => {
  it('is shared: what is pushed beside the page is taken from it', () => {
    const connectionBytes = 2 * MAX_CHUNK_BYTES;
    const last = (bodies: Record<string, number>) =>
      Math.max(...Object.values(roundTrips({ connectionBytes }, bodies)));
    // Two chunks a round trip, whosever they are: ten take five, twenty take ten.
    expect(last({ page: BODY_BYTES })).toBe(1 + 5);
    expect(last({ page: BODY_BYTES, push: BODY_BYTES })).toBe(1 + 10);
  });

  it('and the smaller one counts', () => {
    const terms = { streamBytes: 16_000, connectionBytes: 32_000 };
    expect(roundTrips(terms, { page: 160_000 })).toEqual({ page: 1 + 10 });
  });
});
