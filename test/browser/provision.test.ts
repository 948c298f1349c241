import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { fontsConf } from '../../lab/browser/fonts.ts';
import { browserCacheFolder, provisionBrowser } from '../../lab/browser/provision.ts';

afterEach(() => vi.unstubAllEnvs());

test('an unknown browser is bad input, and the message lists the known ones', async () => {
  await expect(provisionBrowser('chrome')).rejects.toMatchObject({
    exitCode: 2,
    message: 'unknown browser "chrome"; allowed: chromium-106',
  });
});

test('the cache folder is LAB_CACHE_DIR or the one of the user', () => {
  expect(browserCacheFolder({ LAB_CACHE_DIR: '/var/cache/lab' })).toBe('/var/cache/lab/browsers');
  expect(browserCacheFolder({})).toMatch(/push-lab.*\/browsers$/);
});

test('a cache that cannot be written is the environment, with the way out', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lab-cache-'));
  try {
    writeFileSync(path.join(folder, 'file'), '');
    vi.stubEnv('LAB_CACHE_DIR', path.join(folder, 'file'));
    await expect(provisionBrowser('chromium-106')).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('cannot unpack chromium-106 into') as string,
      nextStep: expect.stringContaining('export LAB_CACHE_DIR=') as string,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the font configuration names no folder of the machine', () => {
  expect([...fontsConf().matchAll(/<dir[^>]*>(.*)<\/dir>/g)].map((match) => match[1])).toEqual(['fonts']);
});
