import { describe, expect, it } from 'vitest';
import { renderRunsIndex } from '../../../reports/index/runs-index.ts';
import { PAYLOAD } from '../hostile-report.ts';
import { attribute, elements, textOf, type PageElement } from '../parsed-page.ts';
import { entry, sampleRun, sampleRuns } from './sample-runs.ts';

const client = 'globalThis.ran = true;';
const entries = sampleRuns();
const html = renderRunsIndex(entries, client);
const page = elements(html);
const ofClass = (list: readonly PageElement[], name: string): readonly PageElement[] =>
  list.filter((element) => attribute(element, 'class')?.split(' ').includes(name));

describe('renderRunsIndex', () => {
  it('is a pure function', () => expect(renderRunsIndex(entries, client)).toBe(html));

  it('lists every run by scenario, the newest first, with its answer and a link to its report', () => {
    expect(page.filter(({ tagName }) => tagName === 'h2').map(textOf)).toEqual(['2g-cold', 'cable-cold']);
    const links = ofClass(page, 'when').flatMap((cell) => within(cell, 'a'));
    const expected = [...entries.slice(1).reverse(), entries[0]!].map(
      ({ scenario, time, hasReport }) => `${scenario}/${time}/${hasReport ? 'report.html' : 'results.json'}`,
    );
    expect(links.map((link) => attribute(link, 'href'))).toEqual(expected);
    const { sentence } = sampleRun(0);
    expect(ofClass(page, 'found').map(textOf).map(plain)).toContain(plain(sentence));
    expect(ofClass(page, 'found')).toHaveLength(9);
  });

  it('says runs, loads, browser and network in numbers', () => {
    const text = plain(textOf(ofClass(page, 'terms')[0]));
    // Five strategies twice; the sample has a failed trial in a third block only.
    for (const fact of [
      '10 loads: 5 strategies × 2 runs',
      'chromium-106 (106.0.5249.61)',
      'RTT 800 ms',
      '280 kbit/s down',
      '256 kbit/s up',
      'queue 64 kB',
    ]) {
      expect(text).toContain(fact);
    }
  });

  it('tells of interrupted, failed and damaged runs', () => {
    const failed = sampleRun(0, (run) => {
      run.trials.at(-1)!.status = 'failed';
    });
    const text = textOf(
      elements(renderRunsIndex([...entries, entry(failed, 30)], client)).find(
        ({ tagName }) => tagName === 'main',
      ),
    );
    expect(text).toContain('1 failed');
    expect(text).toContain('partial');
    expect(text).toContain('9 of 10 loads');
    expect(text).toContain('2g-cold/2026-03-01T14-22-11Z/results.json cannot be read');
  });

  it('draws only runs under the conditions of the newest', () => {
    const sparks = ofClass(page, 'spark');
    // Medians of five strategies, shifts of four; the other scenario has one run and no line.
    expect(sparks).toHaveLength(9);
    // Seven of nine readable runs are alike but for the network of one.
    const dots = within(sparks[0]!, 'circle');
    expect(dots).toHaveLength(7);
    // Medians 0, 40, 20, 160, 10, 30, 25 ms above the first: the fourth is the slowest, so the highest.
    const heights = dots.map((dot) => Number(attribute(dot, 'cy')));
    expect(heights.indexOf(Math.min(...heights))).toBe(3);
    expect(attribute(sparks[0]!, 'aria-label')).toContain('no-push, median of 7 runs, oldest first:');
    expect(textOf(page.find(({ tagName }) => tagName === 'main'))).toContain('1 other differs');
  });

  describe('runs that differ in more than their numbers', () => {
    const sparksAfter = (change: Parameters<typeof sampleRun>[1]) => {
      const older = [entry(sampleRun(0), 1), entry(sampleRun(10, change), 2)];
      const all = elements(renderRunsIndex([...older, entry(sampleRun(20), 3)], client));
      const dots = ofClass(all, 'spark').map((spark) => [
        attribute(spark, 'aria-label')!
          .replace(/, (?:median|shift) of/, '')
          .replace(/ runs?, .*/, ''),
        within(spark, 'circle').length,
      ]);
      return { dots, text: textOf(all.find(({ tagName }) => tagName === 'main')) };
    };
    const pushing = 'after-html';
    const strategyOf = (run: Parameters<Parameters<typeof sampleRun>[1] & object>[0], name: string) =>
      run.strategies.find((strategy) => strategy.name === name)!;

    it.each<[string, Parameters<typeof sampleRun>[1]]>([
      ['windows of HTTP/2', (run) => void (strategyOf(run, pushing).http2 = { streamWindowBytes: 64_000 })],
      ['what', (run) => void (strategyOf(run, pushing).what = ['/css/print.css'])],
      ['order', (run) => void (strategyOf(run, pushing).order = 'smallest-first')],
      ['gates', (run) => void (strategyOf(run, pushing).gate = ['once'])],
    ])('a strategy of the same name with other settings (%s) is another one', (_name, change) => {
      const { dots, text } = sparksAfter(change);
      expect(dots).toContainEqual([`${pushing} 2`, 2]);
      expect(dots).toContainEqual([`${pushing} against no-push 2`, 2]);
      // Median and shift of one are shorter; those of the others are not.
      expect(dots.filter(([, count]) => count === 3)).toHaveLength(7);
      expect(text).toContain(`${pushing}, in runs in which it was set up otherwise`);
    });

    it('what a strategy came to on a site that changed is still the strategy', () => {
      const { dots, text } = sparksAfter((run) => {
        strategyOf(run, pushing).paths.push('/css/new.css');
        strategyOf(run, pushing).description = 'in other words';
      });
      expect(dots.map(([, count]) => count)).toEqual(Array(9).fill(3));
      expect(text).not.toContain('set up otherwise');
    });

    it.each<[string, Parameters<typeof sampleRun>[1]]>([
      ['settings of the baseline', (run) => void (strategyOf(run, 'no-push').protocol = 'h1')],
      [
        'hosts of the site',
        (run) =>
          void (run.site.origins = [
            { hostname: 'a.test', certificate: 'own', address: 'shared', coalescing: 'allowed' },
          ]),
      ],
    ])('other %s are other conditions', (_name, change) => {
      const { dots, text } = sparksAfter(change);
      expect(dots.map(([, count]) => count)).toEqual(Array(9).fill(2));
      expect(text).toContain('1 other differs');
    });
  });

  it('marks what is proven by the shape of its dot', () => {
    const shifts = ofClass(page, 'spark').filter((spark) =>
      attribute(spark, 'aria-label')?.includes('shift of'),
    );
    const kinds = shifts.flatMap((spark) =>
      within(spark, 'circle').map((dot) => attribute(dot, 'class')?.split(' ')[0]),
    );
    // Two blocks prove nothing.
    expect(new Set(kinds)).toEqual(new Set(['unproven']));
    const proven = sampleRun(0, (run) => {
      for (const { shift } of run.summaries) if (shift) shift.verdict = 'faster';
    });
    expect(renderRunsIndex([entry(proven, 1), entry(proven, 2)], client)).toContain('<circle class="faster');
  });

  it('bounds its length and says what it left out', () => {
    const many = Array.from({ length: 130 }, (_, minute) => entry(sampleRun(minute), minute % 60));
    const long = elements(renderRunsIndex(many, client));
    expect(ofClass(long, 'run')).toHaveLength(100);
    expect(textOf(ofClass(long, 'left-out')[0])).toContain('30 more runs');
    expect(within(ofClass(long, 'spark')[0]!, 'circle')).toHaveLength(60);
  });

  it('is a page even without runs', () => {
    expect(renderRunsIndex([], client)).toContain('There is no run to read here yet.');
    expect(renderRunsIndex([entry({ problem: 'broken' }, 1)], client)).toContain('broken');
  });

  it('has unique ids, and no number that is none', () => {
    const ids = page.flatMap((element) => attribute(element, 'id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    expect(html.replace(/<script[\s\S]*/, '')).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('hostile text in every string of an entry', () => {
  const poison = (value: unknown): unknown => {
    if (typeof value === 'string') return value + PAYLOAD;
    if (Array.isArray(value)) return value.map(poison);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        ['metric', 'verdict'].includes(key) ? item : poison(item),
      ]),
    );
  };
  const hostile = elements(renderRunsIndex(poison(entries) as typeof entries, client));

  it('reaches the page', () =>
    expect(textOf(hostile.find(({ tagName }) => tagName === 'h2'))).toContain('<img src=x'));

  it('makes no element and no attribute that a kind one does not have', () => {
    const shape = (list: readonly PageElement[]): Set<string> =>
      new Set(
        list.flatMap(({ tagName, attrs }) => [tagName, ...attrs.map(({ name }) => `${tagName} ${name}`)]),
      );
    expect([...shape(hostile)].filter((item) => !shape(page).has(item))).toEqual([]);
    expect(hostile.filter(({ tagName }) => tagName === 'script')).toHaveLength(1);
  });

  it('leads nowhere but into its own folder', () => {
    const links = hostile.flatMap((element) => attribute(element, 'href') ?? []);
    // What encodeURIComponent leaves: no colon, no further slash.
    const own = /^(?:#[\w-]+|data:,|(?:[\w!~*'().%-]+\/){1,2}(?:report\.html|results\.json)?)$/;
    expect(links.filter((link) => !own.test(link))).toEqual([]);
  });
});

function within(parent: PageElement, tag: string): readonly PageElement[] {
  return parent.childNodes.flatMap((node) =>
    'tagName' in node ? [...(node.tagName === tag ? [node] : []), ...within(node, tag)] : [],
  );
}

/** Without the characters that keep a number and its unit together. */
function plain(text: string): string {
  return text.replace(/[\u00a0\u202f]/g, ' ').replaceAll('\u2060', '');
}
