import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../lab/package-root.ts';
import type { Results } from '../../lab/run/results.ts';
import type { Waterfall } from '../../lab/trace/waterfall.ts';
import { lab, readRun, readWaterfall, temporaryFolder } from './support/lab.ts';

const own = 'https://hosts.test/own.css';
const font = 'https://coalesced.hosts.test/font.woff2';
const sheet = (host: string) => `https://${host}.hosts.test/style.css`;

describe('a page with a style sheet on every kind of host', () => {
  let out: Awaited<ReturnType<typeof temporaryFolder>>;
  let folder: string;
  let results: Results;
  beforeAll(async () => {
    out = await temporaryFolder();
    const scenario = path.join(packageRoot, 'test/data/hosts.yaml');
    await lab(['run', scenario, '--out', out.path, '--concurrency', '1', '--max-lateness', '60s']);
    ({ folder, results } = await readRun(out.path, 'hosts'));
  });
  afterAll(() => out.remove());

  const trialOf = (strategy: string) =>
    results.trials.find((trial) => trial.strategy === strategy && !trial.warmup)!;
  const waterfallOf = (strategy: string) => readWaterfall(folder, trialOf(strategy).id);
  /** The host whose connection brought it. */
  const carrierOf = ({ resources, connections }: Waterfall, url: string) => {
    const row = resources.find((resource) => resource.url === url && resource.status === 200)!;
    return connections.find(({ id }) => id === row.connection)!.host;
  };
  const shakenMs = ({ connections }: Waterfall, host: string) => {
    const { connectStart, connectEnd } = connections.find((connection) => connection.host === host)!;
    return connectEnd! - connectStart;
  };

  it('loads all of them, in step with server and emulator', async () => {
    for (const { strategy, status, disagreements } of results.trials) {
      expect(status, strategy).toBe('ok');
      expect(disagreements, strategy).toEqual([]);
    }
    // Browser and page agree on the picture of another host, which is the largest paint.
    expect(trialOf('no-push').metrics.largestContentfulPaint).toBeGreaterThan(0);
    expect(results.blockedExternals.map(({ url }) => url)).toEqual(['https://elsewhere.test/picture.png']);
    const { resources } = await waterfallOf('no-push');
    const loaded = resources.filter(({ status, type }) => status === 200 && type === 'stylesheet');
    expect(loaded.map(({ url }) => url).toSorted()).toEqual(
      [own, ...['apart', 'coalesced', 'refusing', 'unnamed'].map(sheet)].toSorted(),
    );
  });

  it('one certificate, one address: the page’s connection does for both', async () => {
    expect(carrierOf(await waterfallOf('no-push'), sheet('coalesced'))).toBe('hosts.test');
  });

  it.each(['apart', 'unnamed'])('%s: a connection of its own', async (name) => {
    expect(carrierOf(await waterfallOf('no-push'), sheet(name))).toBe(`${name}.hosts.test`);
  });

  it('421: asked on the page’s connection, then on one of its own', async () => {
    const waterfall = await waterfallOf('no-push');
    const [first, second] = waterfall.resources
      .filter(({ url }) => url === sheet('refusing'))
      .toSorted((a, b) => a.requestStart! - b.requestStart!);
    expect(first).toMatchObject({ status: 421, renderBlocking: false });
    expect(second).toMatchObject({ status: 200, renderBlocking: true });
    const hostOf = (id: number | undefined) =>
      waterfall.connections.find((connection) => connection.id === id)!.host;
    expect([hostOf(first!.connection), hostOf(second!.connection)]).toEqual([
      'hosts.test',
      'refusing.hosts.test',
    ]);
  });

  it('the delay of a host is that of its address: handshakes of 60 ms, and of 360 ms', async () => {
    const waterfall = await waterfallOf('no-push');
    // SYN and SYN-ACK of 60 B at 10 Mbit/s take 2 × 48 µs, more where others are under way, hosts 2 × 20 µs.
    for (const host of ['hosts.test', 'unnamed.hosts.test', 'refusing.hosts.test']) {
      expect(shakenMs(waterfall, host)).toBeGreaterThan(60);
      expect(shakenMs(waterfall, host)).toBeLessThan(120);
    }
    expect(shakenMs(waterfall, 'apart.hosts.test')).toBeGreaterThan(360);
    expect(shakenMs(waterfall, 'apart.hosts.test')).toBeLessThan(420);
  });

  it('pushes for another host are adopted where one connection speaks for both, and else not sent', () => {
    const outcomes = trialOf('pushed').pushes.map(({ url, outcome }) => `${url} ${outcome}`);
    // Fonts of other hosts are fetched without credentials, and Chromium keeps a connection apart for those.
    expect(outcomes).toEqual([`${own} adopted`, `${sheet('coalesced')} adopted`, `${font} unclaimed`]);
  });

  it('a font is fetched over a connection of its own, and once where a hint names it', async () => {
    for (const strategy of ['no-push', 'hinted-font']) {
      const { resources, connections } = await waterfallOf(strategy);
      const rows = resources.filter(({ url }) => url === font);
      expect(rows, strategy).toHaveLength(1);
      const carrier = connections.find(({ id }) => id === rows[0]!.connection)!;
      expect(carrier, strategy).toMatchObject({ host: 'coalesced.hosts.test', requestCount: 1 });
    }
    const { hints } = await waterfallOf('hinted-font');
    expect(hints).toMatchObject([{ path: font, used: true }]);
  });

  it('early hints: every host is asked while the origin of the page still thinks, and once', async () => {
    const waterfall = await waterfallOf('early-hints');
    const page = waterfall.resources.find(({ type }) => type === 'document')!;
    expect(waterfall.hints).toHaveLength(5);
    for (const { path: name, used, connection } of waterfall.hints) {
      expect(used, name).toBe(true);
      const { connectStart } = waterfall.connections.find(({ id }) => id === connection)!;
      expect(connectStart, name).toBeLessThan(page.responseStart!);
    }
    const answered = waterfall.resources.filter(
      ({ type, status }) => type === 'stylesheet' && status === 200,
    );
    expect(answered).toHaveLength(5);
  });

  it('HTTP/1.1: a connection for every host, whatever its certificate', async () => {
    const waterfall = await waterfallOf('h1');
    for (const name of ['coalesced', 'apart', 'unnamed', 'refusing'])
      expect(carrierOf(waterfall, sheet(name))).toBe(`${name}.hosts.test`);
    expect(waterfall.resources.some(({ status }) => status === 421)).toBe(false);
  });
});
