import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScenario, type FinishedRun } from './support/lab.ts';

/** The cookie comes with a resource or with the beacon, and the second visit brings it back. */
describe('a push cookie set by something other than the page, on a second visit', () => {
  let run: FinishedRun;
  beforeAll(async () => {
    run = await runScenario('gates');
  });
  afterAll(() => run.remove());

  const measured = (strategy: string) => run.measured(strategy);
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
    for (const { name } of run.results.strategies) {
      const { resources } = await run.waterfall(name);
      const sheets = resources.filter(({ path: sheet }) => sheet === '/a.css' || sheet === '/b.css');
      expect(sheets.map(({ failure }) => failure)).toEqual([undefined, undefined]);
    }
  });
});
