import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { refreshIndex } from '../../lab/cli/write-index.ts';
import { sampleReport } from '../reports/sample-results.ts';

const text = JSON.stringify(sampleReport(2).results);
let out: string;
const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);

async function addRun(time: string, content = text): Promise<void> {
  const folder = path.join(out, '2g-cold', time);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'results.json'), content);
}

beforeEach(async () => {
  said.mockClear();
  out = await mkdtemp(path.join(os.tmpdir(), 'push-lab-index-'));
});
afterEach(() => rm(out, { recursive: true }));

const html = (): Promise<string> => readFile(path.join(out, 'index.html'), 'utf8');

describe('refreshIndex', () => {
  it('writes one page over all runs, and again when there are more', async () => {
    await addRun('2026-03-01T14-05-11Z');
    expect(await refreshIndex(out)).toBe(path.join(out, 'index.html'));
    await addRun('2026-03-02T14-05-11Z');
    await refreshIndex(out);
    expect((await html()).match(/class="run"/g)).toHaveLength(2);
    expect(said).not.toHaveBeenCalled();
    expect((await readdir(out)).sort()).toEqual(['2g-cold', 'index.html']);
  });

  it.each(['', '{"schemaVersion": 1, ', '{"schemaVersion": 2}', 'null'])(
    'loses only the row of a damaged result, and names it: %s',
    async (damaged) => {
      await addRun('2026-03-01T14-05-11Z');
      await addRun('2026-03-02T14-05-11Z', damaged);
      await refreshIndex(out);
      const page = await html();
      expect(page).toContain('2g-cold/2026-03-02T14-05-11Z/results.json');
      expect(page).not.toContain(out);
      expect(page).toContain('before-html');
    },
  );

  it('has every run after two that ended at once', async () => {
    for (let second = 10; second < 30; second++) await addRun(`2026-03-01T14-05-${second}Z`);
    const first = refreshIndex(out);
    await addRun('2026-03-02T14-05-11Z');
    await Promise.all([first, refreshIndex(out)]);
    expect((await html()).match(/class="run"/g)).toHaveLength(21);
    expect((await readdir(out)).filter((name) => name.includes('partial'))).toEqual([]);
  });

  it('leaves a page alone that is not the lab’s, in one line', async () => {
    await addRun('2026-03-01T14-05-11Z');
    await writeFile(path.join(out, 'index.html'), '<h1>My site</h1>');
    expect(await refreshIndex(out)).toBeUndefined();
    expect(await html()).toBe('<h1>My site</h1>');
    expect(said.mock.calls.flat()).toEqual([expect.stringContaining('not the lab’s')]);
  });

  it('says in one line what keeps it from writing', async () => {
    await addRun('2026-03-01T14-05-11Z');
    await mkdir(path.join(out, 'index.html'));
    expect(await refreshIndex(out)).toBeUndefined();
    expect(said).toHaveBeenCalledTimes(1);
    expect(String(said.mock.calls[0])).toContain('the index of all runs was not written');
  });
});
