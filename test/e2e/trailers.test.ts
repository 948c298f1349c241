import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runScenario, type FinishedRun } from './support/lab.ts';

const ON_SHEET = ['server-timing: file;dur=2', 'x-checksum: abc'];

describe('trailers, in the real browser', () => {
  let run: FinishedRun;
  beforeAll(async () => {
    run = await runScenario('trailers');
  });
  afterAll(() => run.remove());

  const measured = (strategy: string) => run.measured(strategy);
  const rows = async (strategy: string) => (await run.waterfall(strategy)).resources;

  it.each(['no-push', 'h1'])('%s: they disturb nothing', (strategy) => {
    expect(measured(strategy)).toMatchObject({ status: 'ok', disagreements: [], wastedBytes: 0 });
  });

  it('stand in the waterfall as the browser received them', async () => {
    const received = Object.fromEntries((await rows('no-push')).map((row) => [row.path, row.trailers]));
    expect(received).toEqual({ '/': ['server-timing: db;dur=53'], '/a.css': undefined, '/b.css': ON_SHEET });
  });

  it('over HTTP/1.1 by their names, which the server tells', async () => {
    const sent = Object.fromEntries((await rows('h1')).map((row) => [row.path, row.trailers]));
    expect(sent).toEqual({
      '/': ['server-timing'],
      '/a.css': undefined,
      '/b.css': ['server-timing', 'x-checksum'],
    });
    expect(measured('h1').receivedBytes).toBe(measured('no-push').receivedBytes);
  });

  it('a push that has some Chromium resets, and asks for it: the page is whole, and the plan warns', async () => {
    const { pushes, resources } = await run.waterfall('after-html');
    expect(pushes.map(({ path: name, outcome }) => `${name} ${outcome}`)).toEqual([
      '/a.css adopted',
      '/b.css cancelled-by-client',
    ]);
    expect(pushes[1]).toMatchObject({
      resetReason: expect.stringContaining('Trailers not supported') as string,
    });
    expect(resources.find((row) => row.path === '/b.css')).toMatchObject({
      deliveredBy: 'request',
      status: 200,
    });
    expect(run.results.warnings.join('\n')).toContain('after-html pushes /b.css, which has trailers');
  });
});
