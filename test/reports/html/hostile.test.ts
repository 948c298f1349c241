import { describe, expect, it } from 'vitest';
import { resultsSchema } from '../../../lab/run/results.ts';
import type { Waterfall } from '../../../lab/trace/waterfall.ts';
import { renderHtmlReport } from '../../../reports/html/report.ts';
import { attribute, elements, textOf } from '../parsed-page.ts';
import { sampleReport } from '../sample-results.ts';

/** Ends a script, a comment, an attribute, a tag; opens others; breaks JSON taken for JavaScript. */
const PAYLOAD = `</script></style></title></textarea>--><script>alert(1)</script><img src=x onerror=alert(1)>"' onmouseover="alert(1)" style='x' <!--<script>\u2028\u2029\0 javascript:alert(1) \u202e`;

// What the schema fixes cannot be hostile; ids and names must stay distinct.
const FIXED = new Set([
  ...[
    'status',
    'metric',
    'outcome',
    'how',
    'when',
    'gate',
    'primaryMetric',
    'verdict',
    'congestionControl',
    'cache',
    'unit',
    'scheduling',
  ],
  ...[
    'contentEncoding',
    'what',
    'startedAt',
    'finishedAt',
    'sendBufferBytes',
    'deliveredBy',
    'type',
    'initiator',
  ],
  ...['direction', 'cause', 'name', 'id', 'strategy', 'baseline', 'medianTrials', 'winner'],
]);

/** Adds the payload to every string that can hold it. Names and ids of trials get it too, as a suffix. */
function poison(value: unknown, key = ''): unknown {
  if (typeof value === 'string') {
    if (['strategy', 'baseline', 'name', 'id', 'winner'].includes(key)) return value + PAYLOAD;
    return FIXED.has(key) ? value : PAYLOAD + value;
  }
  if (Array.isArray(value)) return value.map((item) => poison(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) =>
      key === 'medianTrials' ? [name + PAYLOAD, String(item) + PAYLOAD] : [name, poison(item, name)],
    ),
  );
}

describe('hostile text in every string of a result', () => {
  const sample = sampleReport(2);
  const results = resultsSchema.parse(poison(sample.results));
  const waterfalls = new Map(
    [...sample.waterfalls].map(([id, waterfall]) => [id + PAYLOAD, poison(waterfall) as Waterfall]),
  );
  const client = 'globalThis.ran = true;';
  const kindly = elements(renderHtmlReport({ ...sample, client }));
  const html = renderHtmlReport({ results, waterfalls, client });
  const page = elements(html);

  it('reaches the page', () => {
    expect(page.filter((element) => attribute(element, 'class') === 'waterfall')).toHaveLength(5);
    expect(textOf(page.find(({ tagName }) => tagName === 'h1'))).toContain('<img src=x onerror=alert(1)>');
  });

  it('makes no element and no attribute that a kind result does not have', () => {
    const shape = (list: typeof page): Set<string> =>
      new Set(
        list.flatMap((element) => [
          element.tagName,
          ...element.attrs.map(({ name }) => `${element.tagName} ${name}`),
        ]),
      );
    expect([...shape(page)].filter((item) => !shape(kindly).has(item))).toEqual([]);
  });

  it('adds no script, no handler and no link', () => {
    expect(page.filter(({ tagName }) => tagName === 'script')).toHaveLength(2);
    expect(page.flatMap(({ attrs }) => attrs).filter(({ name }) => name.startsWith('on'))).toEqual([]);
    const links = page.flatMap((element) => attribute(element, 'href') ?? []);
    expect(links.filter((link) => !/^#[\w-]+$|^data:,$/.test(link))).toEqual([]);
  });

  it('leaves the policy alone', () => {
    const policies = (list: typeof page) =>
      list
        .filter((element) => attribute(element, 'http-equiv'))
        .map((element) => attribute(element, 'content'));
    expect(policies(page)).toEqual(policies(kindly));
  });

  it('comes back unchanged from the embedded document', () => {
    const json = page.find((element) => attribute(element, 'id') === 'results');
    expect(JSON.parse(textOf(json))).toEqual(results);
  });
});
