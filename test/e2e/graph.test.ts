import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../lab/package-root.ts';
import type { Results } from '../../lab/run/results.ts';
import { lab, readRun, temporaryFolder } from './support/lab.ts';

const ARGS = ['--concurrency', '2', '--max-lateness', '60s', '--no-film', '--runs', '1'];
const SCENARIO = `name: scripted
site: ./site
network: { rtt: 60ms, down: 8mbit/s, up: 8mbit/s, queue: 64KiB }
strategies:
  - no-push
  - push-all
  - { name: graph, how: push, what: graph }
  - { name: graph-with-resource, how: push, what: graph, when: with-resource }
`;

describe('a graph recorded from a real load', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let results: Results;

  beforeAll(async () => {
    folder = await temporaryFolder();
    const at = (name: string) => path.join(folder.path, name);
    await cp(path.join(packageRoot, 'test/data/sites/scripted'), at('site'), { recursive: true });
    await writeFile(at('scripted.yaml'), SCENARIO);
    await lab(['run', at('scripted.yaml'), '--out', at('first'), '--strategies', 'no-push', ...ARGS]);
    const recorded = await readRun(at('first'), 'scripted');
    await lab(['export', recorded.folder, '--format', 'graph', '--out', at('site/graph.json')]);
    await lab(['run', at('scripted.yaml'), '--out', at('second'), ...ARGS]);
    ({ results } = await readRun(at('second'), 'scripted'));
  });
  afterAll(() => folder.remove());

  const pushes = (strategy: string) =>
    results.trials
      .find((trial) => trial.strategy === strategy && !trial.warmup)!
      .pushes.map(({ url, outcome }) => `${new URL(url).pathname} ${outcome}`);

  it('has what scripts asked for, and which script, in the order of the load', async () => {
    const text = await readFile(path.join(folder.path, 'site/graph.json'), 'utf8');
    const nodes = (JSON.parse(text) as { pages: Record<string, object[]> }).pages['/']!;
    expect(nodes[0]).toEqual({ path: '/app.js', parent: '/' });
    expect(nodes.slice(1)).toHaveLength(3);
    expect(nodes).toContainEqual({ path: '/late.css', parent: '/app.js' });
    // An image that a script makes is fetched a moment later: Chromium ascribes it to the page.
    expect(nodes).toContainEqual({ path: '/picture.svg', parent: '/' });
    expect(nodes).toContainEqual({ path: '/back.svg', parent: '/late.css' });
  });

  it('is pushed, and Chromium takes what parsing would have missed', () => {
    expect(pushes('push-all')).toEqual(['/app.js adopted']);
    expect(pushes('graph').toSorted()).toEqual(
      ['/app.js', '/back.svg', '/late.css', '/picture.svg'].map((name) => `${name} adopted`),
    );
    expect(pushes('graph-with-resource').toSorted()).toEqual(['/back.svg adopted', '/late.css adopted']);
    expect(results.warnings.join('\n')).not.toContain('stale');
  });
});
