import { describe, expect, it } from 'vitest';
import { resultsSchema } from '../../../lab/run/results.ts';
import { boundedRows, rowBounds } from '../../../reports/html/bounded-rows.ts';
import { embeddedResults, mostImportant } from '../../../reports/html/bounds.ts';
import { packDetails } from '../../../reports/html/detail/pack.ts';
import { markup } from '../../../reports/html/escape.ts';
import { renderHtmlReport } from '../../../reports/html/report.ts';
import type { Row } from '../../../reports/html/rows.ts';
import { largeReport } from '../large-report.ts';
import { attribute, elements, textOf } from '../parsed-page.ts';
import { sampleReport } from '../sample-results.ts';

const client = 'x'.repeat(200_000);

describe('a report of many files', () => {
  for (const resources of [500, 1000]) {
    it(`stays below five megabytes with ${resources} files and 30 trials, and says what it left out`, async () => {
      const large = largeReport({ resources, trials: 30 });
      const details = await packDetails(large.results, (id) => Promise.resolve(large.waterfalls.get(id)));
      const html = renderHtmlReport({ ...large, details, client });
      expect(Buffer.byteLength(html)).toBeLessThan(5e6);

      const page = elements(html);
      const waterfalls = page.filter((element) => attribute(element, 'class') === 'waterfall');
      expect(waterfalls).toHaveLength(5);
      for (const waterfall of waterfalls) {
        expect(textOf(waterfall)).toMatch(/\d+ more rows in waterfall\.json/);
        // What the first paint waits for comes first.
        expect(textOf(waterfall)).toContain('bootstrap.min.css');
      }
      expect(html).toMatch(
        /\d+ more rows there was no room for, \d+ of them pushed; all are in trials\/t-\d{4}-no-push\/waterfall\.json/,
      );
      const text = (id: string): string => textOf(page.find((element) => attribute(element, 'id') === id));
      expect(text('pushes')).toMatch(/more paths, in results\.json/);
      expect(text('conditions')).toContain(`${resources - 200} more resources, in results.json`);
      expect(text('evidence')).toContain('too large to travel in this page');
      expect(html).not.toContain('class="download"');
      const embedded = resultsSchema.parse(JSON.parse(text('results')));
      expect(embedded.trials.map(({ id, metrics }) => [id, metrics])).toEqual(
        large.results.trials.map(({ id, metrics }) => [id, metrics]),
      );
    }, 60_000);
  }

  it('gives up details where the rest of the page needs the room', () => {
    const { results, waterfalls } = sampleReport(1);
    const [first, second, third] = results.trials.filter(({ warmup }) => !warmup).map(({ id }) => id);
    const packed = 'A'.repeat(1_800_000);
    const details = new Map([first!, second!, third!].map((id) => [id, packed]));
    const html = renderHtmlReport({ results, waterfalls, details, client });
    const embedded = elements(html).find((element) => attribute(element, 'id') === 'details');
    expect(Object.keys(JSON.parse(textOf(embedded)) as object)).toEqual([first, second]);
  });
});

describe('boundedRows', () => {
  const row = (name: string, tags: Row['tags'], ms: number): Row => ({
    kind: 'resource',
    name,
    tags,
    measure: '',
    spans: [{ kind: 'receive', from: 10, to: 10 + ms }],
    marks: [],
    summary: '',
    facts: [],
  });
  const rows = [
    row('short', [], 1),
    row('pushed', ['push'], 2),
    row('long', [], 90),
    row('blocking', ['blocking'], 3),
    row('failed', ['failed'], 4),
  ];
  const draw = ({ name }: Row) => markup`${name} `;
  const names = (most: number, mostChars = 1e6) =>
    boundedRows(rows, draw, { mostRows: most, mostChars }, 'W').drawn.map((drawn) => String(drawn).trim());

  it('keeps what matters most, in the order of the rows', () => {
    expect(names(5)).toEqual(['short', 'pushed', 'long', 'blocking', 'failed']);
    expect(names(4)).toEqual(['pushed', 'long', 'blocking', 'failed', '1 more, see waterfall.json']);
    expect(names(2)).toEqual(['blocking', 'failed', '3 more, see waterfall.json']);
  });

  it('counts the characters of the drawings', () => {
    // 'blocking ' has 9, 'failed ' 7, 'pushed ' 7.
    expect(names(5, 22)).toEqual(['blocking', 'failed', '3 more, see waterfall.json']);
    expect(names(5, 23)).toEqual(['pushed', 'blocking', 'failed', '2 more, see waterfall.json']);
  });

  it('shares the room among the strategies', () => {
    expect(rowBounds(10).mostChars * 10).toBe(rowBounds(1).mostChars);
  });
});

it('mostImportant keeps the order, and the earlier of equals', () => {
  expect(mostImportant([3, 9, 1, 9, 3], 3, (value) => value)).toEqual([3, 9, 9]);
  expect(mostImportant([3, 1], 2, (value) => value)).toEqual([3, 1]);
});

it('embeds a small result as it is, a large one valid and without its lists', () => {
  const { results } = sampleReport(2);
  expect(embeddedResults(results)).toEqual({ results, whole: true });
  const { results: slim, whole } = embeddedResults(results, 1000);
  expect(whole).toBe(false);
  expect(resultsSchema.parse(slim)).toEqual(slim);
  expect(slim.trials.flatMap(({ pushes }) => pushes)).toEqual([]);
  expect(slim.summaries).toEqual(results.summaries);
});
