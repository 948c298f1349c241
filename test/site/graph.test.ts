import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../lab/package-root.ts';
import { prepareRun } from '../../lab/run/prepare.ts';
import { planWarnings } from '../../lab/run/warnings.ts';
import { parseScenario } from '../../lab/scenario/load-scenario.ts';
import { parseGraph } from '../../server/site/graph.ts';

const GRAPH = {
  recorded: { scenario: 'x', trial: '001-no-push', browser: 'chromium-106' },
  pages: {
    '/': [
      { path: '/app.js', parent: '/' },
      { path: '/late.css', parent: '/app.js' },
      { path: '/picture.svg', parent: '/app.js' },
      { path: '/back.svg', parent: '/late.css' },
      { path: '/gone.css', parent: '/late.css' },
    ],
  },
};

describe('a recorded graph beside site.yaml', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'push-lab-graph-'));
    await cp(path.join(packageRoot, 'test/data/sites/scripted'), folder, { recursive: true });
  });
  afterAll(() => rm(folder, { recursive: true }));

  const prepare = (strategies: string) =>
    prepareRun(parseScenario(`site: ${folder}\nnetwork: 3g\nstrategies:\n${strategies}`, 'x.yaml'));

  it('is asked for: without one the strategy is refused, with file, line and the way to record it', async () => {
    await rm(path.join(folder, 'graph.json'), { force: true });
    await expect(prepare('  - no-push\n  - { name: g, how: push, what: graph }')).rejects.toThrow(
      /x\.yaml:5:\d+: strategies\[1\]\.what: .*no graph\.json beside its site\.yaml/,
    );
  });

  it('gives what the load asked for, in its order; what is gone is left out and told', async () => {
    await writeFile(path.join(folder, 'graph.json'), JSON.stringify(GRAPH));
    const run = await prepare('  - { name: all, preset: push-all }\n  - { name: g, how: push, what: graph }');
    // By parsing nobody finds what a script asks for.
    expect(run.strategies[0]!.paths).toEqual(['/app.js']);
    expect(run.strategies[1]!.paths).toEqual(['/app.js', '/late.css', '/picture.svg', '/back.svg']);
    expect(planWarnings(run)).toContain(
      'graph.json is stale: the site has no /gone.css any more; record it again',
    );
    expect(run.siteRecord.resources.filter(({ unused }) => unused === true)).toEqual([]);
  });

  it('with-resource: each resource brings what it led to, and what that led to', async () => {
    await writeFile(path.join(folder, 'graph.json'), JSON.stringify(GRAPH));
    const [strategy] = (await prepare('  - { name: g, how: push, what: graph, when: with-resource }'))
      .strategies;
    expect(strategy).toMatchObject({
      paths: [],
      children: { '/app.js': ['/late.css', '/picture.svg', '/back.svg'], '/late.css': ['/back.svg'] },
    });
  });

  it('of another page is none of this one', async () => {
    await writeFile(path.join(folder, 'graph.json'), JSON.stringify({ pages: { '/other.html': [] } }));
    await expect(prepare('  - { name: g, how: push, what: graph }')).rejects.toThrow(
      'knows /other.html, not /',
    );
  });

  it.each([
    ['{', 'is no recorded graph'],
    ['[]', 'is no recorded graph'],
    ['{ "pages": { "/": [{ "path": "a.css", "parent": "/" }] } }', 'pages./.0.path: expected a path'],
    ['{ "pages": { "/": [{ "path": "/a.css" }] } }', 'pages./.0.parent'],
  ])('%s is refused', (text, reason) => {
    expect(() => parseGraph(text, 'graph.json')).toThrow(reason);
  });
});
