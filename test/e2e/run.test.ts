import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { chromium } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { provisionBrowser } from '../../lab/browser/provision.ts';
import { browserEnvironment } from '../../lab/browser/launch.ts';
import { packageRoot } from '../../lab/package-root.ts';
import type { Results, TrialResult } from '../../lab/run/results.ts';
import { lab, readRun, readWaterfall, startLab, temporaryFolder, type Outcome } from './support/lab.ts';

/** However busy this machine is: what is tested here is not its punctuality. */
const UNDISTURBED = ['--max-lateness', '60s'];
const scenario = path.join(packageRoot, 'test/data/fates.yaml');

describe('lab run, every strategy on one page', () => {
  let out: Awaited<ReturnType<typeof temporaryFolder>>;
  let outcome: Outcome;
  let folder: string;
  let results: Results;
  const measured = (strategy: string): TrialResult =>
    results.trials.find((trial) => trial.strategy === strategy && !trial.warmup)!;
  const waterfall = (strategy: string) => readWaterfall(folder, measured(strategy).id);
  const outcomes = (strategy: string) =>
    Object.fromEntries(measured(strategy).pushes.map((push) => [new URL(push.url).pathname, push.outcome]));

  beforeAll(async () => {
    out = await temporaryFolder();
    outcome = await lab(['run', scenario, '--out', out.path, '--concurrency', '2', ...UNDISTURBED]);
    ({ folder, results } = await readRun(out.path, 'fates'));
  });
  afterAll(() => out.remove());

  it('ends well: a table, the path of the report, every trial counted', () => {
    expect(outcome.stderr).toContain('trial 12/12');
    expect(outcome.stdout).toContain('before-html');
    expect(outcome.stdout).toMatch(/report: .*report\.html/);
    expect(outcome.stdout).toMatch(/all: .*index\.html/);
    expect(readFileSync(path.join(out.path, 'index.html'), 'utf8')).toContain(
      `href="fates/${path.basename(folder)}/report.html"`,
    );
    expect(outcome.status).toBe(0);
    expect(results.trials.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 'ok'));
    expect(results.partial).toBe(false);
  });

  it('begins with a check of the machine, which stands in the results and in the report', async () => {
    expect(results.calibration!.lines.map(({ name }) => name)).toEqual([
      'pacer lateness, p99',
      'round trip',
      'rate',
    ]);
    expect(outcome.stdout).toMatch(/machine {5}(good|fair|off): pacer lateness/);
    expect(await readFile(path.join(folder, 'report.html'), 'utf8')).toContain('Check of the machine');
  });

  it('shuffles strategies within blocks', () => {
    const block = (number: number) =>
      results.trials.filter((trial) => trial.block === number).map(({ strategy }) => strategy);
    expect(block(0).toSorted()).toEqual(results.strategies.map(({ name }) => name).toSorted());
    expect(block(1)).not.toEqual(block(0));
  });

  it('no-push promises nothing', () => {
    expect(measured('no-push').pushes).toEqual([]);
    expect(measured('no-push').wastedBytes).toBe(0);
  });

  it.each(['after-html', 'before-html'])('%s: what the page asks for is adopted, at no cost', (strategy) => {
    expect(outcomes(strategy)).toMatchObject({ '/style.css': 'adopted', '/app.js': 'adopted' });
    const used = measured(strategy).pushes.filter((push) => push.outcome === 'adopted');
    for (const push of used) expect(push).toMatchObject({ wastedBytes: 0, duplicate: false });
  });

  it('a push whose Vary cannot match is dropped, requested again, counted as waste and flagged duplicate', () => {
    const trial = measured('before-html');
    const push = trial.pushes.find(({ url }) => url.endsWith('/vary.css'))!;
    expect(push).toMatchObject({ outcome: 'mismatch', duplicate: true });
    expect(push.wastedBytes).toBe(push.receivedBytes);
    expect(push.receivedBytes).toBeGreaterThan(0);
    expect(trial.duplicates).toEqual(['/vary.css']);
  });

  it('a push nobody asks for ends unclaimed with all its bytes wasted', () => {
    const push = measured('push-unused').pushes.find(({ url }) => url.endsWith('/unused.css'))!;
    const sent = results.site.resources.find(({ path: name }) => name === '/unused.css')!;
    expect(push).toMatchObject({ outcome: 'unclaimed', duplicate: false });
    expect(push.receivedBytes).toBe(sent.encodedBytes);
    expect(push.wastedBytes).toBe(sent.encodedBytes);
    expect(outcomes('push-unused')['/style.css']).toBe('adopted');
  });

  it('after-html sends the HTML first, before-html the pushes', async () => {
    const firstByte = async (strategy: string) => {
      const { resources, pushes } = await waterfall(strategy);
      const page = resources.find(({ type }) => type === 'document')!;
      const style = pushes.find((push) => push.path === '/style.css')!;
      return {
        page: page.sendStart!,
        pageEnd: page.sendEnd!,
        style: style.sendStart!,
        styleEnd: style.sendEnd!,
      };
    };
    const after = await firstByte('after-html');
    expect(after.style).toBeGreaterThanOrEqual(after.page);
    const before = await firstByte('before-html');
    expect(before.page).toBeGreaterThanOrEqual(before.styleEnd);
  });

  it('the life of an adopted push is in order: promised, sending, received, adopted', async () => {
    const { pushes } = await waterfall('after-html');
    const push = pushes.find(({ path: name }) => name === '/style.css')!;
    expect(push.promiseReceived).toBeGreaterThan(push.promised);
    expect(push.sendEnd).toBeGreaterThan(push.sendStart!);
    // The path takes 30 ms one way.
    expect(push.responseEnd! - push.sendEnd!).toBeGreaterThan(29);
    expect(push.adopted).toBeGreaterThanOrEqual(push.promiseReceived!);
  });

  it.each([
    ['preload', 'preload-header', 'preload'],
    ['early-hints', 'early-hints', 'early-hint'],
  ] as const)('%s: hinted, requested once, used', async (strategy, how, initiator) => {
    const { hints, resources, pushes } = await waterfall(strategy);
    expect(pushes).toEqual([]);
    expect(hints.map((hint) => [hint.path, hint.how, hint.used])).toEqual(
      ['/style.css', '/vary.css', '/app.js'].map((name) => [name, how, true]),
    );
    for (const hint of hints) expect(hint.received).toBeGreaterThan(hint.sent);
    const styles = resources.filter(({ path: name }) => name === '/style.css');
    expect(styles.filter(({ deliveredBy }) => deliveredBy === 'request')).toHaveLength(1);
    expect(styles[0]!.initiator).toBe(initiator);
  });

  it('paths, sizes and vantage points agree', async () => {
    for (const { name } of results.strategies) {
      const { resources, disagreements } = await waterfall(name);
      // A stream the browser reset is cut short on one side only; anything else is a mistake.
      expect(disagreements, name).toEqual([]);
      const page = resources.find(({ type }) => type === 'document')!;
      // SYN, TLS 1.3 and the request: three round trips of 60 ms before the first response byte.
      expect(page.responseStart).toBeGreaterThan(180);
      expect(page.requestReceived! - page.requestStart!).toBeGreaterThan(29);
    }
  });

  it('lists what the page tried to load from outside; nothing of it was reached', () => {
    expect(results.blockedExternals).toEqual([{ url: 'https://outside.example/tracker.js', loads: 12 }]);
  });

  it('keeps raw evidence of every trial', async () => {
    for (const { id } of results.trials) {
      const files = await readdir(path.join(folder, 'trials', id));
      expect(files.toSorted()).toEqual([
        'browser.json.gz',
        'emulator.json.gz',
        'packets.json.gz',
        'streams.bin',
        'trace.json.gz',
        'waterfall.json',
      ]);
    }
    const emulator = JSON.parse(
      gunzipSync(
        await readFile(path.join(folder, 'trials', results.trials[0]!.id, 'emulator.json.gz')),
      ).toString(),
    ) as { connections: { cwndSegments: number[][] }[] };
    expect(emulator.connections[0]!.cwndSegments.length).toBeGreaterThan(3);
  });

  it('films every strategy once, after the timed loads', async () => {
    expect(outcome.stderr).toContain('film 6/6');
    expect(outcome.stdout).toContain('Speed Index');
    expect(results.films.map(({ strategy }) => strategy)).toEqual(results.strategies.map(({ name }) => name));
    const lastTimed = Math.max(...results.trials.map(({ startedAt }) => Date.parse(startedAt)));
    for (const film of results.films) {
      expect(film.failure, film.trial).toBeUndefined();
      expect(Date.parse(film.startedAt)).toBeGreaterThan(lastTimed);
      const times = film.frames.map(({ atMs }) => atMs);
      expect(times.length).toBeGreaterThan(1);
      expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
      expect(film.visuallyCompleteMs).toBe(times.at(-1));
      expect(film.speedIndexMs).toBeGreaterThanOrEqual(film.firstVisualChangeMs!);
      expect(film.speedIndexMs).toBeLessThanOrEqual(film.visuallyCompleteMs!);
      for (const { file } of film.frames) {
        const jpeg = await readFile(path.join(folder, file));
        expect(jpeg.subarray(0, 2).toString('hex')).toBe('ffd8');
      }
    }
    // In no statistic.
    const filmed = new Set(results.films.map(({ trial }) => trial));
    expect(results.trials.some(({ id }) => filmed.has(id))).toBe(false);
    expect(results.summaries.every(({ n }) => n === 1)).toBe(true);
  });

  it('writes a report that opens from disk, draws its charts and logs no error', async () => {
    const installed = await provisionBrowser('chromium-106');
    const browser = await chromium.launch({
      executablePath: installed.executablePath,
      env: browserEnvironment(installed),
    });
    try {
      for (const colorScheme of ['light', 'dark'] as const) {
        const page = await browser.newPage({ colorScheme });
        const problems: string[] = [];
        const requests: string[] = [];
        page.on('console', (message) => problems.push(`${message.type()}: ${message.text()}`));
        page.on('pageerror', (error) => problems.push(error.message));
        page.on('request', (request) => requests.push(request.url()));
        await page.goto(`file://${path.join(folder, 'report.html')}`);
        const drawn = await page.evaluate(async () => {
          await new Promise((resolve) => setTimeout(resolve, 500));
          return [...document.querySelectorAll('canvas')]
            .filter((canvas) => canvas.width > 0 && canvas.height > 0)
            .map((canvas) => {
              const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
              return data.some((value) => value !== 0);
            });
        });
        expect(drawn.length).toBeGreaterThan(0);
        expect(drawn.every(Boolean)).toBe(true);
        expect(problems).toEqual([]);
        expect(requests.filter((url) => !url.startsWith('file://') && !url.startsWith('data:'))).toEqual([]);
        expect(await page.textContent('h1')).toContain('fates');
        // A box of infinite height once printed 30 000 empty pages.
        const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
        expect(pdf.match(/\/Type \/Page\b/g)?.length).toBeLessThan(20);
        await page.close();
      }
    } finally {
      await browser.close();
    }
  });

  it('lab report renders the same result again', async () => {
    const again = await lab(['report', folder]);
    expect(again.stderr).toBe('');
    expect(again.status).toBe(0);
    expect(again.stdout.trim()).toBe(path.join(folder, 'report.html'));
  });

  it('lab report goes on without a film that lost a frame, and names it', async () => {
    const { trial, frames } = results.films[0]!;
    await rm(path.join(folder, frames[0]!.file));
    expect((await lab(['report', folder])).status).toBe(0);
    const html = await readFile(path.join(folder, 'report.html'), 'utf8');
    expect(html).toContain(`the film ${trial} cannot be shown`);
    expect(html.match(/<image id="frame-/g)!.length).toBeGreaterThan(1);
  });
});

/** Kills a process below `ancestor` whose command line contains `marker`. */
function killDescendant(ancestor: number, marker: string): void {
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8');
      if (parent === ancestor && command.includes(marker)) process.kill(Number(entry), 'SIGKILL');
    } catch {
      // It ended while we looked.
    }
  }
}

