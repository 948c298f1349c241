import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../lab/errors.ts';
import { packageRoot } from '../../lab/package-root.ts';
import { listSites, loadSite } from '../../server/site/load-site.ts';
import { negotiate } from '../../server/site/negotiate.ts';

/** SHA-256 of the files that the real server sent when the ground truth was measured. */
const GROUND_TRUTH_SHA256: Record<string, string> = {
  '/': '2ef621cd8444adf52e049d2b46b2477d18267bddcd848c544977d9bf2839dba5',
  '/a.css': '03bfc3a251eba19992bc22b6555f8eb4715b9dc094e2f66d656c40f70d687320',
  '/b.css': '02a453e77f78648485a6cb631ec78f0f8592a27eacec42487ff93ee5b2caccf3',
  '/app.js': '4ba6f16123095bdadc0ce04c7a0b0b43d992d5e20b904d9b5237ea1d7454cd08',
  '/i0.png': '166c3b7f9cc1876f41e044ad25dae799d0ed9bf6ab33ad6eccdd660adfc515bf',
  '/i1.png': '2f1528995339cf13ad71535513256eb4799409a64ba3e75e167df5ae7a121470',
  '/i2.png': 'aa7555cea1fc6084a55e9697a50e24470dc93d6c99a37e92739c0b3e53cf23dd',
  '/i3.png': 'f39f28cfd441ba43622d86d2ef046fe1b484077017b25dc0d8451cf495ada755',
  '/i4.png': '9ac7ea700f74f187aae445904a1ac7fedc3d313aaa76bb6cff887b97fc1004cc',
  '/i5.png': '4ec2d00092ef000673bc8d067dcf61c1ebbfeff4fccde090477110a44bf6bb98',
};

describe('the sites of the lab', () => {
  it('are listed', async () => {
    expect(await listSites()).toEqual(expect.arrayContaining(['clean-blog', 'ground-truth']));
  });

  it('ground-truth: the bytes and header fields of the measured server', async () => {
    const site = await loadSite('ground-truth');
    for (const [urlPath, sha256] of Object.entries(GROUND_TRUTH_SHA256)) {
      const resource = site.resources.get(urlPath);
      expect(
        createHash('sha256')
          .update(resource?.body ?? '')
          .digest('hex'),
        urlPath,
      ).toBe(sha256);
      if (resource === undefined) continue;
      const { headers } = negotiate(resource, { 'accept-encoding': 'gzip, deflate, br' });
      const type = { css: 'text/css', js: 'text/javascript', png: 'image/png' }[urlPath.split('.')[1] ?? ''];
      expect(headers).toEqual({
        'content-type': type ?? 'text/html; charset=utf-8',
        'content-length': String(resource.body.length),
        'cache-control': 'max-age=600',
      });
    }
    expect(site.entry).toBe('/');
    expect(site.critical.map((finding) => finding.path)).toEqual(['/a.css', '/b.css', '/app.js']);
    expect(site.used).toHaveLength(9);
    expect(site.externals).toEqual([]);
  });

  it('ground-truth: the generator still makes these files', async () => {
    const generator = path.join(packageRoot, 'scenarios/sites/ground-truth/generate.mjs');
    const { generateFiles } = (await import(generator)) as { generateFiles: () => Map<string, Buffer> };
    const files = generateFiles();
    expect(files.size).toBe(10);
    for (const [name, bytes] of files) {
      const expected = GROUND_TRUTH_SHA256[name === 'index.html' ? '/' : `/${name}`];
      expect(createHash('sha256').update(bytes).digest('hex'), name).toBe(expected);
    }
  });

  it('clean-blog: one critical style sheet, externals apart, text compressed', async () => {
    const site = await loadSite('clean-blog');
    expect(site).toMatchObject({ name: 'clean-blog', entry: '/', hostname: 'clean-blog.test', missing: [] });
    expect(site.critical).toEqual([{ path: '/css/styles.css', reason: '<link rel=stylesheet> in /' }]);
    expect(site.used.map((finding) => finding.path)).toEqual([
      '/assets/favicon.ico',
      '/css/styles.css',
      '/assets/img/home-bg.jpg',
      '/js/scripts.js',
    ]);
    expect(site.externals.map(({ url }) => new URL(url).host)).toEqual([
      'use.fontawesome.com',
      'fonts.googleapis.com',
      'fonts.googleapis.com',
      'cdn.jsdelivr.net',
    ]);
    const sheet = site.resources.get('/css/styles.css');
    expect(sheet?.body.length).toBe(233_159);
    expect(sheet?.encodings.br?.length).toBeLessThan(25_000);
    expect(sheet?.encodings.gzip?.length).toBeLessThan(35_000);
    expect(sheet?.body.equals(brotliDecompressSync(sheet.encodings.br ?? Buffer.alloc(0)))).toBe(true);
    expect(sheet?.body.equals(gunzipSync(sheet.encodings.gzip ?? Buffer.alloc(0)))).toBe(true);
    expect(site.resources.get('/assets/img/home-bg.jpg')).toMatchObject({
      contentType: 'image/jpeg',
      encodings: {},
    });
    expect(site.resources.get('/')).toMatchObject({
      contentType: 'text/html; charset=utf-8',
      cacheControl: 'no-cache',
    });
  });
});

