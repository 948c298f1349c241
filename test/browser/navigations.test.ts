import { describe, expect, it } from 'vitest';
import { eventsByNavigation, type NetworkEvent } from '../../lab/browser/from-cdp.ts';
import { metricsFromTrace } from '../../lab/browser/metrics-from-trace.ts';
import type { TraceEvent } from '../../lab/browser/trace-event.ts';

describe('several navigations of one page', () => {
  it('a request belongs to the page during which it began, whenever it ends', () => {
    const event = (method: NetworkEvent['method'], requestId: string): NetworkEvent => ({
      method,
      params: { requestId },
    });
    const events = [
      event('Network.requestWillBeSent', 'a'),
      event('Network.requestWillBeSent', 'b'),
      // The second page begins here; the first one's request is cancelled meanwhile.
      event('Network.requestWillBeSent', 'c'),
      event('Network.loadingFailed', 'b'),
      event('Network.loadingFinished', 'c'),
    ];
    const ids = eventsByNavigation(events, [0, 2]).map((part) =>
      part.map(({ params }) => params['requestId']).join(''),
    );
    expect(ids).toEqual(['abb', 'cc']);
  });

  it('paints and load events are told apart by document and by time', () => {
    const event = (name: string, ts: number, navigationId?: string): TraceEvent => ({
      name,
      ts,
      ph: 'R',
      cat: 'loading',
      pid: 1,
      tid: 1,
      args: { frame: 'F', data: navigationId === undefined ? {} : { navigationId } },
    });
    const trace = [
      event('navigationStart', 1_000_000, 'one'),
      event('firstPaint', 1_100_000, 'one'),
      event('loadEventEnd', 1_200_000),
      event('navigationStart', 2_000_000, 'two'),
      // The old document paints until the new one is there.
      event('largestContentfulPaint::Candidate', 2_050_000, 'one'),
      event('firstPaint', 2_300_000, 'two'),
      event('loadEventEnd', 2_400_000),
    ];
    expect(metricsFromTrace(trace, 'one')!.metrics).toMatchObject({ firstPaint: 100, loadEventEnd: 200 });
    const second = metricsFromTrace(trace, 'two')!;
    expect(second.timeOriginMonotonicMs).toBe(2000);
    expect(second.metrics).toMatchObject({ firstPaint: 300, loadEventEnd: 400 });
    expect(second.metrics.largestContentfulPaint).toBeUndefined();
  });
});
