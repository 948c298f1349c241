import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../lab/errors.ts';
import { prepareRun, type PreparedRun } from '../../lab/run/prepare.ts';
import { loadScenario } from '../../lab/scenario/load-scenario.ts';
import { planWarnings } from '../../lab/run/warnings.ts';
import { applyOverrides } from '../../lab/scenario/overrides.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'push-lab-prepare-'));
  await mkdir(path.join(folder, 'site/www'), { recursive: true });
  await writeFile(path.join(folder, 'site/site.yaml'), 'root: www\ncompression: off\n');
  await writeFile(path.join(folder, 'site/www/index.html'), '<link rel=stylesheet href=/a.css>');
  await writeFile(path.join(folder, 'site/www/a.css'), 'p{}'.padEnd(1000));
  // 1 MB: 8 s at 1 Mbit/s.
  await writeFile(path.join(folder, 'site/www/film.bin'), Buffer.alloc(1_000_000));
});
afterAll(() => rm(folder, { recursive: true }));

async function prepare(strategies: string, chosen?: string): Promise<PreparedRun> {
  const file = path.join(folder, 'x.yaml');
  await writeFile(
    file,
    `site: ./site\nnetwork: { rtt: 20ms, down: 1mbit/s, up: 1mbit/s, queue: 64kB }\nstrategies:\n${strategies}`,
  );
  return prepareRun(applyOverrides(await loadScenario(file), { strategies: chosen }));
}

async function prepareJourney(journey: string): Promise<PreparedRun> {
  await writeFile(
    path.join(folder, 'site/www/post.html'),
    '<link rel=stylesheet href=/a.css><link rel=stylesheet href=/post.css>',
  );
  await writeFile(path.join(folder, 'site/www/post.css'), 'p{}'.padEnd(500));
  const file = path.join(folder, 'journey.yaml');
  const strategies = '[no-push, after-html, next-page, { name: list, how: push, what: [/a.css] }]';
  await writeFile(file, `site: ./site\nnetwork: 3g\njourney: ${journey}\nstrategies: ${strategies}\n`);
  try {
    return await prepareRun(await loadScenario(file));
  } finally {
    await Promise.all(['post.html', 'post.css'].map((name) => rm(path.join(folder, 'site/www', name))));
  }
}

describe('prepareRun, of a journey', () => {
  it('resolves strategies for each page; the next page is that of the journey; a list is for the first page', async () => {
    const { strategies, pages, siteRecord, pageBytes } = await prepareJourney('[/, /post.html]');
    expect(pages.map(({ entry }) => entry)).toEqual(['/', '/post.html']);
    expect(strategies.map((strategy) => strategy.pages)).toEqual([
      { '/': [], '/post.html': [] },
      { '/': ['/a.css'], '/post.html': ['/a.css', '/post.css'] },
      // What this page uses as well is there by then. The last page links to none.
      { '/': ['/post.html', '/post.css'], '/post.html': [] },
      { '/': ['/a.css'], '/post.html': [] },
    ]);
    expect(siteRecord.resources.map((resource) => resource.path)).toEqual([
      '/',
      '/a.css',
      '/post.html',
      '/post.css',
    ]);
    expect(pageBytes).toBe(33 + 1000 + 69 + 500);
  });

  it.each([
    ['[/, /pst.html]', '3:14: journey[1].path: the site site has no /pst.html (did you mean "/post.html"?)'],
    [
      '[/, { path: /post.htm, after: 2s }]',
      '3:22: journey[1].path: the site site has no /post.htm (did you mean "/post.html"?)',
    ],
    ['[/a.css]', '3:11: journey[0].path: /a.css is no page but text/css; charset=utf-8'],
  ])('points at a path that is no page: %s', async (journey, message) => {
    const error = await prepareJourney(journey).catch((reason: unknown) => reason);
    expect((error as InputError).message).toBe(`${folder}/journey.yaml:${message}`);
    expect((error as InputError).nextStep).toBe('name pages that the site has: /, /index.html, /post.html');
  });
});

