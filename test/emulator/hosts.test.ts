import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { ByteSource } from '../../lab/emulator/byte-source.ts';
import { Emulator } from '../../lab/emulator/emulator.ts';
import { HOST_DELAY_MS } from '../../lab/network/network.ts';
import type { SiteOrigin } from '../../server/site/origins.ts';
import type { ResolvedStrategy } from '../../server/strategies/decide.ts';
import { findStrategyPreset } from '../../server/strategies/presets.ts';
import { resolveStrategy } from '../../server/strategies/resolve.ts';
import { makeSite } from '../support/site.ts';
import { FAST, visit, type Visit } from './support.ts';

const HOST = 'static.lab.test';
const CSS = `https://${HOST}/b.css`;
const FONT = `https://${HOST}/f.woff2`;
const TOGETHER: SiteOrigin = {
  hostname: HOST,
  certificate: 'shared',
  address: 'shared',
  coalescing: 'allowed',
};

const siteWith = (...origins: SiteOrigin[]) =>
  makeSite(
    { '/': 2000, '/a.css': 3000, [CSS]: 4000, [FONT]: 5000, '/i.png': 600 },
    { critical: ['/a.css', CSS], children: { [CSS]: [FONT, '/i.png'] }, origins },
  );
const preset = (name: string, paths: readonly string[] = ['/a.css', CSS]): ResolvedStrategy => ({
  ...findStrategyPreset(name)!,
  paths,
  children: {},
});
const gatedOf = ({ evidence }: Visit) =>
  evidence.server.flatMap((event) => (event.kind === 'gated' ? [`${event.path} ${event.gate}`] : []));