describe('loadSite', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'push-lab-site-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  /** Writes a site below the temporary folder and returns its path. */
  async function make(name: string, siteFile: string, files: Record<string, string> = {}): Promise<string> {
    const site = path.join(folder, name);
    await mkdir(path.join(site, 'www'), { recursive: true });
    await writeFile(path.join(site, 'site.yaml'), siteFile);
    for (const [file, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(site, file)), { recursive: true });
      await writeFile(path.join(site, file), text);
    }
    return site;
  }

  it('names a site after its folder and serves everything below the root', async () => {
    const site = await loadSite(
      await make('My Blog', 'root: www', {
        'www/index.html': '<link rel=stylesheet href="a b.css">',
        'www/a b.css': 'p{}',
        'www/100%.txt': '',
        'www/sub/index.html': '',
        'www/.env': 'SECRET',
        'www/.well-known/x.json': '{}',
        'outside.txt': '',
      }),
    );
    expect(site.hostname).toBe('my-blog.test');
    expect([...site.resources.keys()].sort()).toEqual([
      '/',
      '/.well-known/x.json',
      '/100%25.txt',
      '/a%20b.css',
      '/index.html',
      '/sub/',
      '/sub/index.html',
    ]);
    expect(site.critical.map((finding) => finding.path)).toEqual(['/a%20b.css']);
  });

  it('applies headers, exclusions, a listed critical path, and another entry', async () => {
    const site = await loadSite(
      await make(
        'settings',
        `{root: www, entry: /start.html, hostname: a.example, compression: off, etag: off, critical: [/b.js, /b.js],
          exclude: [/old/**], headers: {/**: {vary: cookie}, /*.js: {cache-control: no-store, x-a: b}}}`,
        { 'www/start.html': '<script src=b.js></script>', 'www/b.js': '1'.repeat(999), 'www/old/x.js': '' },
      ),
    );
    expect(site.entry).toBe('/');
    expect(site.hostname).toBe('a.example');
    expect(site.critical).toEqual([{ path: '/b.js', reason: 'listed in site.yaml' }]);
    expect(site.resources.has('/old/x.js')).toBe(false);
    const script = site.resources.get('/b.js');
    expect(script).toMatchObject({
      cacheControl: 'no-store',
      encodings: {},
      headers: { vary: 'cookie', 'x-a': 'b' },
    });
    expect(script).not.toHaveProperty('etag');
  });

  it('loads a page further down under its own path', async () => {
    const files = { 'www/blog/post.html': '<img src=p.png>', 'www/blog/p.png': '' };
    const site = await loadSite(await make('down', '{root: www, entry: /blog/post.html}', files));
    expect(site.entry).toBe('/blog/post.html');
    expect(site.used.map((finding) => finding.path)).toEqual(['/blog/p.png']);
  });

  it('never leaves the root through symbolic links', async () => {
    const site = await make('links', 'root: www', { 'www/index.html': '', 'secret.txt': 'x' });
    await symlink('index.html', path.join(site, 'www', 'inside.html'));
    expect((await loadSite(site)).resources.has('/inside.html')).toBe(true);
    await symlink('../secret.txt', path.join(site, 'www', 'out.txt'));
    await expect(loadSite(site)).rejects.toThrow(
      /site\.yaml:1:7: root: .*out\.txt is a symbolic link out of the site/,
    );
    await rm(path.join(site, 'www', 'out.txt'));
    await symlink('..', path.join(site, 'www', 'up'));
    await expect(loadSite(site)).rejects.toThrow(/up is a symbolic link out of the site/);
    await rm(path.join(site, 'www', 'up'));
    await symlink('round', path.join(site, 'www', 'round'));
    await expect(loadSite(site)).rejects.toThrow(/round is a symbolic link that leads nowhere/);
  });

  it('says what it looked for and what there is', async () => {
    await expect(loadSite('clean-blgo')).rejects.toThrow(
      /there is no site "clean-blgo" \(did you mean "clean-blog"\?\); the lab has: clean-blog, /,
    );
    await expect(loadSite('')).rejects.toThrow(InputError);
    await expect(loadSite('../..')).rejects.toThrow(/has no site\.yaml/);
    await expect(loadSite('a\0b')).rejects.toThrow(InputError);
    await expect(loadSite(path.join(folder, 'nowhere'))).rejects.toThrow(/there is no folder/);
  });

  it.each([
    ['entry: /x.html', 'site.yaml:1:1: root: is missing'],
    ['{root: www, rooot: x}', 'rooot: unknown key (did you mean "root"?)'],
    ['compression: on\nroot: nowhere', 'site.yaml:2:7: root: there is no folder '],
    ['{root: site.yaml}', 'site.yaml:1:8: root: '],
    ['{root: "npm:../x"}', 'site.yaml:1:8: root: found "npm:../x"; expected npm:PACKAGE/folder'],
    ['{root: "npm:zod/../../x"}', 'expected npm:PACKAGE/folder'],
    [
      '{root: "npm:no-such-package-here"}',
      'site.yaml:1:8: root: the package no-such-package-here is not installed',
    ],
    [
      'root: www\nentry: /indx.html',
      'site.yaml:2:8: entry: the site has no /indx.html (did you mean "/index.html"?)',
    ],
    ['{root: www, entry: index.html}', 'a path starts with /'],
    [
      'root: www\ncritical:\n  - /a.css\n  - /a.cs',
      'site.yaml:4:5: critical[1]: the site has no /a.cs (did you mean "/a.css"?)',
    ],
    ['{root: www, critical: [/index.html]}', 'critical[0]: /index.html is the page itself'],
    ['{root: www, exclude: [/index.html]}', 'site.yaml:1:1: entry: the site has no /index.html'],
    ['{root: www, compression: maybe}', 'expected on or off'],
    ['{root: www, hostname: "A B"}', 'expected a host name in lower case'],
    ['{root: www, headers: {/: {X-A: b}}}', 'a header name is written in lower case'],
    ['{root: www, headers: {/: {content-length: "3"}}}', 'this header is set by the server itself'],
    ['{root: www, headers: {/: {x: "a\\nb"}}}', 'a header value is one line of ASCII'],
    ['{root: www, name: a/b}', 'a name has letters'],
  ])('refuses %s', async (siteFile, message) => {
    const site = await make('bad', siteFile, { 'www/index.html': '', 'www/a.css': '' });
    const error = await loadSite(site).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toContain(message);
  });
});