describe('lab run on a machine that is too noisy for the limit', () => {
  it('discards and repeats disturbed loads, keeps them with the reason, and exits 3 with the next step', async () => {
    const out = await temporaryFolder();
    // No emulator is that punctual: every load is disturbed, however often it is tried.
    const options = ['--runs', '2', '--strategies', 'no-push,preload', '--max-lateness', '0.001ms'];
    const { status, stdout, stderr } = await lab(['run', scenario, '--out', out.path, ...options]);
    expect(status).toBe(3);
    expect(stderr).toContain('too noisy: 4 of 4 measured trials');
    expect(stderr).toContain('next:');
    const { folder, results } = await readRun(out.path, 'fates');
    expect(results.latenessLimits).toEqual({ p99Ms: 0.001, maxMs: 0.01 });
    expect(results.trials.every((trial) => trial.status === 'disturbed')).toBe(true);
    // Six planned, of which the two of the warm-up block are not repeated; three repeats for the whole run.
    expect(results.trials).toHaveLength(9);
    const repeated = results.trials.filter((trial) => trial.repeatedAs !== undefined);
    expect(repeated).toHaveLength(3);
    for (const trial of results.trials) {
      expect(trial.disturbance).toContain('99th percentile');
      expect(trial.pacer!.latenessP99Ms).toBeGreaterThan(0.001);
      expect(existsSync(path.join(folder, 'trials', trial.id, 'waterfall.json'))).toBe(true);
    }
    for (const { repeatedAs } of repeated) {
      expect(results.trials.some(({ id }) => id === repeatedAs)).toBe(true);
    }
    expect(results.summaries).toEqual([]);
    expect(stdout).toContain('3 loads were disturbed by this machine, discarded and repeated');
    expect(results.warnings.join()).toContain('stayed disturbed after every repeat');
    expect(await readFile(path.join(folder, 'report.html'), 'utf8')).toContain('missing after every repeat');
    await out.remove();
  });
});

