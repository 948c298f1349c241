import { HOST_DELAY_MS } from '../../lab/network/network.ts';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MAX_CHUNK_BYTES } from '../../server/scheduler/scheduler.ts';
import type { ResolvedStrategy } from '../../server/strategies/decide.ts';
import { findStrategyPreset } from '../../server/strategies/presets.ts';
import { makeSite } from '../support/site.ts';
import { FAST, visit } from './support.ts';

const site = makeSite(
  { '/': 20_000, '/a.css': 18_000, '/app.js': 30_000, '/i.png': 40_000 },
  { critical: ['/a.css', '/app.js'] },
);
const preset = (name: string, paths = ['/a.css', '/app.js']): ResolvedStrategy => ({
  ...findStrategyPreset(name)!,
  paths,
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