describe('prepareRun', () => {
  it('counts as the page what the page uses, not what a strategy names besides', async () => {
    const plain = await prepare('  - no-push\n');
    const pushy = await prepare('  - no-push\n  - { name: film, how: push, what: [/film.bin] }\n');
    expect(plain.pageBytes).toBe(33 + 1000);
    expect(pushy.pageBytes).toBe(plain.pageBytes);
    expect(pushy.concurrency).toBe(plain.concurrency);
    const unused = pushy.siteRecord.resources.filter((resource) => resource.unused);
    expect(unused.map((resource) => resource.path)).toEqual(['/film.bin']);
  });

  it('leaves a trial time for everything its strategy sends', async () => {
    // 30 MB would take 240 s; the page alone is done within the least timeout of a minute.
    await writeFile(path.join(folder, 'site/www/long.bin'), Buffer.alloc(30_000_000));
    const { timeoutMs } = await prepare('  - { name: long, how: push, what: [/long.bin] }\n');
    expect(timeoutMs).toBeGreaterThan(3 * 240_000);
    await rm(path.join(folder, 'site/www/long.bin'));
  });

  it('points at a listed path that the site does not have', async () => {
    const error = await prepare('  - { name: a, how: push, what: [/a.css, /b.css] }\n').catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toBe(
      `${folder}/x.yaml:4:42: strategies[0].what[1]: a: the site site has no /b.css (did you mean "/a.css"?)`,
    );
    expect((error as InputError).nextStep).toBe('name what the site has: /a.css, /film.bin');
  });

  it.each(['/', '/index.html', '/?again'])(
    'refuses to send the page itself ahead of it: %s',
    async (page) => {
      const strategies = `  - no-push\n  - { name: a, how: push, what: [/a.css, '${page}'] }\n`;
      await expect(prepare(strategies)).rejects.toThrow(
        `x.yaml:5:42: strategies[1].what[1]: a: ${page} is the page itself; list what the page uses`,
      );
      // A strategy that is left out of the run does not keep it from running.
      expect((await prepare(strategies, 'no-push')).strategies).toHaveLength(1);
    },
  );
});

describe('prepareRun, of a site with several hosts', () => {
  it('counts their files, takes lists however they are written, and says what cannot be pushed', async () => {
    const run = await prepareRun(await loadScenario('test/data/hosts.yaml'));
    const own = ['/', '/own.css'];
    const [font, picture] = ['font.woff2', 'picture.svg'].map(
      (name) => `https://coalesced.hosts.test/${name}`,
    );
    const sheets = ['coalesced', 'apart', 'unnamed', 'refusing'].map(
      (name) => `https://${name}.hosts.test/style.css`,
    );
    expect(run.siteRecord.resources.map(({ path: name }) => name).toSorted()).toEqual(
      [...own, font, picture, ...sheets].toSorted(),
    );
    const pushed = run.strategies.find(({ name }) => name === 'pushed')!;
    expect(pushed.paths).toEqual(['/own.css', ...sheets, font]);
    const warnings = planWarnings(run);
    expect(warnings.filter((text) => text.includes('does not push'))).toEqual([
      'pushed does not push what comes from apart.hosts.test, unnamed.hosts.test, refusing.hosts.test: a connection may not speak for a host with a certificate or an address of its own, or one that refuses it',
    ]);
    expect(warnings.find((text) => text.includes('other hosts'))).toContain('(elsewhere.test)');
  });

  it('says so too of what comes with a resource or with a later page, unless it is of one host with it', async () => {
    const site = path.join(folder, 'hosts');
    await mkdir(path.join(site, 'www'), { recursive: true });
    const files = {
      'site.yaml':
        'root: www\nhostname: h.test\norigins: { cdn.h.test: {}, img.h.test: {}, late.h.test: {} }\n',
      'www/index.html':
        '<link rel=stylesheet href=/a.css><link rel=stylesheet href=//cdn.h.test/own.css><a href=/next.html>',
      'www/next.html': '<link rel=stylesheet href=//late.h.test/a.css>',
      'www/a.css': '@import url(//img.h.test/deep.css);',
      'www/own.css': '@import url(deep.css);',
      'www/deep.css': 'p{}',
    };
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(site, name), text);
    const warningsOf = async (more: string) => {
      await writeFile(path.join(folder, 'h.yaml'), `site: ./hosts\nnetwork: 3g\n${more}`);
      const warnings = planWarnings(await prepareRun(await loadScenario(path.join(folder, 'h.yaml'))));
      return warnings.flatMap((text) => /^(.* does not push what comes from [^:]*):/.exec(text)?.[1] ?? []);
    };
    // The style sheet of cdn.h.test brings its import on its own connection.
    expect(await warningsOf('strategies: [with-resource]')).toEqual([
      'with-resource does not push what comes from img.h.test',
    ]);
    expect(
      await warningsOf(
        'journey: [/index.html, /next.html]\nstrategies: [{ name: push, how: push, what: critical }]',
      ),
    ).toEqual(['push does not push what comes from img.h.test, cdn.h.test, late.h.test']);
  });
});
