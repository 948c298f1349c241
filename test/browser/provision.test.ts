import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { fontsConf } from '../../lab/browser/fonts.ts';
import { browserCacheFolder } from '../../lab/browser/browser-cache.ts';
import { installBrowser } from '../../lab/browser/install-browser.ts';
import { provisionBrowser } from '../../lab/browser/provision.ts';

afterEach(() => vi.unstubAllEnvs());

test('an unknown browser is bad input, and the message lists the known ones', async () => {
  await expect(provisionBrowser('chrome')).rejects.toMatchObject({
    exitCode: 2,
    message:
      'unknown browser "chrome"; allowed: chromium-106, chromium-103, chromium-92, chromium-109, chromium-153, playwright, or a path',
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

test('a browser that is not installed, or no browser at all, is the environment, with what to type', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lab-cache-'));
  try {
    vi.stubEnv('LAB_CACHE_DIR', folder);
    await expect(provisionBrowser('chromium-103')).rejects.toMatchObject({
      exitCode: 3,
      message: 'chromium-103 is not installed',
      nextStep: 'npx lab browsers install chromium-103',
    });
    await expect(provisionBrowser(path.join(folder, 'chrome'))).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('no browser to run at') as string,
    });
    writeFileSync(path.join(folder, 'cat'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    await expect(provisionBrowser(path.join(folder, 'cat'))).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('is no Chromium that the lab can use') as string,
      nextStep: expect.stringContaining('--version') as string,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what npm delivers is compared with the pinned checksum before anything of it is used', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lab-cache-'));
  try {
    // An npm that delivers another tarball than the one asked for.
    const npm = '#!/bin/sh\necho harmless > "$4/sparticuz-chromium-103.0.0.tgz"\n';
    writeFileSync(path.join(folder, 'npm'), npm, { mode: 0o755 });
    vi.stubEnv('PATH', `${folder}${path.delimiter}${process.env['PATH'] ?? ''}`);
    vi.stubEnv('LAB_CACHE_DIR', path.join(folder, 'cache'));
    await expect(installBrowser('chromium-103')).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining(
        'what npm delivered for chromium-103 is not what the lab knows',
      ) as string,
    });
    expect(readdirSync(path.join(folder, 'cache', 'browsers'))).toEqual([]);
    writeFileSync(path.join(folder, 'npm'), '#!/bin/sh\necho E404 not here >&2\nexit 1\n', { mode: 0o755 });
    await expect(installBrowser('chromium-103')).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringContaining('E404 not here') as string,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
