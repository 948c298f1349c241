import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Waterfall } from '../../lab/trace/waterfall.ts';
import { runScenario, type FinishedRun } from './support/lab.ts';

/** The page, a sheet, its background, eight pictures, a script and what it adds. */
const FILES = 13;

describe('HTTP/1.1 beside HTTP/2, in the real browser', () => {
  let run: FinishedRun;
  beforeAll(async () => {
    run = await runScenario('protocol');
  });
  afterAll(() => run.remove());

  const measured = (strategy: string) => run.measured(strategy);
  const waterfall = (strategy: string) => run.waterfall(strategy);
  const served = ({ resources }: Waterfall) =>
    resources.filter(({ path: name }) => name !== '/favicon.ico' && !name.endsWith('favicon.ico'));

  it.each(['no-push', 'h1', 'h1-preload', 'small-buffer'])(
    '%s: browser, server and emulator agree on everything',
    (strategy) => {
      expect(measured(strategy)).toMatchObject({ status: 'ok', disagreements: [], wastedBytes: 0 });
    },
  );

  it('the browser opens six connections where HTTP/2 needs one', async () => {
    expect(measured('h1').connectionCount).toBe(6);
    const { connections } = await waterfall('h1');
    expect(connections.map(({ protocol }) => protocol)).toEqual(Array<string>(6).fill('h1'));
    expect(connections.reduce((sum, { requestCount }) => sum + requestCount, 0)).toBe(FILES);
    const h2 = await waterfall('no-push');
    expect(h2.connections.filter(({ requestCount }) => requestCount > 0)).toHaveLength(1);
    expect(h2.connections[0]!.protocol).toBe('h2');
  });

  it('a connection carries one request at a time, and every one is told from both ends', async () => {
    const rows = served(await waterfall('h1'));
    expect(rows).toHaveLength(FILES);
    for (const row of rows) {
      const moments = [
        row.requestStart,
        row.requestReceived,
        row.sendStart,
        row.responseStart,
        row.responseEnd,
      ];
      expect(moments, row.path).not.toContain(undefined);
      expect(
        moments.every((moment, at) => at === 0 || moment! >= moments[at - 1]!),
        `${row.path}: ${moments.join(', ')}`,
      ).toBe(true);
      expect(row).toMatchObject({ deliveredBy: 'request', status: 200 });
    }
    for (const connection of new Set(rows.map((row) => row.connection))) {
      const own = rows.filter((row) => row.connection === connection);
      const inOrder = own.toSorted((a, b) => a.streamId! - b.streamId!);
      for (const [at, row] of inOrder.entries()) {
        expect(row.streamId).toBe(at + 1);
        if (at > 0) expect(row.requestStart).toBeGreaterThanOrEqual(inOrder[at - 1]!.responseEnd! - 1);
      }
    }
  });

  it('the same bytes come over both', () => {
    expect(measured('h1').receivedBytes).toBe(measured('no-push').receivedBytes);
    expect(measured('h1').requestCount).toBe(measured('no-push').requestCount);
  });

  it('a preload header works over HTTP/1.1 as well', async () => {
    const { hints } = await waterfall('h1-preload');
    expect(hints).toMatchObject([{ path: '/css/site.css', how: 'preload-header', used: true }]);
  });

  it('the HTML waits for the origin behind the edge: 40 ms and three round trips of 50 ms', async () => {
    for (const strategy of ['no-push', 'h1']) {
      const [page, ...files] = served(await waterfall(strategy));
      expect(page!.sendStart! - page!.requestReceived!).toBeGreaterThanOrEqual(40 + 3 * 50);
      const sheet = files.find(({ path: name }) => name.endsWith('site.css'))!;
      expect(sheet.sendStart! - sheet.requestReceived!).toBeLessThan(100);
    }
    expect(run.results.scenario.edge).toEqual({ rttMs: 50, connection: 'cold' });
  });

  it('a strategy has its own buffer', () => {
    expect(run.results.strategies.find(({ name }) => name === 'small-buffer')).toMatchObject({
      sendBufferBytes: 8000,
      notSentLowatBytes: 4000,
    });
  });
});
