import net from 'node:net';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { packageRoot } from '../../lab/package-root.ts';
import { lab, temporaryFolder } from './support/lab.ts';

const good = path.join(packageRoot, 'test/data/fates.yaml');
const network = 'network: { rtt: 10ms, down: 1mbit/s, up: 1mbit/s, queue: 64kB }';

// Each test waits for a command line that starts and refuses: one per core.
vi.setConfig({ maxConcurrency: 2 });

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

async function runText(
  name: string,
  text: string,
): Promise<{ status: number | undefined; stderr: string; out: string }> {
  const file = path.join(folder.path, `${name}.yaml`);
  const out = path.join(folder.path, `${name}-out`);
  await writeFile(file, text);
  const { status, stderr } = await lab(['run', file, '--out', out]);
  return { status, stderr, out };
}

describe.concurrent('wrong input exits 2 with file, line, key, what was found and what is allowed', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x]']
    .concat(['b', 'c', 'd', 'e', 'f'].map((key, at) => `${key}: &${key} [${`*${'abcde'[at]}, `.repeat(8)}]`))
    .join('\n');

  it.each([
    [
      'unknown-key',
      `site: clean-blog\nnetwrok: 2g\nstrategies: [no-push]\n`,
      [':2:1', 'netwrok', 'did you mean "network"'],
    ],
    [
      'bad-unit',
      `site: clean-blog\nnetwork: { rtt: 10parsec, down: 1mbit/s, up: 1mbit/s, queue: 64kB }\nstrategies: [no-push]\n`,
      [':2:', 'network.rtt', '10parsec', 'ms'],
    ],
    [
      'negative',
      `site: clean-blog\nnetwork: { rtt: 10ms, down: -1mbit/s, up: 1mbit/s, queue: 64kB }\nstrategies: [no-push]\n`,
      ['network.down', '-1mbit/s', 'negative'],
    ],
    [
      'absurd',
      `site: clean-blog\nnetwork: { rtt: 999min, down: 1mbit/s, up: 1mbit/s, queue: 64kB }\nstrategies: [no-push]\n`,
      ['network.rtt', '999min', '60 s'],
    ],
    [
      'missing-site',
      `site: clean-blob\n${network}\nstrategies: [no-push]\n`,
      [':1:7', 'clean-blob', 'did you mean "clean-blog"'],
    ],
    ['no-strategies', `site: clean-blog\n${network}\nstrategies: []\n`, [':3:', 'strategies', 'at least 1']],
    [
      'zero-runs',
      `site: clean-blog\n${network}\nstrategies: [no-push]\nruns: 0\n`,
      [':4:7', 'runs', 'found 0', 'at least 1'],
    ],
    ['not-yaml', '{{{{ : : [', ['not valid YAML']],
    ['alias-bomb', bomb, ['aliases']],
    ['ten-megabytes', 'x'.repeat(10_000_000), ['10 MB', '1 MB']],
    [
      'unknown-path',
      `site: clean-blog\n${network}\nstrategies: [{ name: mine, what: [/nope.css], when: after-html, how: push }]\n`,
      ['mine', '/nope.css'],
    ],
  ])('%s', async (name, text, wanted) => {
    const { status, stderr, out } = await runText(name, text);
    expect(status).toBe(2);
    for (const part of wanted) expect(stderr).toContain(part);
    expect(stderr).toContain(name === 'ten-megabytes' ? 'has 10 MB' : `${name}.yaml`);
    expect(stderr).not.toMatch(/^\s+at /m);
    await expect(readdir(out)).rejects.toThrow('ENOENT');
  });

  it.each([
    [['run', 'nowhere.yaml'], 'nowhere.yaml'],
    [['run', good, '--runs', '0'], '--runs'],
    [['run', good, '--runs', 'many'], '--runs'],
    [['run', good, '--strategies', 'no-psuh'], 'did you mean "no-push"'],
    [['run', good, '--network', '5g'], '--network'],
    [['run', good, '--concurrency', '9'], '--concurrency'],
    [['run', good, '--max-lateness', '5'], '--max-lateness'],
    [['run', good, '--frobnicate'], '--frobnicate'],
    [['run', good, '--port', '99999'], '--port'],
    [['run', good, '--out', ''], '--out'],
    [['run', '2g-cold'], 'did you mean scenarios/2g-cold.yaml?'],
    [['run'], 'scenario'],
    [['rnu'], 'run'],
    [['schema', 'nothing'], 'results'],
    [['report', '/nowhere'], 'results.json'],
  ])('lab %j', async (args, wanted) => {
    const { status, stderr } = await lab(args);
    expect(status).toBe(2);
    expect(stderr).toContain(wanted);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe.concurrent('what this machine lacks exits 3 with the next step', () => {
  it('a port in use', async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    const out = path.join(folder.path, 'busy-out');
    const { status, stderr } = await lab(['run', good, '--out', out, '--port', String(port)]);
    server.close();
    expect(status).toBe(3);
    expect(stderr).toContain(`port ${port}`);
    expect(stderr).toContain('--port');
    expect(stderr).not.toMatch(/^\s+at /m);
    await expect(readdir(out)).rejects.toThrow('ENOENT');
  });

  it('no place for the browser', async () => {
    const cache = path.join(folder.path, 'a-file');
    await writeFile(cache, '');
    const { status, stderr } = await lab(['run', good, '--out', path.join(folder.path, 'o')], {
      LAB_CACHE_DIR: cache,
    });
    expect(status).toBe(3);
    expect(stderr).toContain('next:');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it.each(['/proc/nowhere', '/dev/null/x'])('no place for results: %s', async (out) => {
    const { status, stdout, stderr } = await lab(['run', good, '--out', out]);
    expect(status).toBe(3);
    // Before anything takes its time.
    expect(stdout).toBe('');
    expect(stderr).toContain('--out');
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('a file where the results of a scenario should go', async () => {
    const out = path.join(folder.path, 'out-is-a-file');
    await mkdir(out);
    await writeFile(path.join(out, 'fates'), '');
    const { status, stdout, stderr } = await lab(['run', good, '--out', out]);
    expect(status).toBe(3);
    expect(stdout).toBe('');
    expect(stderr).toContain('--out');
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

describe.concurrent('schemas', () => {
  it.each(['scenario', 'results'])('lab schema %s prints a JSON Schema', async (name) => {
    const { status, stdout } = await lab(['schema', name]);
    expect(status).toBe(0);
    const schema = JSON.parse(stdout) as { type?: string; properties?: Record<string, unknown> };
    expect(schema.type).toBe('object');
    expect(Object.keys(schema.properties ?? {}).length).toBeGreaterThan(5);
  });
});