describe('lab run, interrupted', () => {
  it('Ctrl-C keeps finished trials and writes a report marked partial', async () => {
    const out = await temporaryFolder();
    const { child, outcome } = startLab([
      'run',
      scenario,
      '--out',
      out.path,
      '--runs',
      '50',
      '--concurrency',
      '1',
      ...UNDISTURBED,
    ]);
    child.stderr!.on('data', (text: Buffer) => {
      if (text.toString().includes('trial 3/')) child.kill('SIGINT');
    });
    const { status, stdout } = await outcome;
    expect(status).toBe(130);
    const { folder, results } = await readRun(out.path, 'fates');
    expect(results.partial).toBe(true);
    expect(results.trials.length).toBeGreaterThanOrEqual(3);
    expect(results.trials.length).toBeLessThan(10);
    expect(stdout).toContain('Interrupted');
    expect(await readFile(path.join(folder, 'report.html'), 'utf8')).toMatch(/partial/i);
    await out.remove();
  });

  it('Ctrl-C while filming keeps the whole answer', async () => {
    const out = await temporaryFolder();
    const options = [
      '--strategies',
      'no-push,preload',
      '--runs',
      '1',
      '--film',
      '--concurrency',
      '1',
      ...UNDISTURBED,
    ];
    const { child, outcome } = startLab(['run', scenario, '--out', out.path, ...options]);
    child.stderr!.on('data', (text: Buffer) => {
      if (text.toString().includes('film 1/2')) child.kill('SIGINT');
    });
    const { status, stdout } = await outcome;
    expect(status).toBe(130);
    const { results } = await readRun(out.path, 'fates');
    expect(results.partial).toBe(false);
    expect(results.trials).toHaveLength(4);
    expect(results.films).toHaveLength(1);
    expect(stdout).toContain('1 of 2 films were made before an interruption');
    await out.remove();
  });

  it.each([
    ['emulator', 'emulator/process.js'],
    ['browser', '--remote-debugging-pipe'],
  ])('a %s that dies costs its trial, not the run', async (_name, marker) => {
    const out = await temporaryFolder();
    const { child, outcome } = startLab([
      'run',
      scenario,
      '--out',
      out.path,
      '--runs',
      '2',
      '--strategies',
      'no-push,preload',
      '--no-film',
      '--concurrency',
      '1',
      ...UNDISTURBED,
    ]);
    let killed = false;
    child.stderr!.on('data', (text: Buffer) => {
      if (killed || !text.toString().includes('trial 3/')) return;
      killed = true;
      // The next trial is under way a moment later.
      setTimeout(() => killDescendant(child.pid!, marker), 150);
    });
    const { status, stdout } = await outcome;
    const { results } = await readRun(out.path, 'fates');
    expect(killed).toBe(true);
    expect(status).toBe(0);
    expect(results.trials).toHaveLength(6);
    const failed = results.trials.filter((trial) => trial.status === 'failed');
    expect(failed.length).toBeLessThanOrEqual(1);
    for (const trial of failed) {
      expect(trial.failure).not.toBe('');
      expect(stdout).toContain('1 of 6 trials failed');
    }
    await out.remove();
  });

  it('--dry-run prints the plan and writes nothing', async () => {
    const out = await temporaryFolder();
    const { status, stdout } = await lab(['run', scenario, '--dry-run', '--out', path.join(out.path, 'x')]);
    expect(status).toBe(0);
    expect(stdout).toContain('RTT 60 ms');
    expect(stdout.match(/^ {2}\d{3}-/gm)).toHaveLength(12);
    expect(existsSync(path.join(out.path, 'x'))).toBe(false);
    await out.remove();
  });
});
