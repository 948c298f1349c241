import { HOST_DELAY_MS } from '../../lab/network/network.ts';
import { constants, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { buildCacheDigest, cacheDigestField } from '../../server/digest/cache-digest.ts';
import { MAX_CHUNK_BYTES } from '../../server/scheduler/scheduler.ts';
import type { ResolvedStrategy } from '../../server/strategies/decide.ts';
import { findStrategyPreset } from '../../server/strategies/presets.ts';
import { resolveStrategy } from '../../server/strategies/resolve.ts';
import { makeSite } from '../support/site.ts';
import { FAST, visit } from './support.ts';

const site = makeSite(
  { '/': 20_000, '/a.css': 18_000, '/app.js': 30_000, '/i.png': 40_000 },
  { critical: ['/a.css', '/app.js'] },
);
const preset = (name: string, paths = ['/a.css', '/app.js']): ResolvedStrategy => ({
  ...findStrategyPreset(name)!,
  paths,
  children: {},
});

describe('the wire, as the client receives it through the emulator', () => {
  it('no-push: the HTML', async () => {
    const { wire } = await visit(site, preset('no-push'));
    expect(wire.join(' | ')).toBe('H / | D /');
  });

  it('after-html: promises | html | css | js', async () => {
    const { wire, bodies } = await visit(site, preset('after-html'));
    expect(wire.join(' | ')).toBe(
      'PP /a.css | PP /app.js | H / | D / | H /a.css | D /a.css | H /app.js | D /app.js',
    );
    expect([...bodies.values()].map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([
      18_000, 20_000, 30_000,
    ]);
  });

  it('before-html: promises | css | js | html', async () => {
    const { wire } = await visit(site, preset('before-html'));
    expect(wire.join(' | ')).toBe(
      'PP /a.css | PP /app.js | H /a.css | D /a.css | H /app.js | D /app.js | H / | D /',
    );
  });

  it('preload: one Link field on the HTML', async () => {
    const { wire, headers } = await visit(site, preset('preload'));
    expect(wire.join(' | ')).toBe('H / | D /');
    expect(headers.get('/')!['link']).toBe(
      '</a.css>; rel=preload; as=style, </app.js>; rel=preload; as=script',
    );
  });

  it('early-hints: the 103 leaves while the origin thinks', async () => {
    const { wire, headers, evidence } = await visit(site, preset('early-hints'), { thinkMs: 80 });
    expect(wire.join(' | ')).toBe('103 | H / | D /');
    expect(headers.get('/ interim')!['link']).toContain('</a.css>; rel=preload; as=style');
    expect(headers.get('/')!['link']).toBeUndefined();
    const at = (kind: string) => evidence.server.find((event) => event.kind === kind)!.atMs;
    expect(at('hint') - at('request')).toBeLessThan(80);
    expect(at('headers') - at('request')).toBeGreaterThanOrEqual(80);
  });

  it('async-push: the pushes fill the time the origin thinks', async () => {
    const { wire, evidence } = await visit(site, preset('async-push'), { thinkMs: 80 });
    expect(wire.join(' | ')).toBe(
      'PP /a.css | PP /app.js | H /a.css | D /a.css | H /app.js | D /app.js | H / | D /',
    );
    const requestedMs = evidence.server.find(({ kind }) => kind === 'request')!.atMs;
    const pageMs = evidence.server.find((event) => event.kind === 'headers' && event.streamId === 1)!.atMs;
    const ends = evidence.server.filter((event) => event.kind === 'end' && event.streamId !== 1);
    expect(pageMs - requestedMs).toBeGreaterThanOrEqual(80);
    for (const end of ends) expect(end.atMs).toBeLessThan(pageMs);
  });

  it('interleaved: HTML to the end of its head | css | js | the rest', async () => {
    const head = `<html><head>${'x'.repeat(2000)}</head>`;
    const page = makeSite(
      { '/': head + 'y'.repeat(30_000), '/a.css': 3000, '/app.js': 3000 },
      { critical: ['/a.css', '/app.js'] },
    );
    const { wire, evidence } = await visit(page, preset('interleaved'));
    expect(wire.join(' | ')).toBe(
      'PP /a.css | PP /app.js | H / | D / | H /a.css | D /a.css | H /app.js | D /app.js | D /',
    );
    const first = evidence.server.find((event) => event.kind === 'data')!;
    expect(first.bytes).toBe(head.length);
  });

  it('interleaved at a byte: not one more of the HTML goes first', async () => {
    const strategy = { ...preset('interleaved', ['/a.css']), interleaveAt: 5000 };
    const { evidence } = await visit(site, strategy);
    const chunks = evidence.server.filter((event) => event.kind === 'data');
    expect(chunks.map(({ streamId, bytes }) => `${streamId}:${bytes}`)).toEqual([
      '1:5000',
      // 18,000 = 16,375 + 1,625; 20,000 − 5,000 = 15,000.
      '2:16375',
      '2:1625',
      '1:15000',
    ]);
  });

  it('interleaved, compressed: the head is whole before the first push', async () => {
    const head = `<html><head>${Array.from({ length: 400 }, (_, at) => `<meta name=m${at * 7919}>`).join('')}</head>`;
    const body = Array.from({ length: 3000 }, (_, at) => `<p>${(at * 104_729) % 7919}`).join('');
    const page = makeSite({ '/': head + body, '/a.css': 3000 }, { gzip: true });
    const { bodies, evidence } = await visit(page, preset('interleaved', ['/a.css']));
    const first = evidence.server.find((event) => event.kind === 'data')!;
    const sent = gunzipSync(bodies.get('/')!.subarray(0, first.bytes), {
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    expect(sent.toString()).toContain('</head>');
    expect(first.bytes).toBeLessThan(bodies.get('/')!.length / 2);
  });

  it('push-all: critical ones first, then the rest, all behind the HTML', async () => {
    const all = resolveStrategy(findStrategyPreset('push-all')!, {
      ...site,
      used: ['/i.png', '/a.css', '/app.js'].map((path) => ({ path, reason: 'test' })),
    });
    const { wire } = await visit(site, all);
    expect(wire.join(' | ')).toBe(
      'PP /a.css | PP /app.js | PP /i.png | H / | D / | H /a.css | D /a.css | H /app.js | D /app.js | H /i.png | D /i.png',
    );
  });

  it('full-multiplexing: everything promised up front, HTML and pushes take turns', async () => {
    const { wire } = await visit(site, preset('full-multiplexing'));
    expect(wire.slice(0, 5).join(' | ')).toBe('PP /a.css | PP /app.js | H / | H /a.css | H /app.js');
    expect(wire.slice(5).join(' | ')).toBe('D / | D /a.css | D /app.js | D / | D /a.css | D /app.js');
  });

  it('with-resource: a chain a.css → b.css → c.woff2 comes with the request for its first link', async () => {
    const chain = makeSite(
      { '/': 1000, '/a.css': 2000, '/b.css': 3000, '/c.woff2': 4000 },
      { critical: ['/a.css'], children: { '/a.css': ['/b.css'], '/b.css': ['/c.woff2'] } },
    );
    const strategy = resolveStrategy(findStrategyPreset('with-resource')!, chain);
    expect((await visit(chain, strategy)).wire.join(' | ')).toBe('H / | D /');
    const { wire } = await visit(chain, strategy, { paths: ['/a.css'] });
    expect(wire.join(' | ')).toBe(
      'PP /b.css | PP /c.woff2 | H /a.css | D /a.css | H /b.css | D /b.css | H /c.woff2 | D /c.woff2',
    );
  });

  it('during-interactive: the page carries a beacon, whose answer carries the pushes', async () => {
    const strategy = preset('during-interactive');
    const page = makeSite({ '/': '<html><body>hello</body></html>', '/a.css': 2000, '/app.js': 3000 });
    const { wire, bodies } = await visit(page, strategy);
    expect(wire.join(' | ')).toBe('H / | D /');
    expect(bodies.get('/')!.toString()).toMatch(/hello<script>.*\/interactive.*<\/script><\/body>/);
    const beacon = await visit(page, strategy, { paths: ['/.well-known/push-lab/interactive'] });
    expect(beacon.wire.join(' | ')).toBe(
      'PP /a.css | PP /app.js | H /.well-known/push-lab/interactive | H /a.css | D /a.css | H /app.js | D /app.js',
    );
  });

  it('a page that follows is answered as a page: thought about, with what is its own', async () => {
    const pages = makeSite({ '/': 1000, '/two': 2000, '/a.css': 3000, '/b.css': 4000 });
    const strategy = { ...preset('before-html', ['/a.css']), pages: { '/': ['/a.css'], '/two': ['/b.css'] } };
    const { wire, evidence } = await visit(pages, strategy, { paths: ['/two'], thinkMs: 50 });
    expect(wire.join(' | ')).toBe('PP /b.css | H /b.css | D /b.css | H /two | D /two');
    const at = (kind: string) => evidence.server.find((event) => event.kind === kind)!.atMs;
    expect(at('headers') - at('request')).toBeGreaterThanOrEqual(50);
  });

  it('during-interactive: the beacon is answered with what its page asks for', async () => {
    const pages = makeSite({ '/': 1000, '/two': 2000, '/a.css': 3000, '/b.css': 4000 });
    const strategy = { ...preset('during-interactive'), pages: { '/': ['/a.css'], '/two': ['/b.css'] } };
    const { wire } = await visit(pages, strategy, {
      paths: ['/.well-known/push-lab/interactive'],
      requestHeaders: { referer: 'https://test.test/two' },
    });
    expect(wire[0]).toBe('PP /b.css');
  });

  it('next-page: the next page and its style sheet, behind this page', async () => {
    const pages = makeSite(
      { '/': 1000, '/next': 2000, '/a.css': 3000 },
      { nextPage: { path: '/next', critical: ['/a.css'] } },
    );
    const { wire } = await visit(
      pages,
      resolveStrategy(findStrategyPreset('next-page')!, { ...pages, used: [] }),
    );
    expect(wire.join(' | ')).toBe(
      'PP /next | PP /a.css | H / | D / | H /next | D /next | H /a.css | D /a.css',
    );
  });

  it('prefetch-next: one Link field that costs this page nothing', async () => {
    const { wire, headers } = await visit(site, preset('prefetch-next', ['/next']));
    expect(wire.join(' | ')).toBe('H / | D /');
    expect(headers.get('/')!['link']).toBe('</next>; rel=prefetch');
  });

  it('preload-tag: the first elements of the head, compressed as the page was', async () => {
    const page = makeSite(
      { '/': '<html><head lang="en"><title>' + 'x'.repeat(500), '/a.css': 10 },
      { gzip: true },
    );
    const { bodies, headers } = await visit(page, preset('preload-tag', ['/a.css']));
    expect(headers.get('/')!['content-encoding']).toBe('gzip');
    expect(gunzipSync(bodies.get('/')!).toString()).toMatch(
      /^<html><head lang="en"><link rel="preload" href="\/a.css" as="style"><title>/,
    );
  });

  it('origin-link: pushes what the origin asks for, marks it, strips what is for the server alone', async () => {
    const link =
      '</a.css>; rel=preload, </app.js>; rel=preload; x-http2-push-only, </i.png>; rel=preload; nopush';
    const origin = makeSite(
      { '/': 1000, '/a.css': 2000, '/app.js': 3000, '/i.png': 4000 },
      { headers: { '/': { link } } },
    );
    const { wire, headers } = await visit(origin, preset('origin-link', []));
    expect(wire.join(' | ')).toBe(
      'PP /a.css | PP /app.js | H / | D / | H /a.css | D /a.css | H /app.js | D /app.js',
    );
    expect(headers.get('/a.css')!['x-http2-push']).toBe('pushed');
    expect(headers.get('/')!['link']).toBe('</a.css>; rel=preload, </i.png>; rel=preload; nopush');
  });

  it('origin-link as H2O: a missing target is promised, then reset, and holds nothing up', async () => {
    const link = '</gone.css>; rel=preload, </a.css>; rel=preload';
    const origin = makeSite({ '/': 1000, '/a.css': 2000 }, { headers: { '/': { link } } });
    const asH2o = await visit(origin, { ...preset('origin-link', []), personality: 'h2o' });
    expect(asH2o.wire.join(' | ')).toBe('PP /gone.css | PP /a.css | H / | D / | H /a.css | D /a.css');
    expect(asH2o.evidence.server.filter(({ kind }) => kind === 'reset')).toHaveLength(1);
    const asNginx = await visit(origin, { ...preset('origin-link', []), personality: 'nginx' });
    expect(asNginx.headers.get('/gone.css')![':status']).toBe(404);
  });

  it.each([
    ['push-cookie', /^lab-pushed=/],
    ['cache-digest', /^h2o_casper=/],
  ] as const)('%s: a second visit is pushed only what is missing', async (gate, cookie) => {
    const strategy = { ...preset('after-html'), gate: [gate] };
    const first = await visit(site, { ...strategy, paths: ['/a.css'] });
    const [field] = first.headers.get('/')!['set-cookie']!;
    expect(field).toMatch(cookie);
    const second = await visit(site, strategy, { requestHeaders: { cookie: field!.split(';')[0]! } });
    expect(second.wire.join(' | ')).toBe('PP /app.js | H / | D / | H /app.js | D /app.js');
  });

  it('cache-digest: what the field says is fresh is not pushed', async () => {
    const digest = buildCacheDigest([{ url: 'https://lab.test/a.css' }], { log2P: 7 });
    const { wire, evidence } = await visit(
      site,
      { ...preset('after-html'), gate: ['cache-digest'] },
      {
        requestHeaders: { 'cache-digest': cacheDigestField([digest]) },
      },
    );
    expect(wire.join(' | ')).toBe('PP /app.js | H / | D / | H /app.js | D /app.js');
    expect(evidence.server.find(({ kind }) => kind === 'gated')).toMatchObject({
      path: '/a.css',
      gate: 'cache-digest',
    });
  });

  it('cwnd-html: only what costs no round trip', async () => {
    // Ten segments of 1,448 bytes, and what the handshake's answers added; 20,000 of HTML leave nothing for a push.
    const strategy = { ...preset('after-html'), budget: 'cwnd-html' } as const;
    expect((await visit(site, strategy)).wire.join(' | ')).toBe('H / | D /');
    const small = makeSite({ '/': 2000, '/a.css': 3000, '/app.js': 60_000 });
    expect((await visit(small, strategy)).wire.join(' | ')).toBe(
      'PP /a.css | H / | D / | H /a.css | D /a.css',
    );
  });

  it('TLS records are small until enough is sent, then full', async () => {
    const tlsRecord = { warmUpRecordBytes: 1300, warmUpBytes: 5000, coolDownMs: 0 };
    const { evidence } = await visit(site, { ...preset('no-push'), tlsRecord });
    const chunks = evidence.server.filter((event) => event.kind === 'data');
    // 1,300 − 22 of record − 9 of frame = 1,269; four of them are 5,076; 20,000 − 5,076 = 14,924.
    expect(chunks.map(({ bytes }) => bytes)).toEqual([1269, 1269, 1269, 1269, 14_924]);
    expect(chunks.slice(1, 4).map(({ offsetStart, offsetEnd }) => offsetEnd - offsetStart)).toEqual([
      1300, 1300, 1300,
    ]);
  });

  it('another authority: 421, and no push', async () => {
    const requestHeaders = { ':authority': 'other.test' };
    const { wire, headers } = await visit(site, preset('after-html'), { requestHeaders });
    expect(wire.join(' | ')).toBe('H / | D /');
    expect(headers.get('/')![':status']).toBe(421);
  });

  it('push-cookie: what goes with resources or with a beacon is remembered by their answers, each with all so far', async () => {
    const chain = makeSite(
      { '/': 1000, '/a.css': 2000, '/b.css': 3000, '/c.css': 2000, '/d.css': 3000 },
      { critical: ['/a.css', '/c.css'], children: { '/a.css': ['/b.css'], '/c.css': ['/d.css'] } },
    );
    const withResource = resolveStrategy(
      { ...findStrategyPreset('with-resource')!, gate: ['push-cookie'] },
      chain,
    );
    const first = await visit(chain, withResource, { paths: ['/a.css', '/c.css'] });
    const fields = ['/a.css', '/c.css'].map((name) => first.headers.get(name)!['set-cookie']![0]!);
    // Whichever leaves last has both: 8 characters for each path.
    const entries = fields.map((field) => /^lab-pushed=([^;]*)/.exec(field)![1]!.length / 8);
    expect(Math.max(...entries)).toBe(2);
    const cookie = fields[entries.indexOf(2)]!.split(';')[0]!;
    const second = await visit(chain, withResource, {
      paths: ['/a.css', '/c.css'],
      requestHeaders: { cookie },
    });
    expect(second.wire.filter((frame) => frame.startsWith('PP'))).toEqual([]);

    const interactive = { ...preset('during-interactive'), gate: ['push-cookie'] as const };
    const beacon = await visit(site, interactive, { paths: ['/.well-known/push-lab/interactive'] });
    const [field] = beacon.headers.get('/.well-known/push-lab/interactive')!['set-cookie']!;
    expect(/^lab-pushed=([^;]*)/.exec(field!)![1]).toHaveLength(2 * 8);
  });

  it('a client that switched push off gets none, and the log says by which gate', async () => {
    const { wire, evidence } = await visit(site, preset('before-html'), { enablePush: false });
    expect(wire.join(' | ')).toBe('H / | D /');
    const gated = evidence.server.filter((event) => event.kind === 'gated');
    expect(gated.map(({ path, gate }) => `${path} ${gate}`)).toEqual([
      '/a.css push-allowed',
      '/app.js push-allowed',
    ]);
  });

  it('pushes that the client resets do not hold up the HTML', async () => {
    // 10 kB of send buffer and 2 Mbit/s: most of the pushes is still the server's when the reset arrives.
    const network = { ...FAST, sendBufferBytes: 10_000, downlink: { ...FAST.downlink, bandwidthBps: 2e6 } };
    const { bodies, evidence } = await visit(site, preset('before-html'), { resetPushes: true, network });
    expect(bodies.get('/')).toHaveLength(20_000);
    // When a reset arrives is up to the machine: a push that is gone by then cannot be reset any more.
    const resets = evidence.server.filter((event) => event.kind === 'reset');
    for (const reset of resets) expect(reset.errorCode).toBe(8);
  });

  it('an unpushable list is served on request: 404 for what is not there', async () => {
    const { headers, bodies } = await visit(site, preset('no-push'), { paths: ['/', '/nowhere.css'] });
    expect(headers.get('/nowhere.css')![':status']).toBe(404);
    expect(bodies.get('/nowhere.css')!.toString()).toBe('not found\n');
  });

  it('serves the coding the client accepts', async () => {
    const compressed = makeSite({ '/': 20_000 }, { gzip: true });
    const { headers, bodies } = await visit(compressed, preset('no-push', []));
    expect(headers.get('/')).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(gunzipSync(bodies.get('/')!)).toHaveLength(20_000);
  });

  it('streams beyond a small flow-control window once it is updated', async () => {
    const { bodies } = await visit(site, preset('after-html'), { initialWindowSize: 10_000 });
    expect(bodies.get('/app.js')).toHaveLength(30_000);
  });
});

describe('evidence of the emulator', () => {
  it('accounts for every chunk by its place in the TCP stream', async () => {
    const { evidence } = await visit(site, preset('before-html'));
    const chunks = evidence.server.filter((event) => event.kind === 'data');
    // 18,000 = 16,375 + 1,625; 30,000 = 16,375 + 13,625; 20,000 = 16,375 + 3,625, of which the connection's default
    // window of 65,535 has room for 65,535 − 18,000 − 30,000 − 16,375 = 1,160 until it is updated.
    expect(chunks.map(({ bytes }) => bytes)).toEqual([
      MAX_CHUNK_BYTES,
      1625,
      MAX_CHUNK_BYTES,
      13_625,
      MAX_CHUNK_BYTES,
      1160,
      2465,
    ]);
    let end = 0;
    for (const chunk of chunks) {
      expect(chunk.offsetStart).toBeGreaterThanOrEqual(end);
      // At least payload, 9 bytes of frame header and 22 of TLS record.
      expect(chunk.offsetEnd - chunk.offsetStart).toBeGreaterThanOrEqual(chunk.bytes + 9);
      end = chunk.offsetEnd;
    }
    const [connection] = evidence.connections;
    expect(connection!.deliveredBytes.at(-1)![1]).toBeGreaterThanOrEqual(end);
  });

  it('delays by the path: the handshake takes a round trip of the model, not of loopback', async () => {
    const { evidence } = await visit(site, preset('no-push'), { network: { ...FAST, baseRttMs: 50 } });
    const [connection] = evidence.connections;
    // SYN 60 B and SYN-ACK 60 B at 50 Mbit/s add 2 × 9.6 µs, the hosts 2 × 20 µs.
    expect(connection!.connectedMs! - connection!.synMs).toBeCloseTo(50.0192 + 2 * HOST_DELAY_MS, 6);
  });

  it('adds what lies between the bottleneck and a far origin', async () => {
    const network = { ...FAST, baseRttMs: 50 };
    const { evidence } = await visit(site, preset('no-push'), { network, extraRttMs: 40 });
    const [connection] = evidence.connections;
    expect(connection!.connectedMs! - connection!.synMs).toBeCloseTo(90.0192 + 2 * HOST_DELAY_MS, 6);
  });
});

describe('a client that allows few streams at once', () => {
  it('gets as many promises, and the log says what was kept back', async () => {
    const three = ['/a.css', '/app.js', '/i.png'];
    const { evidence } = await visit(site, preset('after-html', three), { maxConcurrentStreams: 2 });
    // By the log: node's own client counts its request among the streams it allows, and refuses the second.
    const promised = evidence.server.flatMap((event) => (event.kind === 'promise' ? [event.path] : []));
    expect(promised).toEqual(['/a.css', '/app.js']);
    expect(evidence.server.filter(({ kind }) => kind === 'gated')).toMatchObject([
      { path: '/i.png', gate: 'concurrency' },
    ]);
  });
});
