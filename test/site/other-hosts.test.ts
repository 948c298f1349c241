import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSite } from '../../server/site/load-site.ts';
import { pagePaths } from '../../server/site/pages.ts';
import { isEntry } from '../../server/site/site.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'push-lab-hosts-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(files: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  return folder;
}

describe('other hosts of a site', () => {
  it('serve what they have under their own URLs, the site’s root unless they name one', async () => {
    await write({
      'site.yaml': `root: root
hostname: x.test
headers: { '/**': { x-site: everywhere }, /a.css: { cache-control: no-store } }
origins:
  static.x.test: { headers: { /a.css: { cache-control: max-age=7 } } }
  img.x.test: { root: img, certificate: shared, address: shared, coalescing: refused }
  bare.x.test:`,
      'root/index.html':
        '<link rel=stylesheet href=https://static.x.test/a.css?v=1><img src=//img.x.test/i.png><img src=//y.test/j.png>',
      'root/a.css': '@import "missing.css"; p { background: url(/b.svg) }',
      'root/b.svg': '<svg/>',
      'img/i.png': 'png',
    });
    const site = await loadSite(folder);
    expect(site.origins).toEqual([
      { hostname: 'static.x.test', certificate: 'own', address: 'own', coalescing: 'allowed' },
      { hostname: 'img.x.test', certificate: 'shared', address: 'shared', coalescing: 'refused' },
      { hostname: 'bare.x.test', certificate: 'own', address: 'own', coalescing: 'allowed' },
    ]);
    expect(site.resources.get('/a.css')).toMatchObject({ cacheControl: 'no-store' });
    expect(site.resources.get('https://static.x.test/a.css')).toMatchObject({
      path: 'https://static.x.test/a.css',
      cacheControl: 'max-age=7',
      headers: {
        'x-site': 'everywhere',
        'access-control-allow-origin': '*',
        'timing-allow-origin': '*',
      },
    });
    expect(site.resources.has('https://img.x.test/a.css')).toBe(false);
    expect(site.critical.map(({ path: name }) => name)).toEqual(['https://static.x.test/a.css?v=1']);
    expect(site.used.map(({ path: name }) => name)).toEqual([
      'https://static.x.test/a.css?v=1',
      'https://static.x.test/b.svg',
      'https://img.x.test/i.png',
    ]);
    expect(site.children.get('https://static.x.test/a.css?v=1')).toEqual(['https://static.x.test/b.svg']);
    expect(site.missing.map(({ path: name }) => name)).toEqual(['https://static.x.test/missing.css']);
    expect(site.externals.map(({ url }) => url)).toEqual(['https://y.test/j.png']);
    // The page of another host is another page, though it is the same file.
    expect(isEntry(site, '/index.html')).toBe(true);
    expect(isEntry(site, 'https://static.x.test/index.html')).toBe(false);
    expect(pagePaths(site)).toEqual(['/', '/index.html']);
  });

  it('may be listed as critical, however the URL is written', async () => {
    const critical = '[//s.x.test/a.css, https://s.x.test/b.css, https://x.test/a.css]';
    await write({
      'site.yaml': `{ root: root, hostname: x.test, critical: ${critical}, origins: { s.x.test: } }`,
      'root/index.html': '',
      'root/a.css': '',
      'root/b.css': '',
    });
    const { critical: found } = await loadSite(folder);
    expect(found.map(({ path: name }) => name)).toEqual([
      'https://s.x.test/a.css',
      'https://s.x.test/b.css',
      '/a.css',
    ]);
  });

  it.each([
    ['{ x.test: {} }', 'origins."x.test": is the host of the site itself'],
    ['{ localhost: {} }', 'expected a name of its own'],
    ['{ 10.0.0.1: {} }', 'expected a name of its own'],
    ['{ S.x.test: {} }', 'expected a host name in lower case'],
    ['{ s.x.test: { adress: own } }', 'did you mean "address"?'],
    ['{ s.x.test: { address: its-own } }', 'unknown address "its-own"'],
    ['{ s.x.test: { coalescing: refused } }', 'has a meaning only with "certificate: shared"'],
    ['{ s.x.test: { root: nowhere } }', 'origins."s.x.test".root: there is no folder'],
  ])('%s: %s', async (origins, message) => {
    await write({
      'site.yaml': `{ root: root, hostname: x.test, origins: ${origins} }`,
      'root/index.html': '',
    });
    await expect(loadSite(folder)).rejects.toThrow(message);
  });
});
