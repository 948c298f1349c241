import { describe, expect, it } from 'vitest';
import type { Waterfall } from '../../../lab/trace/waterfall.ts';
import { rowHtml, share } from '../../../reports/html/row-svg.ts';
import { waterfallRows, type Row } from '../../../reports/html/rows.ts';
import { loadSample, type Way } from '../sample-page.ts';

const rowsOf = (
  way: Way,
  change: (waterfall: Waterfall) => Waterfall = (waterfall) => waterfall,
): readonly Row[] =>
  waterfallRows(change(loadSample(way, { slack: 40 })), {
    bandwidthBps: 280_000,
    resolutionMs: 30,
    keys: new Map(),
  });

const find = (rows: readonly Row[], kind: Row['kind'], name: string): Row | undefined =>
  rows.find((row) => row.kind === kind && row.name === name);

describe('waterfallRows', () => {
  it('goes from connections over resources to what the page did not use and the outside', () => {
    const kinds = rowsOf('after-html').map(({ kind }) => kind);
    expect([...new Set(kinds)]).toEqual(['connection', 'resource', 'group', 'push', 'external']);
  });

  it('draws a used push in the row of its resource, with promise, adoption, sending and hatched arrivals', () => {
    const row = find(rowsOf('after-html'), 'resource', '/css/bootstrap.min.css');
    expect(row?.tags).toEqual(['push', 'blocking']);
    expect(row?.marks.map(({ kind }) => kind)).toEqual(['promise', 'adopted']);
    expect(new Set(row?.spans.map(({ kind }) => kind))).toEqual(
      new Set(['push-wait', 'push-receive', 'push-arrival', 'send']),
    );
  });

  it('gives a push nobody used a row of its own, with its wasted bytes', () => {
    const rows = rowsOf('after-html');
    expect(find(rows, 'push', '/css/print.css')).toMatchObject({ tags: ['push', 'unused'], wasteful: true });
    expect(find(rows, 'push', '/img/logo.svg')?.tags).toEqual(['push', 'refused']);
    expect(find(rows, 'push', '/js/search.js')?.tags).toEqual(['push', 'mismatch']);
    expect(find(rows, 'resource', '/js/search.js')?.tags).toContain('twice');
    expect(find(rows, 'group', 'Pushed for nothing')?.measure).toMatch(/27\.7.kB wasted/);
  });

  it('says why a push was reset', () => {
    const row = find(rowsOf('before-html'), 'push', '/img/logo.svg');
    expect(row?.facts).toContainEqual(['Reason', 'REFUSED_STREAM: Duplicate pushed stream with url']);
  });

  it('marks hints on the resource, and those never fetched on their own', () => {
    const rows = rowsOf('early-hints');
    expect(find(rows, 'resource', '/css/clean-blog.css')).toMatchObject({ tags: ['103', 'blocking'] });
    expect(find(rows, 'hint', '/css/print.css')).toMatchObject({
      tags: ['103', 'unused'],
      measure: 'not fetched',
    });
  });

  it('shows all attempts to leave the lab in one row', () => {
    const rows = rowsOf('no-push', (waterfall) => {
      const outside = waterfall.resources.filter(({ external }) => external);
      return {
        ...waterfall,
        resources: [...waterfall.resources, ...Array.from({ length: 20 }, () => outside).flat()],
      };
    });
    expect(rows.filter(({ kind }) => kind === 'external')).toHaveLength(1);
    expect(rows.at(-1)?.measure).toBe('21 attempts');
    expect(rows.at(-1)?.facts.at(-1)).toEqual(['and 15 more', '']);
  });

  it('draws no span that ends before it begins, and none for what never happened', () => {
    const rows = rowsOf('no-push', (waterfall) => ({
      ...waterfall,
      resources: waterfall.resources.map((resource) => ({
        ...resource,
        responseStart: undefined,
        arrivals: [],
      })),
    }));
    expect(rows.flatMap(({ spans }) => spans).every(({ from, to }) => to >= from)).toBe(true);
    expect(rows.flatMap(({ spans }) => spans).some(({ kind }) => kind === 'receive')).toBe(false);
  });
});

