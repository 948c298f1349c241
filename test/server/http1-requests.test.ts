import tls from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { Site } from '../../server/site/site.ts';
import { findStrategyPreset } from '../../server/strategies/presets.ts';
import { makeSite } from '../support/site.ts';
import { serveOnLoopback, type LoopbackServer } from './support/loopback.ts';

const STATIC = 'https://static.lab.test';
const plain = makeSite(
  { '/': 20_000, '/a.css': 3000, [`${STATIC}/b.css`]: 4000 },
  {
    origins: [{ hostname: 'static.lab.test', certificate: 'own', address: 'own', coalescing: 'allowed' }],
  },
);
const site: Site = {
  ...plain,
  resources: new Map(
    [...plain.resources].map(([path, resource]) => [
      path,
      path === '/a.css' ? { ...resource, trailers: { 'server-timing': 'db;dur=53' } } : resource,
    ]),
  ),
};

let lab: LoopbackServer | undefined;
afterEach(() => lab?.close());

/** The answer, as text, to one request of exactly these lines on a connection for lab.test. */
async function ask(...lines: readonly string[]): Promise<string> {
  const strategy = { ...findStrategyPreset('h1')!, paths: [], children: {} };
  lab = await serveOnLoopback({ site, strategy, thinkMs: 0 });
  const socket = tls.connect({
    ...{ host: '127.0.0.1', port: lab.port, servername: 'lab.test', ca: lab.certPem },
    ALPNProtocols: ['http/1.1'],
  });
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
    socket.write(`${[...lines, 'connection: close'].join('\r\n')}\r\n\r\n`);
  });
}

describe('a target in absolute form (RFC 9112 §3.2.2)', () => {
  it.each([
    ['https://lab.test/a.css', 'lab.test', 200, '/a.css'],
    // Its authority stands for Host, whichever of them is ours.
    ['https://lab.test/a.css', 'static.lab.test', 200, '/a.css'],
    ['https://static.lab.test/b.css', 'lab.test', 421, `${STATIC}/b.css`],
    ['HTTPS://LAB.test:443/a.css', 'lab.test', 200, '/a.css'],
    ['https://lab.test', 'lab.test', 200, '/'],
    ['https://lab.test?x', 'lab.test', 200, '/?x'],
    // In clear text: nothing that is served here.
    ['http://lab.test/a.css', 'lab.test', 404, 'http://lab.test/a.css'],
  ])('GET %s, Host: %s: %i', async (target, host, status, path) => {
    const [statusLine] = (await ask(`GET ${target} HTTP/1.1`, `host: ${host}`)).split('\r\n');
    expect(statusLine).toMatch(`HTTP/1.1 ${status} `);
    expect(lab!.events.find(({ kind }) => kind === 'request')).toMatchObject({ path });
  });
});

describe('an HTTP/1.0 client', () => {
  it('knows neither chunks nor trailers: it gets the body with its length', async () => {
    const [head, body] = (await ask('GET /a.css HTTP/1.0', 'host: lab.test')).split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 200 /);
    expect(head).toMatch(/^content-length: 3000\r$/m);
    expect(head).not.toMatch(/^(trailer|transfer-encoding):/m);
    expect(body).toHaveLength(3000);
  });
});
