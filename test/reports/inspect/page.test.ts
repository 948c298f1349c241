import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { inspectFile } from '../../../lab/inspect/inspect-file.ts';
import type { Inspection } from '../../../lab/inspect/inspection.ts';
import { renderInspection } from '../../../reports/inspect/page.ts';
import { PAYLOAD } from '../hostile-report.ts';
import { attribute, elements, textOf, type PageElement } from '../parsed-page.ts';

const file = path.join(import.meta.dirname, '../../data/netlog/chromium-106-default.json.gz');
const client = 'globalThis.ran = true;';
let inspection: Inspection;
let page: readonly PageElement[];
beforeAll(async () => {
  inspection = await inspectFile(file);
  page = elements(renderInspection(inspection, 'log.json', client));
});
const rows = (list: readonly PageElement[]) =>
  list.filter((element) => attribute(element, 'class')?.startsWith('wf-row'));
const section = (list: readonly PageElement[], id: string) => list.find((one) => attribute(one, 'id') === id);

describe('renderInspection', () => {
  it('says what became of every push', () => {
    const text = textOf(section(page, 'pushes'));
    for (const { url, outcome } of inspection.pushes) {
      expect(text).toContain(url);
      expect(text).toContain(outcome);
    }
    const sentence = page.find((element) => attribute(element, 'class') === 'sentence');
    expect(textOf(sentence)).toContain(`${inspection.pushes.length} pushes: `);
  });

  it('draws the streams of the sessions with most pushes, a promise mark for each', () => {
    expect(rows(page).length).toBeGreaterThan(20);
    const sessions = page.filter((element) => attribute(element, 'class') === 'waterfall');
    expect(sessions).toHaveLength(12);
    expect(page.filter((element) => attribute(element, 'href') === '#mark-promise').length).toBeGreaterThan(
      11,
    );
  });

  it('reads a HAR, which has no sessions and few times', () => {
    const har: Inspection = {
      ...inspection,
      kind: 'har',
      sessions: [],
      pushes: inspection.pushes.map((push) => ({
        ...push,
        ...{ session: null, promisedMs: null, responseStartMs: null },
      })),
      requests: inspection.requests.map((request) => ({ ...request, session: null, responseStartMs: null })),
    };
    const list = elements(renderInspection(har, 'page.har', client));
    expect(textOf(section(list, 'waterfalls'))).toContain('All entries');
    expect(section(list, 'sessions')).toBeUndefined();
    expect(list.some((element) => attribute(element, 'class') === 'push-receive')).toBe(true);
    const empty = renderInspection({ ...har, pushes: [], requests: [] }, 'page.har', client);
    expect(empty).toContain('Nothing was pushed.');
  });

  it('stays small, whatever the size of the log, and says what it left out', () => {
    const many = <Item>(items: readonly Item[]): Item[] => Array.from({ length: 400 }, () => items).flat();
    const html = renderInspection(
      { ...inspection, pushes: many(inspection.pushes), requests: many(inspection.requests) },
      'log.json',
      client,
    );
    expect(Buffer.byteLength(html)).toBeLessThan(3_000_000);
    expect(html).toMatch(/more pushes/);
    expect(html).toMatch(/more requests/);
  });

  it('has no number that is none, and unique ids', () => {
    const html = renderInspection(inspection, 'log.json', client);
    expect(html.replace(/<script[\s\S]*/, '')).not.toMatch(/NaN|Infinity|undefined/);
    const ids = page.flatMap((element) => attribute(element, 'id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a hostile log', () => {
  it('makes no element and no attribute that a kind one does not have', () => {
    const hostile = elements(
      renderInspection(
        {
          ...inspection,
          notes: [PAYLOAD],
          sessions: inspection.sessions.map((one) => ({ ...one, authority: PAYLOAD, peer: PAYLOAD })),
          pushes: inspection.pushes.map((one) => ({ ...one, url: one.url + PAYLOAD, reason: PAYLOAD })),
          requests: inspection.requests.map((one) => ({ ...one, url: one.url + PAYLOAD.repeat(40) })),
        },
        PAYLOAD,
        client,
      ),
    );
    const kind = elements(renderInspection({ ...inspection, notes: ['a note'] }, 'log.json', client));
    const shape = (list: readonly PageElement[]): Set<string> =>
      new Set(
        list.flatMap(({ tagName, attrs }) => [tagName, ...attrs.map(({ name }) => `${tagName} ${name}`)]),
      );
    expect(textOf(section(hostile, 'pushes'))).toContain('<img src=x onerror=alert(1)>');
    expect([...shape(hostile)].filter((item) => !shape(kind).has(item))).toEqual([]);
    expect(hostile.filter(({ tagName }) => tagName === 'script')).toHaveLength(1);
    const links = hostile.flatMap((element) => attribute(element, 'href') ?? []);
    expect(links.filter((link) => !/^#[\w-]+$|^data:,$/.test(link))).toEqual([]);
  });
});
