import { describe, expect, it } from 'vitest';
import { resultsSchema } from '../../../lab/run/results.ts';
import { sumOfMetrics } from '../../../lab/run/trial-result.ts';
import { summariseJourney } from '../../../lab/run/journey.ts';
import { journeyTable } from '../../../lab/cli/journey-table.ts';
import { renderHtmlReport } from '../../../reports/html/report.ts';
import { waterfallRows } from '../../../reports/html/rows.ts';
import { attribute, elements, textOf } from '../parsed-page.ts';
import { sampleReport } from '../sample-results.ts';

/** The sample as the second page of a journey whose first page paints at 1000 ms under every strategy. */
function journeyReport() {
  const { results, waterfalls } = sampleReport();
  const trials = results.trials.map((trial) => {
    const { metrics, pushes, duplicates, receivedBytes, wastedBytes } = trial;
    const { requestCount, connectionCount, queueDrops, maxQueueBytes } = trial;
    const counts = { requestCount, connectionCount, queueDrops, maxQueueBytes };
    const first = {
      ...counts,
      metrics: { firstContentfulPaint: 1000 },
      pushes: pushes.map((push) => ({ ...push, outcome: 'adopted' as const, usedOnStep: 2 })),
      duplicates: [],
      receivedBytes: 2_000_000,
      wastedBytes: 0,
      leftOverBytes: 300_000,
      takenOver: [],
    };
    const second = {
      ...counts,
      metrics,
      pushes: [],
      duplicates,
      receivedBytes,
      wastedBytes,
      leftOverBytes: 0,
      takenOver: pushes.map(({ url }) => url),
    };
    return { ...trial, steps: [first, second] };
  });
  const journey = summariseJourney(
    {
      journey: [
        { path: '/', afterMs: undefined },
        { path: '/<b>two', afterMs: 5000 },
      ],
      measure: 1,
    },
    { ...results, trials, thinkMs: 0 },
  );
  return { results: resultsSchema.parse({ ...results, trials, journey }), waterfalls };
}

describe('the journey in the report', () => {
  const report = journeyReport();
  const page = elements(renderHtmlReport({ ...report, client: '' }));
  const section = page.find((element) => attribute(element, 'id') === 'journey')!;
  const text = textOf(section).replaceAll(/\s+/g, ' ');

  it('has each page, when it was asked for, and the sum', () => {
    for (const part of ['Page 1', '/<b>two', '5 s after load', 'Together', 'The answer is about page 2'])
      expect(text).toContain(part);
    const { journey } = report.results;
    const fcp = (summaries: readonly { strategy: string; metric: string; median: number }[]) =>
      summaries.find(({ strategy, metric }) => strategy === 'no-push' && metric === 'firstContentfulPaint')!
        .median;
    expect(fcp(journey!.steps[0]!.summaries)).toBe(1000);
    expect(fcp(journey!.total)).toBeCloseTo(1000 + fcp(journey!.steps[1]!.summaries), 6);
  });

  it('says what was sent for later pages, and used there', () => {
    expect(text).toContain('300 kB for later pages');
    expect(text).toContain('of earlier pages used here');
    expect(journeyTable(report.results)).toContain('300 kB for later pages');
  });

  it('is reached from the navigation, and absent where trials are one page', () => {
    const links = (html: string) =>
      elements(html).filter((element) => attribute(element, 'href') === '#journey');
    expect(links(renderHtmlReport({ ...report, client: '' }))).toHaveLength(1);
    const plain = renderHtmlReport({ ...sampleReport(), client: '' });
    expect(links(plain)).toHaveLength(0);
    expect(journeyTable(sampleReport().results)).toBeUndefined();
  });
});

describe('sumOfMetrics', () => {
  it('adds up what every page has, and leaves out the rest', () => {
    const pages = [
      { metrics: { firstPaint: 100, loadEventEnd: 300 } },
      { metrics: { firstPaint: 20.5, largestContentfulPaint: 90 } },
    ];
    expect(sumOfMetrics(pages)).toEqual({ firstPaint: 120.5 });
  });
});

describe('rows of a page that took over a push', () => {
  it('draw nothing before navigationStart', () => {
    const [waterfall] = [...sampleReport().waterfalls.values()];
    const earlier = 100_000;
    const moved = {
      ...waterfall!,
      connections: waterfall!.connections.map((connection) => ({
        ...connection,
        connectStart: connection.connectStart - earlier,
        connectEnd: connection.connectEnd! - earlier,
        secureConnectionEnd: connection.secureConnectionEnd! - earlier,
      })),
    };
    const rows = waterfallRows(moved, { bandwidthBps: 1e6, resolutionMs: 1, keys: new Map() });
    const spans = rows.flatMap((row) => row.spans);
    expect(spans.every(({ from }) => from >= 0)).toBe(true);
    expect(rows[0]!.spans.map(({ kind }) => kind)).toEqual(['open']);
  });
});
