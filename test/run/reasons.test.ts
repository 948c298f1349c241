import { describe, expect, it } from 'vitest';
import type { TrialResult } from '../../lab/run/results.ts';
import { reasonsOf } from '../../lab/run/reasons.ts';
import type { MetricSummary } from '../../lab/run/results.ts';
import type { SummaryInput } from '../../lab/run/samples.ts';

type Path = NonNullable<TrialResult['path']>;

const IDLE = { thinkMs: 0, idleMs: 0, documentMs: 50, neededMs: 0, pushedMs: 0, wastedMs: 0, otherMs: 0 };
/** Request at 1000, document through at 1050, style sheet asked for: 800 ms idle, 650 ms of it, 400 ms transit. */
const REQUESTED: Path = {
  document: { path: '/', receivedMs: 1000, arrivedMs: 1450, flight: 1 },
  resource: { path: '/a.css', by: 'request', hinted: false, askedMs: 1460, arrivedMs: 2900, flight: 3 },
  gate: 'resource',
  bottleneck: { ...IDLE, idleMs: 800, neededMs: 650 },
  transitMs: 400,
  browserMs: 60,
};
/** The style sheet is pushed first, and no round trip is waited for; the HTML comes behind it. */
const PUSHED: Path = {
  document: { path: '/', receivedMs: 1000, arrivedMs: 2100, flight: 2 },
  resource: { path: '/a.css', by: 'push', hinted: false, askedMs: 2110, arrivedMs: 2050, flight: 2 },
  gate: 'document',
  bottleneck: { ...IDLE, neededMs: 650 },
  transitMs: 400,
  browserMs: 60,
};

function trialsOf(strategy: string, path: Path, more: Partial<TrialResult> = {}): TrialResult[] {
  const { document, bottleneck, transitMs, browserMs } = path;
  const sum = Object.values(bottleneck).reduce((total, ms) => total + ms, 0);
  const value = document.receivedMs + sum + transitMs + browserMs;
  return [1, 2, 3].map((block) => ({
    id: `${strategy}-${block}`,
    strategy,
    block,
    warmup: false,
    startedAt: '2026-11-22T00:00:00Z',
    durationMs: 1,
    status: 'ok',
    metrics: { firstContentfulPaint: value },
    pushes: [],
    duplicates: [],
    receivedBytes: 0,
    wastedBytes: 0,
    requestCount: 1,
    connectionCount: 1,
    queueDrops: 0,
    maxQueueBytes: 0,
    disagreements: [],
    blockedUrls: [],
    path,
    ...more,
  }));
}

function reason(path: Path, more: Partial<TrialResult> = {}, summaries: readonly MetricSummary[] = []) {
  const trials = [...trialsOf('no-push', REQUESTED), ...trialsOf('other', path, more)];
  const input: SummaryInput = {
    trials,
    strategies: [{ name: 'no-push' }, { name: 'other' }],
    baseline: 'no-push',
    primaryMetric: 'firstContentfulPaint',
    network: {
      baseRttMs: 800,
      downlink: { bandwidthBps: 280_000, queueLimitBytes: 64_000, lossRate: 0 },
      uplink: { bandwidthBps: 280_000, queueLimitBytes: 64_000, lossRate: 0 },
    },
    seed: 1,
  };
  return reasonsOf(input, trials, summaries)[0]!;
}

describe('the reason', () => {
  it('of a push: the round trip that is not waited for, the flights, and what it costs', () => {
    const contention = { wastedMs: 30, pushedBeforeDocumentMs: 650, pushedBeforeBlockingMs: 0 };
    const found = reason(PUSHED, { wastedBytes: 24_000, contention });
    // 2960 against 2160: 800 ms of idle bottleneck, and nothing else.
    expect(found).toMatchObject({
      kind: 'network',
      pairs: 3,
      differenceMs: -800,
      networkMs: -800,
      browserMs: 0,
    });
    expect(found.parts).toMatchObject({ idleMs: -800, neededMs: 0, transitMs: 0 });
    expect(found.text).toBe(
      '/a.css (pushed) and the HTML have arrived in flight 2 instead of 3, 800 ms earlier; ' +
        'the bottleneck idles 800 ms less; the HTML comes 650 ms later, behind 650 ms of pushed bytes; ' +
        'cost: 24 kB wasted, 30 ms of the bottleneck while others waited',
    );
  });

  it('adds up: the parts are the difference until the last byte', () => {
    const { parts, networkMs } = reason(PUSHED);
    expect(Object.values(parts).reduce((total, ms) => total + ms, 0)).toBe(networkMs);
  });

  it('of a loss names what holds the bottleneck, and what works against it', () => {
    const bottleneck = { ...PUSHED.bottleneck, idleMs: 700, pushedMs: 900, wastedMs: 100 };
    const found = reason({ ...PUSHED, bottleneck });
    // +900 other pushes, +100 waste, −100 idle: 900 ms later.
    expect(found).toMatchObject({ kind: 'network', differenceMs: 900 });
    expect(found.text).toContain('other pushes hold it 900 ms longer');
    expect(found.text).not.toContain('wasted bytes hold it');
    const more = reason({ ...PUSHED, bottleneck: { ...bottleneck, idleMs: 400 } });
    expect(more.text).toContain('against it, the bottleneck idles 400 ms less');
  });

  it('of an early hint names the head start', () => {
    const hinted = {
      ...REQUESTED,
      resource: { ...REQUESTED.resource!, hinted: true },
      bottleneck: { ...REQUESTED.bottleneck, idleMs: 500 },
    };
    const hints = [{ path: '/a.css', how: 'early-hints', headStartMs: 310, used: true, wastedBytes: 0 }];
    expect(reason(hinted, { hints }).text).toBe(
      '/a.css (hinted) arrives 300 ms earlier; the bottleneck idles 300 ms less; ' +
        'the hint has it under way 310 ms before the page would have',
    );
  });

  it('does not credit the network with what lies in the browser', () => {
    const found = reason({
      ...REQUESTED,
      browserMs: 160,
      bottleneck: { ...REQUESTED.bottleneck, idleMs: 790 },
    });
    expect(found).toMatchObject({ kind: 'browser', differenceMs: 90, networkMs: -10, browserMs: 100 });
    expect(found.text).toBe(
      'not explained by the network: the last byte waited for arrives 10 ms earlier, the browser takes 100 ms more between it and the metric',
    );
  });

  it('says in which flight both wait where there is no difference', () => {
    const found = reason({ ...REQUESTED, bottleneck: { ...REQUESTED.bottleneck, idleMs: 795 } });
    expect(found.kind).toBe('none');
    expect(found.text).toContain('leaves in flight 3 under both, and arrives 5 ms earlier than without');
  });

  it('is not given where no pair has a path', () => {
    const trials = trialsOf('other', PUSHED);
    const input = { strategies: [{ name: 'other' }], baseline: 'no-push' } as unknown as SummaryInput;
    expect(reasonsOf({ ...input, primaryMetric: 'firstContentfulPaint' }, trials, [])).toEqual([]);
  });
});
