import { describe, expect, it } from 'vitest';
import { placeLabels, type LineLabel } from '../../../reports/html/labels.ts';
import { metricLines, sharedAxis } from '../../../reports/html/time-axis.ts';
import { sampleReport } from '../sample-results.ts';

const spansOf = (labels: readonly LineLabel[]) =>
  placeLabels(labels).map((place, index) => {
    const { at = 0, width = 0 } = labels[index] ?? {};
    return {
      ...place,
      at,
      from: place.side === 'left' ? at - width : at,
      to: place.side === 'left' ? at : at + width,
    };
  });

describe('placeLabels', () => {
  it('uses one level where there is room', () => {
    expect(placeLabels([0.1, 0.4, 0.7].map((at) => ({ at, width: 0.2 }))).map(({ level }) => level)).toEqual([
      0, 0, 0,
    ]);
  });

  it('turns a label over that would leave the plot', () => {
    expect(placeLabels([{ at: 0.95, width: 0.2 }])).toEqual([{ level: 0, side: 'left' }]);
  });

  it('lets a line start below the labels it stands in', () => {
    const [first, second, third] = placeLabels([0.1, 0.15, 0.2].map((at) => ({ at, width: 0.2 })));
    expect([first?.level, second?.level, third?.level]).toEqual([0, 1, 2]);
  });

  it('never lets two labels overlap, whatever the lines', () => {
    let state = 7;
    const random = (): number => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 500; round++) {
      const labels = Array.from({ length: 1 + (round % 6) }, () => ({
        at: random(),
        width: 0.1 + random() * 0.3,
      }));
      const spans = spansOf(labels);
      for (const [index, one] of spans.entries()) {
        for (const other of spans.slice(index + 1)) {
          const overlap = one.from < other.to && other.from < one.to;
          expect(overlap && one.level === other.level).toBe(false);
        }
      }
    }
  });
});

describe('metricLines', () => {
  it('gives metrics of the same moment one line', () => {
    const lines = metricLines({ firstPaint: 3000, firstContentfulPaint: 3000.1, loadEventEnd: 9000 }, 10_000);
    expect(lines.map(({ names }) => names)).toEqual([['FP', 'FCP'], ['load']]);
  });

  it('labels every other moment with its own number, however close', () => {
    const lines = metricLines({ domContentLoadedEventEnd: 2995, firstPaint: 3000 }, 10_000);
    expect(lines.map(({ label, level }) => [label.replace(/\s/g, ' '), level])).toEqual([
      ['DCL 2 995 ms', 0],
      ['FP 3 000 ms', 1],
    ]);
  });

  it('draws nothing for a load that painted nothing', () => {
    expect(metricLines({}, 1000)).toEqual([]);
  });
});

describe('sharedAxis', () => {
  it('reaches beyond the last event of every waterfall and starts at zero', () => {
    const waterfalls = [...sampleReport(1).waterfalls.values()];
    const axis = sharedAxis(waterfalls);
    expect(axis.end).toBeGreaterThan(Math.max(...waterfalls.map(({ metrics }) => metrics.loadEventEnd ?? 0)));
    expect(axis.ticks[0]).toMatchObject({ at: 0, minor: false });
    expect(new Set(axis.ticks.map(({ at }) => at)).size).toBe(axis.ticks.length);
  });

  it('has an end even with nothing to show', () => {
    expect(sharedAxis([]).end).toBeGreaterThan(0);
  });
});