describe('a site with a second host, as the client receives it through the emulator', () => {
  it('one certificate, one address: the page’s connection pushes for both hosts', async () => {
    const { wire } = await visit(siteWith(TOGETHER), preset('after-html'));
    expect(wire.join(' | ')).toBe(
      `PP /a.css | PP ${CSS} | H / | D / | H /a.css | D /a.css | H ${CSS} | D ${CSS}`,
    );
  });

  it.each<[string, Partial<SiteOrigin>]>([
    ['a certificate of its own', { certificate: 'own' }],
    ['an address of its own', { address: 'own' }],
    ['coalescing refused', { coalescing: 'refused' }],
  ])('%s: what is not the page’s own is not pushed, and the log says so', async (_name, apart) => {
    const result = await visit(siteWith({ ...TOGETHER, ...apart }), preset('after-html'));
    expect(result.wire.join(' | ')).toBe('PP /a.css | H / | D / | H /a.css | D /a.css');
    expect(gatedOf(result)).toEqual([`${CSS} authority`]);
  });

  it.each<[string, Partial<SiteOrigin>, number]>([
    ['shared and willing', {}, 200],
    ['a certificate of its own', { certificate: 'own' }, 421],
    ['an address of its own', { address: 'own' }, 421],
    ['coalescing refused', { coalescing: 'refused' }, 421],
  ])('asked on the page’s connection, %s: %i', async (_name, apart, status) => {
    const { headers } = await visit(siteWith({ ...TOGETHER, ...apart }), preset('no-push'), { paths: [CSS] });
    expect(headers.get(CSS)![':status']).toBe(status);
  });

  it.each<[string, Partial<SiteOrigin>]>([
    ['a certificate of its own', { certificate: 'own' }],
    ['coalescing refused', { coalescing: 'refused' }],
  ])('on a connection of its own, %s: 200, under a certificate that names it', async (_name, apart) => {
    // The client checks the name.
    const { headers, evidence } = await visit(siteWith({ ...TOGETHER, ...apart }), preset('no-push'), {
      paths: [CSS],
      openedFor: HOST,
    });
    expect(headers.get(CSS)![':status']).toBe(200);
    expect(evidence.server.find(({ kind }) => kind === 'secure')).toMatchObject({ host: HOST });
  });

  it('a host with a certificate of its own does not speak for the page', async () => {
    const site = siteWith({ ...TOGETHER, certificate: 'own' });
    const { headers } = await visit(site, preset('no-push'), { paths: ['/a.css'], openedFor: HOST });
    expect(headers.get('/a.css')![':status']).toBe(421);
  });

  it('two hosts may have files of one name', async () => {
    const site = makeSite(
      { '/': 10, '/x.css': 1000, [`https://${HOST}/x.css`]: 3000 },
      { origins: [TOGETHER] },
    );
    const { bodies } = await visit(site, preset('no-push'), { paths: ['/x.css', `https://${HOST}/x.css`] });
    expect(bodies.get('/x.css')).toHaveLength(1000);
    expect(bodies.get(`https://${HOST}/x.css`)).toHaveLength(3000);
  });

  it('with-resource: what a style sheet of another host refers to comes with it, whosever it is', async () => {
    const site = siteWith(TOGETHER);
    const strategy = resolveStrategy(findStrategyPreset('with-resource')!, site);
    const { wire } = await visit(site, strategy, { paths: [CSS] });
    expect(wire.join(' | ')).toBe(
      `PP ${FONT} | PP /i.png | H ${CSS} | D ${CSS} | H ${FONT} | D ${FONT} | H /i.png | D /i.png`,
    );
  });

  it('with-resource from a host that stands apart: only its own', async () => {
    const site = siteWith({ ...TOGETHER, certificate: 'own', address: 'own' });
    const strategy = resolveStrategy(findStrategyPreset('with-resource')!, site);
    const result = await visit(site, strategy, { paths: [CSS], openedFor: HOST });
    expect(result.wire[0]).toBe(`PP ${FONT}`);
    expect(gatedOf(result)).toEqual(['/i.png authority']);
  });

  it.each([
    ['preload', 'response'],
    ['early-hints', 'interim'],
  ])('%s: another host is named by its URL, whatever its certificate', async (name, where) => {
    const site = siteWith({ ...TOGETHER, certificate: 'own', address: 'own' });
    const { headers } = await visit(site, preset(name, [CSS, FONT]));
    expect(headers.get(where === 'interim' ? '/ interim' : '/')!['link']).toBe(
      `<${CSS}>; rel=preload; as=style, <${FONT}>; rel=preload; as=font; crossorigin`,
    );
  });

  it('preload-tag: the same in the markup', async () => {
    const { bodies } = await visit(siteWith(TOGETHER), preset('preload-tag', [FONT]));
    expect(bodies.get('/')!.toString()).toContain(
      `<link rel="preload" href="${FONT}" as="font" crossorigin>`,
    );
  });

  it('origin-link as nghttpx: a link to another host is pushed where the connection may speak for it', async () => {
    const link = `<${CSS}>; rel=preload, <https://elsewhere.test/x.css>; rel=preload`;
    const site = (origin: SiteOrigin) =>
      makeSite({ '/': 1000, [CSS]: 2000 }, { headers: { '/': { link } }, origins: [origin] });
    const strategy = { ...preset('origin-link', []), personality: 'nghttpx' } as const;
    expect((await visit(site(TOGETHER), strategy)).wire[0]).toBe(`PP ${CSS}`);
    const apart = await visit(site({ ...TOGETHER, address: 'own' }), strategy);
    expect(apart.wire[0]).toBe('H /');
    expect(gatedOf(apart)).toEqual([`${CSS} authority`]);
  });
});

describe('addresses', () => {
  it('each has its own distance, and one bottleneck', async () => {
    const emulator = new Emulator();
    const port = await emulator.listen(0, ['127.0.0.1', '127.0.0.2']);
    const network = { ...FAST, baseRttMs: 20 };
    emulator.begin({ network, extraRttMs: { '127.0.0.2': 40 }, seed: 1 }, () => new ByteSource(1000));
    for (const host of ['127.0.0.1', '127.0.0.2']) {
      const client = net.connect({ host, port });
      client.write('x');
      await new Promise((resolve) => client.once('data', resolve));
      client.destroy();
    }
    const { connections } = emulator.end();
    await emulator.stop();
    const handshakes = connections.map(({ synMs, connectedMs }) => connectedMs! - synMs);
    // SYN and SYN-ACK at 50 Mbit/s add 2 × 9.6 µs, the hosts 2 × 20 µs.
    expect(handshakes[0]).toBeCloseTo(20.0192 + 2 * HOST_DELAY_MS, 6);
    expect(handshakes[1]).toBeCloseTo(60.0192 + 2 * HOST_DELAY_MS, 6);
    expect(connections.map(({ serverAddress, serverPort }) => [serverAddress, serverPort])).toEqual([
      ['127.0.0.1', port],
      ['127.0.0.2', port],
    ]);
  });
});
