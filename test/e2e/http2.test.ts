import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScenario, type FinishedRun } from './support/lab.ts';

const RTT_MS = 100;
const WINDOW_BYTES = 4000;
/** home.css */
const SHEET_BYTES = 50_949;

describe('windows and settings of HTTP/2, in the real browser', () => {
  let run: FinishedRun;
  beforeAll(async () => {
    run = await runScenario('http2');
  });
  afterAll(() => run.remove());

  const measured = (strategy: string) => run.measured(strategy);
  const waterfall = (strategy: string) => run.waterfall(strategy);
  const pushMs = async (strategy: string) => {
    const push = (await waterfall(strategy)).pushes.find((life) => life.path === '/css/home.css')!;
    expect(push).toMatchObject({ outcome: 'adopted', receivedBytes: SHEET_BYTES });
    return push.responseEnd! - push.sendStart!;
  };

  it.each(['after-html', 'windows', 'one-by-one'])('%s: browser, server and emulator agree', (strategy) => {
    expect(measured(strategy)).toMatchObject({ status: 'ok', disagreements: [], wastedBytes: 0 });
  });

  it('a push through a window of 4 kB takes ⌈size / window⌉ round trips, and is adopted', async () => {
    // 50,949 / 4,000: 13 flights, 12 round trips from the first to the last.
    const flights = Math.ceil(SHEET_BYTES / WINDOW_BYTES);
    expect(await pushMs('windows')).toBeGreaterThanOrEqual((flights - 1) * RTT_MS);
    // Without it 35 segments of 1,448 B in slow start: flights of 10, 20 and 5.
    expect(await pushMs('after-html')).toBeLessThan(((flights - 1) / 2) * RTT_MS);
  });

  it('one request at a time: each waits for the one before it', async () => {
    const { resources } = await waterfall('one-by-one');
    const rows = resources.filter(({ requestStart }) => requestStart !== undefined);
    expect(rows).toHaveLength(3);
    const inOrder = rows.toSorted((a, b) => a.requestStart! - b.requestStart!);
    for (const [at, row] of inOrder.entries())
      if (at > 0) expect(row.requestStart).toBeGreaterThanOrEqual(inOrder[at - 1]!.responseEnd! - 1);
  });

  it('strategy and report say so', async () => {
    expect(run.results.strategies.map(({ http2 }) => http2)).toEqual([
      undefined,
      { streamWindowBytes: 4000, connectionWindowBytes: 65_536 },
      { maxConcurrentStreams: 1, dataFrameBytes: 1000, headerTableBytes: 0 },
    ]);
    const report = await readFile(path.join(run.folder, 'report.html'), 'utf8');
    expect(/a stream’s window 4(\.00)?\skB, the connection’s/.test(report)).toBe(true);
  });
});
