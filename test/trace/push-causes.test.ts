import { describe, expect, it } from 'vitest';
import { explainPushes } from '../../lab/trace/push-causes.ts';
import type { StreamEvidence } from '../../lab/trace/streams.ts';
import type { PushLife, ResourceTimeline } from '../../lab/trace/waterfall.ts';

const URL_OF_IT = 'https://lab.test/a.css';
const push = (more: Partial<PushLife>): PushLife => ({
  url: URL_OF_IT,
  path: '/a.css',
  connection: 1,
  promisedStreamId: 2,
  associatedStreamId: 1,
  promised: 100,
  promiseReceived: 150,
  outcome: 'unclaimed',
  receivedBytes: 1000,
  wastedBytes: 1000,
  duplicate: false,
  arrivals: [],
  ...more,
});
const row = (more: Partial<ResourceTimeline>): ResourceTimeline => ({
  url: URL_OF_IT,
  path: '/a.css',
  type: 'stylesheet',
  deliveredBy: 'request',
  initiator: 'parser',
  renderBlocking: true,
  startTime: 0,
  transferSize: 0,
  arrivals: [],
  duplicate: true,
  external: false,
  ...more,
});
const explain = (
  life: Partial<PushLife>,
  rows: readonly ResourceTimeline[] = [],
  streams: readonly StreamEvidence[] = [],
) => explainPushes([push(life)], rows, streams)[0]!;

describe('why a push ended as it did', () => {
  it.each([
    ['already cached', {}, [row({ deliveredBy: 'cache' })], 'already-cached', 'had it in its cache'],
    ['left over for the next page', {}, [], 'left-over', 'the next page on this connection still may'],
    ['asked for before', {}, [row({ requestStart: 120 })], 'asked-before', '30 ms before the promise'],
    ['asked for apart', {}, [row({ requestStart: 190 })], 'asked-apart', '40 ms after the promise'],
    [
      'promised twice',
      { outcome: 'refused', resetReason: 'REFUSED_STREAM: Duplicate pushed stream with url: x' },
      [],
      'refused',
      'promised a second time',
    ],
    [
      'of a host the certificate does not cover',
      { outcome: 'refused', resetReason: 'REFUSED_STREAM: Certificate does not match pushed URL.' },
      [],
      'refused',
      'certificate does not cover',
    ],
    [
      'refused for a reason we do not know',
      { outcome: 'refused', resetReason: 'REFUSED_STREAM: something new' },
      [],
      'refused',
      'something new',
    ],
    ['the page left', { outcome: 'cancelled-by-client', adopted: 160 }, [], 'page-left', 'went away'],
  ] as const)('%s', (_name, life, rows, kind, words) => {
    const { cause } = explain(life, rows);
    expect(cause!.kind).toBe(kind);
    expect(cause!.text).toContain(words);
  });

  it('a mismatch names the fields of Vary, where the response did', () => {
    const varies = {
      connection: 1,
      streamId: 2,
      browser: { vary: 'user-agent' },
    } as unknown as StreamEvidence;
    expect(explain({ outcome: 'mismatch' }, [], [varies]).cause!.text).toContain('varies by user-agent');
    expect(explain({ outcome: 'mismatch' }).cause!.text).not.toContain('varies');
  });

  it('an adopted one needs no reason; it is used once the page has been given the response', () => {
    const own = row({ deliveredBy: 'push', connection: 1, streamId: 2, pageReceived: 210 });
    const used = explain({ outcome: 'adopted', adopted: 200, wastedBytes: 0 }, [own]);
    expect(used.used).toBe(210);
    expect(used).not.toHaveProperty('cause');
    // Complete before it was asked for: not used before it was adopted.
    expect(explain({ outcome: 'adopted', adopted: 230 }, [own]).used).toBe(230);
  });
});
