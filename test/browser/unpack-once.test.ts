import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unpackOnce } from '../../lab/browser/unpack-once.ts';

let cacheFolder: string;

beforeEach(async () => {
  cacheFolder = path.join(await mkdtemp(path.join(os.tmpdir(), 'lab-cache-')), 'browsers');
});

afterEach(async () => {
  await rm(path.dirname(cacheFolder), { recursive: true });
});

let filled = 0;
const unpack = (delayMs = 0) =>
  unpackOnce({
    cacheFolder,
    key: 'fake-1',
    fill: async (folder) => {
      filled += 1;
      await mkdir(path.join(folder, 'fonts'));
      await writeFile(path.join(folder, 'chromium'), 'ELF');
      await sleep(delayMs);
      await writeFile(path.join(folder, 'fonts', 'a.ttf'), 'glyphs');
      return { sha256: 'abc' };
    },
  });

test('unpacks the first time and finds it the second', async () => {
  filled = 0;
  const folder = path.join(cacheFolder, 'fake-1');
  expect(await unpack()).toEqual({ folder, facts: { sha256: 'abc' }, fresh: true });
  expect(await unpack()).toEqual({ folder, facts: { sha256: 'abc' }, fresh: false });
  expect(filled).toBe(1);
});

test('of several at once one wins and the others delete their copies', async () => {
  const results = await Promise.all([30, 20, 10, 0, 20].map((delayMs) => unpack(delayMs)));
  expect(results.filter((result) => result.fresh)).toHaveLength(1);
  expect(results.map((result) => result.facts)).toEqual(Array(5).fill({ sha256: 'abc' }));
  expect(await readdir(cacheFolder)).toEqual(['fake-1']);
  expect(await readFile(path.join(cacheFolder, 'fake-1', 'fonts', 'a.ttf'), 'utf8')).toBe('glyphs');
});

test('several processes at once, on a damaged folder, end with one whole one', async () => {
  const script = path.join(path.dirname(cacheFolder), 'unpack.mjs');
  await build({
    stdin: {
      contents: `
        import { writeFile } from 'node:fs/promises';
        import { unpackOnce } from './unpack-once.ts';
        const content = 'x'.repeat(100_000);
        const { fresh } = await unpackOnce({ cacheFolder: process.argv[2], key: 'k', fill: async (folder) => {
          for (let i = 0; i < 20; i += 1) await writeFile(folder + '/' + i, content);
          return {};
        } });
        console.log(fresh);`,
      resolveDir: path.join(import.meta.dirname, '../../lab/browser'),
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: script,
  });
  await mkdir(path.join(cacheFolder, 'k'), { recursive: true });
  await writeFile(path.join(cacheFolder, 'k', '0'), 'half');
  const run = promisify(execFile);
  const outputs = await Promise.all(
    Array.from({ length: 4 }, async () => (await run(process.execPath, [script, cacheFolder])).stdout.trim()),
  );
  expect(outputs).toContain('true');
  expect(await readdir(cacheFolder)).toEqual(['k']);
  expect((await readdir(path.join(cacheFolder, 'k'))).length).toBe(21);
  expect(await readFile(path.join(cacheFolder, 'k', '0'), 'utf8')).toHaveLength(100_000);
}, 20_000);

test.each([
  ['without a marker', (folder: string) => rm(path.join(folder, '.complete'))],
  ['with a marker that is not one', (folder: string) => writeFile(path.join(folder, '.complete'), '{"fi')],
  ['that lacks a file', (folder: string) => rm(path.join(folder, 'fonts', 'a.ttf'))],
  ['with a file cut short', (folder: string) => writeFile(path.join(folder, 'chromium'), 'E')],
])('a folder %s is made anew', async (_what, damage) => {
  const { folder } = await unpack();
  await damage(folder);
  expect((await unpack()).fresh).toBe(true);
  expect(await readFile(path.join(folder, 'chromium'), 'utf8')).toBe('ELF');
  expect(existsSync(path.join(folder, 'fonts', 'a.ttf'))).toBe(true);
  expect(await readdir(cacheFolder)).toEqual(['fake-1']);
});

test('a failure leaves nothing behind', async () => {
  const failing = unpackOnce({ cacheFolder, key: 'k', fill: () => Promise.reject(new Error('disk full')) });
  await expect(failing).rejects.toThrow('disk full');
  expect(await readdir(cacheFolder)).toEqual([]);
});

test('sweeps up after processes that died long ago, and only those', async () => {
  const old = path.join(cacheFolder, 'fake-1.partial-old');
  const young = path.join(cacheFolder, 'fake-1.partial-young');
  await mkdir(old, { recursive: true });
  await mkdir(young);
  const twoHoursAgo = Date.now() / 1000 - 7200;
  await utimes(old, twoHoursAgo, twoHoursAgo);
  await unpack();
  expect((await readdir(cacheFolder)).sort()).toEqual(['fake-1', 'fake-1.partial-young']);
});
