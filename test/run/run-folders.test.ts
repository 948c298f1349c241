import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listRuns, outOf, stampOf } from '../../lab/run/run-folders.ts';

let out: string;
beforeAll(async () => {
  out = await mkdtemp(path.join(os.tmpdir(), 'push-lab-runs-'));
  for (const folder of [
    'a/2026-03-01T14-05-11Z-10',
    'a/2026-03-01T14-05-11Z-2',
    'a/2026-03-01T14-05-11Z',
    'b/2026-03-01T14-05-10Z',
    'b/2026-03-01T14-05-12Z',
    'b/notes',
  ]) {
    await mkdir(path.join(out, folder), { recursive: true });
    await writeFile(path.join(out, folder, 'results.json'), '{}');
  }
  await mkdir(path.join(out, 'b/2026-03-01T14-05-13Z'));
  await writeFile(path.join(out, 'b/2026-03-01T14-05-14Z'), 'a file');
  await writeFile(path.join(out, 'b/2026-03-01T14-05-12Z/report.html'), '');
});
afterAll(() => rm(out, { recursive: true }));

describe('listRuns', () => {
  it('lists what lab run left, by start time and then by number', async () => {
    expect((await listRuns(out)).map(({ scenario, time }) => `${scenario}/${time}`)).toEqual([
      'b/2026-03-01T14-05-10Z',
      'a/2026-03-01T14-05-11Z',
      'a/2026-03-01T14-05-11Z-2',
      'a/2026-03-01T14-05-11Z-10',
      'b/2026-03-01T14-05-12Z',
    ]);
  });

  it('says when each began and whether its report is there', async () => {
    const last = (await listRuns(out)).at(-1);
    expect(last).toMatchObject({ startedAt: '2026-03-01T14:05:12Z', hasReport: true });
    expect(stampOf(new Date(last!.startedAt))).toBe(last!.time);
    expect((await listRuns(out))[0]!.hasReport).toBe(false);
  });

  it('is empty where there is nothing', async () =>
    expect(await listRuns(path.join(out, 'nowhere'))).toEqual([]));
});

describe('outOf', () => {
  it.each([
    ['/r/2g-cold/2026-03-01T14-05-11Z', '/r'],
    ['/r/2g-cold/2026-03-01T14-05-11Z-2/', '/r'],
    ['/r/other/2026-03-01T14-05-11Z', undefined],
    ['/r/2g-cold/copy', undefined],
    ['/2g-cold', undefined],
  ])('%s → %s', (folder, expected) => expect(outOf(folder, '2g-cold')).toBe(expected));
});
