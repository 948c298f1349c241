import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../lab/package-root.ts';
import type { Results } from '../../lab/run/results.ts';
import { lab, readRun, readWaterfall, temporaryFolder } from './support/lab.ts';

/** The cookie comes with a resource or with the beacon, and the second visit brings it back. */
describe('a push cookie set by something other than the page, on a second visit', () => {
  let out: Awaited<ReturnType<typeof temporaryFolder>>;
  let folder: string;
  let results: Results;

  beforeAll(async () => {
    out = await temporaryFolder();
    await lab([
      ...['run', path.join(packageRoot, 'test/data/gates.yaml'), '--out', out.path],
      ...['--concurrency', '2', '--max-lateness', '60s'],
    ]);
    ({ folder, results } = await readRun(out.path, 'gates'));
  });
  afterAll(() => out.remove());

  const measured = (strategy: string) =>
    results.trials.find((trial) => trial.strategy === strategy && !trial.warmup)!;
  const promised = (strategy: string) =>
    measured(strategy).pushes.map(({ url, outcome }) => `${new URL(url).pathname} ${outcome}`);

  it('with-resource: the sheet is asked for again; what it imports is pushed again, but not past the cookie', () => {
    expect(promised('with-resource')).toEqual(['/b.css unclaimed']);
    expect(measured('with-resource-cookie')).toMatchObject({ status: 'ok', pushes: [], wastedBytes: 0 });
  });

  it('during-interactive: the next page is pushed again, but not past the cookie of the beacon', () => {
    expect(promised('interactive')).toEqual(['/next.html unclaimed', '/next.css unclaimed']);
    expect(measured('interactive-cookie')).toMatchObject({ status: 'ok', pushes: [], wastedBytes: 0 });
  });

  it('and the page is whole', async () => {
    for (const { name } of results.strategies) {
      const { resources } = await readWaterfall(folder, measured(name).id);
      const sheets = resources.filter(({ path: sheet }) => sheet === '/a.css' || sheet === '/b.css');
      expect(sheets.map(({ failure }) => failure)).toEqual([undefined, undefined]);
    }
  });
});
