import { describe, expect, it } from 'vitest';
import type { EmulatorEvidence } from '../../lab/emulator/evidence.ts';
import type { BrowserEvidence, Http2Event } from '../../lab/trace/browser-evidence.ts';
import { connectionFinder } from '../../lab/trace/connections.ts';
import { reconcile } from '../../lab/trace/reconcile.ts';
import type { ServerEvent } from '../../server/server-log.ts';

const CSS = 'https://static.lab.test/a.css';
const facts = {
  siteUrl: 'https://lab.test/',
  origins: new Set(['https://static.lab.test']),
  criticalPaths: new Set([CSS]),
};

describe('a browser’s socket and a modelled connection', () => {
  // The kernel gives a port twice at a time where the other ends differ.
  const find = connectionFinder([
    { id: 1, clientPort: 4711, serverAddress: '127.0.0.1', serverPort: 8443 },
    { id: 2, clientPort: 4711, serverAddress: '127.0.0.2', serverPort: 8443 },
  ]);

  it('are the same where both ends are', () => {
    expect(find({ localPort: 4711, peerAddress: '127.0.0.1', peerPort: 8443 })).toBe(1);
    expect(find({ localPort: 4711, peerAddress: '127.0.0.2', peerPort: 8443 })).toBe(2);
    expect(find({ localPort: 4712, peerAddress: '127.0.0.2', peerPort: 8443 })).toBeUndefined();
    expect(find({ localPort: 4711, peerAddress: '127.0.0.3', peerPort: 8443 })).toBeUndefined();
    expect(find({ peerAddress: '127.0.0.1', peerPort: 8443 })).toBeUndefined();
  });

  it('are the same by the port alone where older evidence has no more', () => {
    const older = connectionFinder([{ id: 1, clientPort: 4711 }]);
    expect(older({ localPort: 4711, peerAddress: '127.0.0.1', peerPort: 8443 })).toBe(1);
    expect(older({ localPort: 4711 })).toBe(1);
  });
});

/** A session on port 4711 to each of two addresses, and on it one request for the style sheet. */
function evidenceOf(streams: readonly { session: 1 | 2; status: number }[]): {
  browser: BrowserEvidence;
  emulator: EmulatorEvidence;
} {
  const sessions = [1, 2].map((sessionId): Http2Event => ({
    type: 'session-initialised',
    sessionId,
    timeMonotonicMs: 0,
    socketId: sessionId,
    localPort: 4711,
    peerAddress: `127.0.0.${sessionId}`,
    peerPort: 8443,
  }));
  const http2 = streams.flatMap(({ session: sessionId, status }, index): Http2Event[] => {
    const on = { sessionId, streamId: 3, timeMonotonicMs: 10 + 100 * index };
    return [
      { type: 'headers-sent', ...on, url: CSS, method: 'GET' },
      { type: 'headers-received', ...on, timeMonotonicMs: on.timeMonotonicMs + 50, status, fin: true },
    ];
  });
  const server = streams.map(({ session: connection }, index): ServerEvent => ({
    kind: 'request',
    connection,
    streamId: 3,
    atMs: 30 + 100 * index,
    path: CSS,
    method: 'GET',
  }));
  const request = {
    requestId: '1',
    url: CSS,
    method: 'GET',
    resourceType: 'Stylesheet',
    initiatorType: 'parser',
    isMainDocument: false,
    startMonotonicMs: 9,
    initialPriority: 'VeryHigh',
    priorityChanges: [],
    fromMemoryCache: false,
  };
  return {
    browser: {
      browserVersion: '',
      url: facts.siteUrl,
      timeOriginMonotonicMs: 0,
      metrics: {},
      traceMetrics: {},
      http2: [...sessions, ...http2],
      requests: [request],
    },
    emulator: {
      connections: [1, 2].map((id) => ({
        id,
        clientPort: 4711,
        serverAddress: `127.0.0.${id}`,
        serverPort: 8443,
        synMs: 0,
        cwndSegments: [],
        flightBytes: [],
        sentBytes: [],
        deliveredBytes: [],
      })),
      queueBytes: { uplink: [], downlink: [] },
      drops: [],
      server,
      downlink: { queueDrops: 0, linkDrops: 0, retransmitted: 0, maxQueueBytes: 0 },
      latenessMs: [],
    },
  };
}

describe('the waterfall of a page with another host', () => {
  it('names what it serves by its URL, and does not take it for the outside', () => {
    const { browser, emulator } = evidenceOf([{ session: 2, status: 200 }]);
    const { resources, disagreements } = reconcile(browser, emulator, facts);
    expect(disagreements).toEqual([]);
    expect(resources).toMatchObject([
      { path: CSS, connection: 2, deliveredBy: 'request', external: false, renderBlocking: true },
    ]);
    const outside = reconcile(browser, emulator, { ...facts, origins: new Set<string>() });
    expect(outside.resources).toMatchObject([{ path: CSS, external: true }]);
  });

  it('421: the page got what the second request brought, and nothing waits for the first', () => {
    const { browser, emulator } = evidenceOf([
      { session: 1, status: 421 },
      { session: 2, status: 200 },
    ]);
    const { resources, disagreements } = reconcile(browser, emulator, facts);
    expect(disagreements).toEqual([]);
    expect(resources).toMatchObject([
      { startTime: 9, connection: 2, status: 200, renderBlocking: true },
      { startTime: 10, connection: 1, status: 421, renderBlocking: false, initiator: 'other' },
    ]);
  });

  it('421 and no second request: that is what the page got', () => {
    const { browser, emulator } = evidenceOf([{ session: 1, status: 421 }]);
    expect(reconcile(browser, emulator, facts).resources).toMatchObject([{ connection: 1, status: 421 }]);
  });
});
