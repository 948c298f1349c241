import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../lab/browser/launch.ts';
import { provisionBrowser } from '../../lab/browser/provision.ts';
import { packageRoot } from '../../lab/package-root.ts';
import type { Results, TrialResult } from '../../lab/run/results.ts';
import type { Waterfall } from '../../lab/trace/waterfall.ts';
import { buildCacheDigest, cacheDigestField } from '../../server/digest/cache-digest.ts';
import { lab, readRun, readWaterfall, startLab, temporaryFolder } from './support/lab.ts';

/** However busy this machine is: what is tested here is not its punctuality. */
const UNDISTURBED = ['--concurrency', '2', '--max-lateness', '60s'];
const SEGMENT = 1448;

interface Run {
  readonly results: Results;
  readonly stdout: string;
  readonly measured: (strategy: string) => TrialResult;
  readonly waterfalls: ReadonlyMap<string, Waterfall>;
}

async function run(name: string): Promise<Run> {
  const out = await temporaryFolder();
  try {
    const { stdout } = await lab([
      'run',
      path.join(packageRoot, `test/data/${name}.yaml`),
      '--out',
      out.path,
      ...UNDISTURBED,
    ]);
    const { folder, results } = await readRun(out.path, name);
    const measured = (strategy: string) =>
      results.trials.find((trial) => trial.strategy === strategy && !trial.warmup)!;
    const waterfalls = new Map<string, Waterfall>();
    for (const { name: strategy } of results.strategies) {
      waterfalls.set(strategy, await readWaterfall(folder, measured(strategy).id));
    }
    return { results, stdout, measured, waterfalls };
  } finally {
    await out.remove();
  }
}

describe('connection: reused, with a cold cache', () => {
  let reused: Run;
  beforeAll(async () => {
    reused = await run('reused');
  });

  it('loads the page over the connection of an earlier visit: its window has grown, only the page is in the waterfall', () => {
    const { measured, waterfalls } = reused;
    for (const strategy of ['no-push', 'after-html']) {
      const trial = measured(strategy);
      expect(trial).toMatchObject({ status: 'ok', connectionCount: 1, disagreements: [] });
      // 80 kB in slow start from ten segments: at least two rounds of growth.
      expect(trial.reusedConnection!.cwndAtStartBytes).toBeGreaterThanOrEqual(20 * SEGMENT);
      const { resources, connections, lanes } = waterfalls.get(strategy)!;
      expect(connections[0]!.secureConnectionEnd).toBeLessThan(0);
      expect(resources.map((resource) => resource.path).toSorted()).toEqual([
        '/',
        '/css/home.css',
        '/css/site.css',
      ]);
      expect(resources.every((resource) => resource.startTime >= 0)).toBe(true);
      expect(resources.map(({ deliveredBy }) => deliveredBy)).not.toContain('cache');
      for (const [time] of lanes.connections[0]!.cwndBytes) expect(time).toBeGreaterThanOrEqual(0);
      // One round trip of 60 ms, and no handshake before it: that was over before the page began.
      expect(resources[0]!.responseStart! - resources[0]!.startTime).toBeGreaterThanOrEqual(60);
    }
  });

  it('over HTTP/1.1 takes the connections of the earlier visit, its streams counted on', () => {
    const { measured, waterfalls } = reused;
    const trial = measured('h1');
    expect(trial).toMatchObject({ status: 'ok', disagreements: [] });
    expect(trial.reusedConnection!.cwndAtStartBytes).toBeGreaterThan(10 * SEGMENT);
    const { resources, connections } = waterfalls.get('h1')!;
    const [document] = resources;
    const carrier = connections.find(({ id }) => id === document!.connection)!;
    expect(carrier).toMatchObject({ protocol: 'h1' });
    expect(carrier.connectStart).toBeLessThan(0);
    // The earlier visit asked for the page on the first of its connections, and for more on whichever was free.
    expect(document!.streamId).toBeGreaterThan(1);
    expect(connections.reduce((sum, { requestCount }) => sum + requestCount, 0)).toBe(3);
  });

  it('pushes what the earlier visit got without pushes: it is adopted', async () => {
    const { measured } = await run('rested');
    const trial = measured('after-html');
    expect(trial.pushes.map(({ outcome }) => outcome)).toEqual(['adopted', 'adopted']);
    expect(trial.wastedBytes).toBe(0);
    const { idleMs, cwndAtStartBytes, cwndAtSendBytes } = trial.reusedConnection!;
    expect(idleMs).toBeGreaterThan(2000);
    // Slow start after idle (RFC 5681 §4.1): halved for every retransmission timeout, down to the initial window.
    expect(cwndAtSendBytes).toBe(10 * SEGMENT);
    expect(cwndAtStartBytes).toBeGreaterThan(cwndAtSendBytes);
  });
});

