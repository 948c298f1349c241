import { describe, expect, it } from 'vitest';
import { renderHtmlReport } from '../../../reports/html/report.ts';
import { attribute, elements, textOf } from '../parsed-page.ts';
import { hostileReport } from '../hostile-report.ts';
import { sampleReport } from '../sample-results.ts';

describe('hostile text in every string of a result', () => {
  const sample = sampleReport(2);
  const { results, waterfalls } = hostileReport(sample);
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
    expect(page.filter(({ tagName }) => tagName === 'script')).toHaveLength(3);
    expect(page.flatMap(({ attrs }) => attrs).filter(({ name }) => name.startsWith('on'))).toEqual([]);
    const links = page.flatMap((element) => attribute(element, 'href') ?? []);
    expect(
      links.filter(
        (link) => !/^#[\w-]+$|^data:,$|^results\.json$|^trials\/(?:[\w!~*'().%-]+\/[\w.-]+)?$/.test(link),
      ),
    ).toEqual([]);
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