describe('the facts of a row', () => {
  it.each(['no-push', 'after-html', 'before-html', 'preload', 'early-hints'] as const)(
    'tell %s in the order in which it happened',
    (way) => {
      for (const row of rowsOf(way)) {
        const start = row.facts.findIndex(([label]) => label.startsWith('Timeline'));
        if (start === -1) continue;
        const times = row.facts.slice(start + 1).map(([, value]) => timeOf(value));
        expect(times.length, row.name).toBeGreaterThan(0);
        expect(times, row.name).toEqual(times.toSorted((a, b) => a - b));
      }
    },
  );

  it('says of every moment how long after the line above it came', () => {
    const [connection] = rowsOf('no-push', (waterfall) => ({
      ...waterfall,
      connections: [{ id: 1, connectStart: 4, connectEnd: 804, secureConnectionEnd: 1640, requestCount: 1 }],
    }));
    expect(connection?.facts.slice(-3)).toEqual([
      ['SYN sent', '4\u00a0ms'],
      ['SYN-ACK at the browser', '804\u00a0ms  +800\u00a0ms'],
      ['TLS ready at the server', '1\u202f640\u00a0ms  +836\u00a0ms'],
    ]);
  });
});

describe('a page with another host', () => {
  const STYLE = 'https://static.lab.test/a.css';
  const rows = rowsOf('no-push', (waterfall) => {
    const { hostname } = new URL(waterfall.url);
    const shape = { connectStart: 4, connectEnd: 804, requestCount: 1 };
    const [document] = waterfall.resources;
    const asked = { ...document!, url: STYLE, path: STYLE, external: false };
    return {
      ...waterfall,
      connections: [
        { id: 1, host: hostname, ...shape },
        { id: 2, host: 'static.lab.test', ...shape },
      ],
      resources: [
        { ...asked, connection: 1, status: 421 },
        { ...asked, connection: 2, status: 200 },
      ],
    };
  });

  it('says which connection leads to it, and whose a file is', () => {
    const names = rows.map(({ name }) => name);
    expect(names.slice(0, 2)).toEqual(['connection 1', 'connection 2 to static.lab.test']);
    expect(names.slice(2, 4)).toEqual(['static.lab.test/a.css', 'static.lab.test/a.css']);
    expect(rows[1]!.facts).toContainEqual(['Host', 'static.lab.test']);
  });

  it('says of a 421 what became of the request', () => {
    const [misdirected] = rows.filter(({ errorStatus }) => errorStatus === 421);
    expect(misdirected!.facts).toContainEqual([
      'Status',
      '421: this connection does not stand for that host; the browser asks again on another',
    ]);
  });
});

/** `1 640 ms  +836 ms` → 1640. */
function timeOf(value: string): number {
  const [, digits = '', unit] = /^([\d.\u202f]+)\u00a0(ms|s)/.exec(value) ?? [];
  return Number(digits.replaceAll('\u202f', '')) * (unit === 's' ? 1000 : 1);
}

describe('rowHtml', () => {
  it('marks a response that is an error by its status, a cross and in words', () => {
    const rows = rowsOf('no-push', (waterfall) => ({
      ...waterfall,
      resources: waterfall.resources.map((resource) =>
        resource.path === '/img/logo.svg' ? { ...resource, status: 404 } : resource,
      ),
    }));
    const row = find(rows, 'resource', '/img/logo.svg');
    expect(row?.marks).toContainEqual({ kind: 'failure', at: row?.spans.at(-2)?.to });
    const html = rowHtml(row!, 10_000, false).toString();
    expect(html).toContain('>404</span>');
    expect(html).toContain('status 404: an error.');
    expect(html).toContain('href="#mark-failure"');
    expect(html).toMatch(/data-tags="[^"]*failed/);
    // The bytes of the error page still took their time on the link.
    expect(html).toContain('class="arrival"');
  });

  it('keeps tabs and line ends of a fact out of the list of facts', () => {
    const [row] = rowsOf('no-push');
    const html = rowHtml({ ...row, facts: [['a\tb', 'c\nd']] } as Row, 1000, true).toString();
    expect(html).toContain('data-facts="a b\tc d"');
  });

  it('places moments as shares of the axis, within it', () => {
    expect([share(250, 1000), share(-5, 1000), share(5000, 1000)]).toEqual(['25%', '0%', '100%']);
  });
});
