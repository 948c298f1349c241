import { describe, expect, it } from 'vitest';
import type { EmulatorEvidence } from '../../lab/emulator/evidence.ts';
import type { StreamEvidence } from '../../lab/trace/streams.ts';
import { duringVisit, streamsOf, WHOLE } from '../../lab/trace/visit.ts';

/** A second page begins at 1000 ms, a third at 2000 ms. */
const FIRST = { fromMs: -Infinity, untilMs: 1000 };
const SECOND = { fromMs: 1000, untilMs: 2000 };

function stream(
  streamId: number,
  browser: Partial<StreamEvidence['browser']>,
  server: Partial<StreamEvidence['server']> = {},
): StreamEvidence {
  return {
    connection: 1,
    streamId,
    browser: { arrivals: [], receivedBytes: 0, ...browser },
    body: {},
    server: { sentBytes: 0, extents: [], ended: false, ...server },
  };
}

const first = stream(1, { url: '/', requested: 100 });
const second = stream(3, { url: '/two', requested: 1001 });
const ids = (streams: Iterable<StreamEvidence>) => [...streams].map(({ streamId }) => streamId);

describe('streamsOf', () => {
  it('gives each page what it asked for', () => {
    expect(ids(streamsOf([first, second], FIRST).own)).toEqual([1]);
    expect(ids(streamsOf([first, second], SECOND).own)).toEqual([3]);
    expect(ids(streamsOf([first, second], WHOLE).own)).toEqual([1, 3]);
  });

  it('gives a promise to the page whose stream it came on, also when it came late or not at all', () => {
    const late = stream(2, { promiseReceived: 1050, associatedStreamId: 1 });
    const lost = stream(4, {}, { promised: 1060, associatedStreamId: 1 });
    const parts = streamsOf([first, second, late, lost], FIRST);
    expect(ids(parts.own)).toEqual([1, 2, 4]);
    expect(ids(streamsOf([first, second, late, lost], SECOND).own)).toEqual([3]);
  });

  it('a push taken by the page that follows is left over on the one and inherited on the other', () => {
    const push = stream(2, { url: '/two', promiseReceived: 150, associatedStreamId: 1, adopted: 1002 });
    const unclaimed = stream(4, { url: '/x', promiseReceived: 150, associatedStreamId: 1 });
    const again = stream(5, { url: '/two', requested: 1010 });
    const all = [first, push, unclaimed, second, again];
    const before = streamsOf(all, FIRST);
    expect(ids(before.own)).toEqual([1, 2, 4]);
    expect(ids(before.leftOver)).toEqual([2]);
    // Streams 3 and 5 asked for the same URL.
    expect(ids(before.askedAgain)).toEqual([3, 5]);
    const after = streamsOf(all, SECOND);
    expect(ids(after.inherited)).toEqual([2]);
    expect(ids(after.own)).toEqual([3, 5]);
    expect(ids(streamsOf(all, { fromMs: 2000, untilMs: Infinity }).inherited)).toEqual([]);
  });
});

const connection = (id: number, more: { synMs?: number; closedMs?: number } = {}) => ({
  id,
  clientPort: 4000 + id,
  synMs: 0,
  cwndSegments: [
    [100, 10],
    [900, 20],
    [1500, 30],
    [2000, 40],
  ] as [number, number][],
  flightBytes: [],
  sentBytes: [[200, 1000]] as [number, number][],
  deliveredBytes: [],
  ...more,
});

const evidence: EmulatorEvidence = {
  connections: [connection(1), connection(2, { closedMs: 500 }), connection(3, { synMs: 2100 })],
  queueBytes: { uplink: [], downlink: [[1000, 5]] },
  drops: [999, 1000, 1999, 2000].map((atMs) => ({
    atMs,
    direction: 'downlink',
    connection: 1,
    cause: 'queue',
    sizeBytes: 1500,
  })),
  downlink: { queueDrops: 4, linkDrops: 0, retransmitted: 4, maxQueueBytes: 5 },
  server: [
    { atMs: 50, connection: 1, kind: 'secure', protocol: 'h2' },
    { atMs: 110, connection: 1, kind: 'request', streamId: 1, path: '/', method: 'GET' },
    { atMs: 120, connection: 1, kind: 'gated', path: '/a', gate: 'push-cookie' },
    { atMs: 1011, connection: 1, kind: 'request', streamId: 3, path: '/two', method: 'GET' },
    { atMs: 1012, connection: 1, kind: 'gated', path: '/b', gate: 'push-cookie' },
  ],
  latenessMs: [0.1],
};

describe('duringVisit', () => {
  const seen = duringVisit(evidence, SECOND, { own: [second], inherited: [] });

  it('cuts series at both ends and begins with the value that holds', () => {
    expect(seen.connections[0]!.cwndSegments).toEqual([
      [1000, 20],
      [1500, 30],
    ]);
    expect(seen.queueBytes.downlink).toEqual([[1000, 5]]);
    expect(seen.drops.map(({ atMs }) => atMs)).toEqual([1000, 1999]);
  });

  it('keeps connections that were open meanwhile, with their set-up and when each byte left', () => {
    expect(seen.connections.map(({ id }) => id)).toEqual([1]);
    expect(seen.connections[0]).toMatchObject({ synMs: 0, sentBytes: [[200, 1000]] });
    expect(seen.server[0]).toMatchObject({ kind: 'secure', protocol: 'h2' });
  });

  it('keeps the server events of its own streams, and gates of its time', () => {
    expect(seen.server.slice(1)).toMatchObject([{ path: '/two' }, { path: '/b' }]);
  });

  it('of the whole evidence it is the whole', () => {
    expect(duringVisit(evidence, WHOLE, { own: [], inherited: [] })).toBe(evidence);
  });
});
