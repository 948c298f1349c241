import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../lab/package-root.ts';
import type { Results, TrialResult } from '../../lab/run/results.ts';
import { lab, readRun, readWaterfall, temporaryFolder } from './support/lab.ts';

/** However busy this machine is: what is tested here is not its punctuality. */
const UNDISTURBED = ['--concurrency', '2', '--max-lateness', '60s'];

interface Run {
  readonly folder: string;
  readonly results: Results;
}

async function run(name: string, out: string): Promise<Run> {
  await lab(['run', path.join(packageRoot, `test/data/${name}.yaml`), '--out', out, ...UNDISTURBED]);
  return readRun(out, name);
}

const measured = ({ results }: Run, strategy: string): TrialResult =>
  results.trials.find((trial) => trial.strategy === strategy && !trial.warmup)!;

/** `a.css adopted, b.css unclaimed`, in the order of the promises. */
const pushes = (trial: TrialResult): string =>
  trial.pushes.map(({ url, outcome }) => `${path.basename(new URL(url).pathname)} ${outcome}`).join(', ');

describe('every strategy on a page with a chain a.css → b.css → c.css, a script and a page that follows', () => {
  const CRITICAL = 'a.css adopted, b.css adopted, c.css adopted, app.js adopted';
  const NEXT = 'next.html unclaimed, next.css unclaimed';
  let out: Awaited<ReturnType<typeof temporaryFolder>>;
  let outcome: Run;

  beforeAll(async () => {
    out = await temporaryFolder();
    outcome = await run('strategies', out.path);
  });
  afterAll(() => out.remove());

  it.each([
    ['no-push', ''],
    ['after-html', CRITICAL],
    ['before-html', CRITICAL],
    ['async-push', CRITICAL],
    ['interleaved', CRITICAL],
    ['push-all', CRITICAL],
    ['full-multiplexing', CRITICAL],
    // a.css is asked for by the page; what it leads to comes with it.
    ['with-resource', 'b.css adopted, c.css adopted'],
    // The origin's Link field says nopush of app.js.
    ['origin-link', 'a.css adopted'],
    ['next-page', NEXT],
    ['during-interactive', NEXT],
    ['preload', ''],
    ['preload-tag', ''],
    ['early-hints', ''],
    ['prefetch-next', ''],
  ])('%s: %s', (strategy, expected) => {
    const trial = measured(outcome, strategy);
    expect(trial.status).toBe('ok');
    expect(pushes(trial)).toBe(expected);
  });

  it('during-interactive promises after the load event, on the stream of the beacon', async () => {
    const trial = measured(outcome, 'during-interactive');
    const { metrics, pushes: lives, resources } = await readWaterfall(outcome.folder, trial.id);
    const beacon = resources.find(({ path: name }) => name.endsWith('/interactive'))!;
    expect(beacon).toBeDefined();
    for (const push of lives) expect(push.promised).toBeGreaterThan(metrics.loadEventEnd!);
  });

  it('async-push: bodies are sent while the origin thinks, before-html: only then', async () => {
    const firstSent = async (strategy: string) => {
      const { pushes: lives } = await readWaterfall(outcome.folder, measured(outcome, strategy).id);
      return lives[0]!.sendStart!;
    };
    // The origin thinks for 150 ms; what the browser takes until its request is alike in both.
    expect((await firstSent('before-html')) - (await firstSent('async-push'))).toBeGreaterThan(100);
  });

  it.each(['preload', 'preload-tag', 'prefetch-next'])(
    '%s: what is hinted is requested',
    async (strategy) => {
      const { hints } = await readWaterfall(outcome.folder, measured(outcome, strategy).id);
      expect(hints.length).toBeGreaterThan(0);
      for (const hint of hints) expect(hint.requested, hint.path).toBeDefined();
    },
  );
});

describe('a second visit with a warm cache', () => {
  let out: Awaited<ReturnType<typeof temporaryFolder>>;
  let outcome: Run;

  beforeAll(async () => {
    out = await temporaryFolder();
    outcome = await run('warm', out.path);
  });
  afterAll(() => out.remove());

  it('a server that knows nothing of the cache pushes everything for nothing', () => {
    const trial = measured(outcome, 'after-html');
    expect(pushes(trial)).toBe('a.css unclaimed, b.css unclaimed, c.css unclaimed, app.js unclaimed');
    expect(trial.wastedBytes).toBe(trial.pushes.reduce((sum, push) => sum + push.receivedBytes, 0));
  });

  it.each(['cookie', 'digest'])('by a %s it pushes nothing that is there', (strategy) => {
    expect(measured(outcome, strategy)).toMatchObject({ status: 'ok', pushes: [], wastedBytes: 0 });
  });

  it('style sheets come from the cache', async () => {
    const { resources } = await readWaterfall(outcome.folder, measured(outcome, 'no-push').id);
    const style = resources.find(({ path: name }) => name.endsWith('a.css'))!;
    expect(style.deliveredBy).toBe('cache');
  });
});

describe('a stale push list', () => {
  it('is flagged: it pushes app.js?v=1, and the page asks for app.js', async () => {
    const out = await temporaryFolder();
    try {
      const outcome = await run('stale', out.path);
      const push = measured(outcome, 'old-list').pushes.find(({ url }) => url.endsWith('?v=1'))!;
      expect(push).toMatchObject({
        outcome: 'unclaimed',
        requestedInstead: 'https://strategies.test/app.js',
      });
      expect(push.wastedBytes).toBe(push.receivedBytes);
      expect(outcome.results.warnings.join('\n')).toContain('the push list of old-list is stale');
    } finally {
      await out.remove();
    }
  });
});
