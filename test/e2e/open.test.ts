import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleReport } from '../reports/sample-results.ts';
import { lab, temporaryFolder, type Outcome } from './support/lab.ts';

/** A machine that has a desktop, or none, whatever this one has. */
const NO_DESKTOP = {
  ...{ CI: '', DISPLAY: '', WAYLAND_DISPLAY: '', WSL_DISTRO_NAME: '' },
  ...{ SSH_CONNECTION: '', SSH_CLIENT: '', SSH_TTY: '', XDG_CURRENT_DESKTOP: '' },
};

let out: Awaited<ReturnType<typeof temporaryFolder>>;
const run = (scenario: string, time: string): string => path.join(out.path, scenario, time);
const open = (...args: string[]): Promise<Outcome> => lab(['open', ...args, '--out', out.path], NO_DESKTOP);
const urlOf = (folder: string): string => pathToFileURL(path.join(folder, 'report.html')).href;

beforeAll(async () => {
  out = await temporaryFolder();
  const results = JSON.stringify(sampleReport(1).results);
  for (const [scenario, time, hasReport] of [
    ['2g-cold', '2026-03-01T14-05-11Z-2', true],
    ['2g-cold', '2026-03-01T14-05-11Z-10', true],
    ['2g-cold', '2026-03-02T14-05-11Z', false],
    ['cable', '2026-03-01T14-05-12Z', true],
    ['bare', '2026-02-01T14-05-12Z', false],
  ] as const) {
    await mkdir(run(scenario, time), { recursive: true });
    await writeFile(path.join(run(scenario, time), 'results.json'), results);
    if (hasReport) await writeFile(path.join(run(scenario, time), 'report.html'), '<p>');
  }
});
afterAll(() => out.remove());

describe('lab open without a desktop prints where the page is', () => {
  it.each([
    ['the newest report of all', [], 'cable/2026-03-01T14-05-12Z'],
    ['the newest of a scenario', ['2g-cold'], '2g-cold/2026-03-01T14-05-11Z-10'],
  ])('%s', async (_, args, expected) => {
    const { status, stdout, stderr } = await open(...args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(urlOf(path.join(out.path, expected)));
    expect(stdout).toContain('Not opened: there is no desktop here');
  });

  it.each([
    ['one run', '2g-cold/2026-03-01T14-05-11Z-2', '2g-cold/2026-03-01T14-05-11Z-2'],
    ['one scenario', '2g-cold', '2g-cold/2026-03-01T14-05-11Z-10'],
    ['all results', '.', 'cable/2026-03-01T14-05-12Z'],
  ])('of a folder: %s', async (_, folder, expected) => {
    const { status, stdout } = await lab(['open', path.join(out.path, folder)], NO_DESKTOP);
    expect(status).toBe(0);
    expect(stdout).toContain(urlOf(path.join(out.path, expected)));
  });

  it('makes the index where it is missing', async () => {
    const { status, stdout } = await open('--index');
    expect(status).toBe(0);
    expect(stdout).toContain(pathToFileURL(path.join(out.path, 'index.html')).href);
    expect(await readFile(path.join(out.path, 'index.html'), 'utf8')).toContain(
      'cable/2026-03-01T14-05-12Z/',
    );
  });
});

describe('lab open --index', () => {
  it('does not open, or replace, a page that is not the lab’s', async () => {
    const file = path.join(out.path, 'index.html');
    const own = await readFile(file);
    await writeFile(file, '<html>mine');
    const { status, stderr } = await open('--index');
    expect(status).toBe(3);
    expect(stderr).toMatch(/no index of all runs to open: .*index\.html is there already and not the lab’s/);
    expect(stderr).not.toContain('mistake in the lab');
    expect(await readFile(file, 'utf8')).toBe('<html>mine');
    await writeFile(file, own);
  });
});

describe('lab open with nothing to open exits 2 with the next step', () => {
  it.each([
    [['2g-clod'], 'did you mean "2g-cold"', 'lab open --index'],
    [['bare'], 'no report.html of bare', 'npx lab report'],
  ])('%j', async (args, wanted, next) => {
    const { status, stderr } = await open(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(wanted);
    expect(stderr).toMatch(new RegExp(`next: .*${next}`));
  });

  it.each([[[]], [['--index']]])('no results: %j', async (args) => {
    const { status, stderr } = await lab(['open', ...args, '--out', path.join(out.path, 'none')], NO_DESKTOP);
    expect(status).toBe(2);
    expect(stderr).toMatch(/there are no results below .*none/);
    expect(stderr).toMatch(/next: .*npx lab run/);
  });
});

describe('lab open on a desktop', () => {
  async function withBrowser(script: string): Promise<Outcome> {
    const browser = path.join(out.path, 'browser');
    await writeFile(browser, `#!/bin/sh\n${script}\n`);
    await chmod(browser, 0o755);
    return lab(['open', 'cable', '--out', out.path], { ...NO_DESKTOP, DISPLAY: ':99', BROWSER: browser });
  }

  it('hands the page to the user’s browser', async () => {
    const seen = path.join(out.path, 'seen');
    const { status, stderr } = await withBrowser(`echo "$1" > ${seen}`);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(await readFile(seen, 'utf8')).toContain(path.join('cable', '2026-03-01T14-05-12Z', 'report.html'));
  });

  it('says where the page is if no browser takes it', async () => {
    const { status, stderr } = await withBrowser('exit 4');
    expect(status).toBe(3);
    expect(stderr).toContain('found no browser');
    expect(stderr).toContain('report.html');
  });
});