describe('a journey of two pages', () => {
  let outcome: Run;
  const step = (strategy: string, page: number) => outcome.measured(strategy).steps![page - 1]!;
  /** `post.css adopted@2`: used on page 2. */
  const pushes = (strategy: string, page: number) =>
    step(strategy, page)
      .pushes.map(
        ({ url, outcome: end, usedOnStep }) =>
          `${path.basename(url)} ${end}${usedOnStep === undefined ? '' : `@${usedOnStep}`}`,
      )
      .join(', ');

  beforeAll(async () => {
    outcome = await run('journey');
  });

  it('measures each page, the answer is about the last one, and the sums are the sums', () => {
    const { results, stdout, measured } = outcome;
    expect(results.journey).toMatchObject({ measured: 2, steps: [{ path: '/' }, { path: '/post.html' }] });
    expect(results.answer.sentence).toContain('for page 2 of 2 (/post.html)');
    const trial = measured('no-push');
    expect(trial).toMatchObject({ status: 'ok', disagreements: [], connectionCount: 1 });
    const [first, second] = trial.steps!.map(({ metrics }) => metrics.firstContentfulPaint!);
    expect(trial.metrics.firstContentfulPaint).toBe(second);
    const total = results.journey!.total.find(
      ({ strategy, metric }) => strategy === 'no-push' && metric === 'firstContentfulPaint',
    )!;
    expect(total.median).toBeCloseTo(first! + second!, 6);
    // The connection of the first page, its window grown by 58 kB.
    expect(step('no-push', 1).reusedConnection).toBeUndefined();
    expect(step('no-push', 2).reusedConnection!.cwndAtStartBytes).toBeGreaterThan(10 * SEGMENT);
    expect(stdout).toContain('pushed before, used here');
  });

  it('a page has its own requests alone; what it shares with the one before is in the cache', () => {
    const { resources } = outcome.waterfalls.get('no-push')!;
    expect(resources.map(({ path: name, deliveredBy }) => `${name} ${deliveredBy}`).toSorted()).toEqual([
      '/css/post.css request',
      '/css/site.css cache',
      '/post.html request',
      '/post.js request',
    ]);
    expect(step('no-push', 2).requestCount).toBe(3);
  });

  it.each(['next-page', 'during-interactive'])(
    '%s: promised to the first page, left over for the second, adopted there, at no waste',
    (strategy) => {
      expect(pushes(strategy, 1)).toBe('post.html adopted@2, post.css adopted@2, post.js adopted@2');
      expect(step(strategy, 1)).toMatchObject({ wastedBytes: 0, takenOver: [] });
      expect(step(strategy, 1).leftOverBytes).toBe(step('no-push', 2).receivedBytes);
      expect(step(strategy, 2)).toMatchObject({ pushes: [], receivedBytes: 0, requestCount: 0 });
      expect(step(strategy, 2).takenOver).toHaveLength(3);
      const { resources, pushes: lives } = outcome.waterfalls.get(strategy)!;
      expect(lives.every(({ promisedTo, promised }) => promisedTo === 'earlier-page' && promised < 0)).toBe(
        true,
      );
      expect(resources.filter(({ deliveredBy }) => deliveredBy === 'push')).toHaveLength(3);
      // Nothing crosses the network: no round trip of 60 ms.
      expect(step(strategy, 2).metrics.loadEventEnd!).toBeLessThan(
        step('no-push', 2).metrics.loadEventEnd! - 60,
      );
    },
  );

  it('h1: the second page comes over the connections of the first', () => {
    const { resources, connections } = outcome.waterfalls.get('h1')!;
    expect(outcome.measured('h1')).toMatchObject({ status: 'ok', disagreements: [] });
    expect(connections[0]).toMatchObject({ protocol: 'h1' });
    expect(connections[0]!.connectStart).toBeLessThan(0);
    expect(resources[0]).toMatchObject({ path: '/post.html', deliveredBy: 'request', connection: 1 });
    expect(step('h1', 2)).toMatchObject({ requestCount: 3, pushes: [] });
    expect(step('h1', 2).reusedConnection!.cwndAtStartBytes).toBeGreaterThan(10 * SEGMENT);
  });

  it('prefetch-next: the second page comes out of the cache', () => {
    const { resources } = outcome.waterfalls.get('prefetch-next')!;
    const own = resources.filter(({ path: name }) => name !== '/end.html');
    expect(own.map(({ deliveredBy }) => deliveredBy)).toEqual(['cache', 'cache', 'cache', 'cache']);
  });

  it('each page gets its own critical resources; a server that remembers nothing pushes shared ones again', () => {
    expect(pushes('naive', 1)).toBe('site.css adopted, home.css adopted');
    expect(pushes('naive', 2)).toBe('site.css unclaimed, post.css adopted, post.js adopted');
    const [again] = step('naive', 2).pushes;
    expect(step('naive', 2).wastedBytes).toBe(again!.receivedBytes);
    expect(again!.receivedBytes).toBeGreaterThan(0);
  });

  it.each(['cookie', 'digest'])('by a %s the second page is pushed only what is missing', (strategy) => {
    expect(pushes(strategy, 1)).toBe('site.css adopted, home.css adopted');
    expect(pushes(strategy, 2)).toBe('post.css adopted, post.js adopted');
    expect(outcome.measured(strategy).wastedBytes).toBe(0);
  });
});

