import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../lab/package-root.ts';
import { installBrowser } from '../../lab/browser/install-browser.ts';
import type { Results } from '../../lab/run/results.ts';
import { lab, readRun, temporaryFolder, type Outcome } from './support/lab.ts';

const scenario = path.join(packageRoot, 'test/data/fates.yaml');
/** However busy this machine is. */
const ONCE = ['--runs', '1', '--concurrency', '1', '--max-lateness', '60s'];

let out: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  out = await temporaryFolder();
});
afterAll(() => out.remove());

/** One measured load of each of these strategies. */
async function runIn(browser: string, folder: string, strategies: string) {
  const own = path.join(out.path, folder);
  const options = ['--browser', browser, '--strategies', strategies, '--out', own, ...ONCE];
  const outcome = await lab(['run', scenario, ...options]);
  if (outcome.status !== 0) throw new Error(outcome.stderr);
  return { outcome, ...(await readRun(own, 'fates')) };
}

const loaded = (results: Results) =>
  results.trials.filter(({ warmup }) => !warmup).map(({ strategy }) => strategy);

describe('chromium-103, got through npm', () => {
  it('adopts pushes and acts on Early Hints', { timeout: 240_000 }, async () => {
    const { executablePath } = await installBrowser('chromium-103');
    const again = await installBrowser('chromium-103');
    expect(again).toMatchObject({ executablePath, fresh: false });
    const { results } = await runIn('chromium-103', '103', 'no-push,after-html,early-hints');
    expect(results.browser).toMatchObject({ name: 'chromium-103', acceptsPush: true, usesEarlyHints: true });
    expect(results.browser.version).toMatch(/^103\./);
    expect(results.trials.every(({ status }) => status === 'ok')).toBe(true);
    const pushed = results.trials.filter(({ strategy }) => strategy === 'after-html');
    expect(pushed.flatMap(({ pushes }) => pushes.map(({ outcome }) => outcome))).toContain('adopted');
    expect(results.trials.flatMap(({ disagreements }) => disagreements)).toEqual([]);
  });
});

describe.each(['chromium-109', 'chromium-153'])('%s, which refuses push', (browser) => {
  let outcome: Outcome;
  let results: Results;
  let folder: string;
  beforeAll(async () => {
    await installBrowser(browser);
    const strategies = 'no-push,after-html,preload,early-hints';
    ({ outcome, results, folder } = await runIn(browser, browser, strategies));
  }, 240_000);

  it('loads what needs no push, with all witnesses in agreement', () => {
    expect(loaded(results).toSorted()).toEqual(['early-hints', 'no-push', 'preload']);
    expect(results.trials.every(({ status }) => status === 'ok')).toBe(true);
    expect(results.trials.flatMap(({ disagreements }) => disagreements)).toEqual([]);
    for (const { metrics, requestCount } of results.trials) {
      expect(metrics.firstContentfulPaint).toBeGreaterThan(60);
      expect(requestCount).toBeGreaterThan(1);
    }
  });

  it('says plainly which strategy it left out: terminal, results, report', async () => {
    const sentence = `after-html was not loaded: ${browser} refuses push (SETTINGS_ENABLE_PUSH=0)`;
    expect(outcome.stdout).toContain(sentence);
    expect(results.answer.sentence).toContain(sentence);
    expect(results.browser.acceptsPush).toBe(false);
    expect(results.strategies.find(({ name }) => name === 'after-html')?.notLoaded).toContain('refuses push');
    const report = await readFile(path.join(folder, 'report.html'), 'utf8');
    expect(report).toContain(sentence);
    expect(report).toContain('push refused');
  });
});

describe('the path of an executable', () => {
  it('is asked what it can do, and no push strategy is loaded where it refuses', async () => {
    const { executablePath, sha256 } = await installBrowser('chromium-109');
    const run = await runIn(executablePath, 'path', 'no-push,after-html');
    expect(run.results.browser).toMatchObject({
      name: executablePath,
      sha256,
      acceptsPush: false,
      usesEarlyHints: true,
    });
    expect(run.results.browser.version).toMatch(/^109\./);
    expect(loaded(run.results)).toEqual(['no-push']);
  });
});

describe('a browser that cannot be had', () => {
  it('is named with what to type; lab run installs nothing', async () => {
    const env = { LAB_CACHE_DIR: path.join(out.path, 'empty') };
    const outcome = await lab(['run', scenario, '--browser', 'chromium-92', ...ONCE], env);
    expect(outcome.status).toBe(3);
    expect(outcome.stderr).toContain('npx lab browsers install chromium-92');
  });

  it('is named where a program is no browser, without the words of its driver', async () => {
    const { status, stderr } = await lab(['run', scenario, '--browser', '/bin/true', ...ONCE]);
    expect(status).toBe(3);
    expect(stderr).toContain(
      '/bin/true is no Chromium that the lab can use: it ended before it could be spoken to',
    );
    expect(stderr).toMatch(/next: .*"\/bin\/true" --version/);
    expect(stderr).not.toContain('browserType');
  });

  it('is bad input where nothing has that name, or where the comparison rests on push', async () => {
    const typo = await lab(['run', scenario, '--browser', 'chromium-16']);
    expect(typo.status).toBe(2);
    expect(typo.stderr).toContain('unknown browser "chromium-16" (did you mean "chromium-106"?); allowed: ');
    expect(typo.stderr).toMatch(/next: .*npx lab browsers/);
    const pushed = await lab(['run', scenario, '--browser', 'chromium-109', '--strategies', 'after-html']);
    expect(pushed.status).toBe(2);
    expect(pushed.stderr).toContain('the baseline after-html needs push, and chromium-109 refuses push');
  });
});