describe('a cache digest that claims what is not there', () => {
  it('breaks nothing: the browser asks for it, and the page is whole', async () => {
    const { child, outcome } = startLab([
      'serve',
      path.join(packageRoot, 'test/data/journey.yaml'),
      ...['--strategy', 'digest'],
    ]);
    let text = '';
    const ready = new Promise<void>((resolve) => {
      child.stdout!.on('data', (bytes: Buffer) => {
        text += bytes.toString();
        if (text.includes('Ctrl-C')) resolve();
      });
    });
    await Promise.race([ready, outcome]);
    const [url, port] = /https:\/\/journey\.test:(\d+)\//.exec(text)!;
    const [, spkiSha256Base64] = /spki-list=(\S+)/.exec(text)!;
    const hosts = [{ hostname: 'journey.test', urlPort: Number(port), port: Number(port) }];
    const installed = await provisionBrowser('chromium-106');
    const browser = await launchBrowser(installed, { spkiSha256Base64: spkiSha256Base64!, hosts });
    try {
      const context = await browser.newContext();
      // One false positive in two, and one that is certain: home.css was never here.
      const digest = buildCacheDigest([{ url: `${url}css/home.css` }], { log2P: 1 });
      await context.setExtraHTTPHeaders({ 'cache-digest': cacheDigestField([digest]) });
      const page = await context.newPage();
      await page.goto(url);
      const rules = await page.evaluate(() =>
        [...document.styleSheets].map(({ cssRules }) => cssRules.length),
      );
      expect(rules).toEqual([120, 900]);
    } finally {
      await browser.close();
      child.kill('SIGINT');
    }
    const { stdout } = await outcome;
    expect(stdout).toMatch(/gated .*\/css\/home\.css/);
    expect(stdout).toMatch(/request .*GET \/css\/home\.css/);
    expect(stdout).not.toMatch(/promise .*\/css\/home\.css/);
  });
});
