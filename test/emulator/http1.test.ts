import https from 'node:https';
import http2 from 'node:http2';
import tls from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { createCertificate } from '../../lab/emulator/certificate.ts';
import { Emulator } from '../../lab/emulator/emulator.ts';
import { PushServer } from '../../server/push-server.ts';
import type { ServerTask } from '../../server/server-task.ts';
import type { ResolvedStrategy } from '../../server/strategies/decide.ts';
import { findStrategyPreset } from '../../server/strategies/presets.ts';
import { makeSite } from '../support/site.ts';
import { FAST } from './support.ts';

const site = makeSite(
  { '/': 20_000, '/a.css': 18_000, '/app.js': 30_000 },
  { critical: ['/a.css', '/app.js'] },
);
const preset = (name: string, paths: readonly string[] = []): ResolvedStrategy => ({
  ...findStrategyPreset(name)!,
  protocol: 'h1',
  paths,
  children: {},
});

interface Served {
  readonly emulator: Emulator;
  readonly port: number;
  readonly certPem: string;
}

let served: Served | undefined;
let agent: https.Agent | undefined;

async function serve(strategy: ResolvedStrategy, terms: Partial<ServerTask> = {}): Promise<Served> {
  const certificate = await createCertificate([site.hostname]);
  const emulator = new Emulator();
  const port = await emulator.listen();
  emulator.begin(
    { network: FAST, seed: 1 },
    (environment) => new PushServer({ site, strategy, thinkMs: 0, ...terms }, certificate, environment),
  );
  served = { emulator, port, certPem: certificate.certPem };
  return served;
}

afterEach(async () => {
  agent?.destroy();
  await served?.emulator.stop();
  served = undefined;
});

/** As a browser asks: up to `connections` at once, kept alive. */
function client({ port, certPem }: Served, connections: number) {
  agent = new https.Agent({ keepAlive: true, maxSockets: connections });
  return (path: string, options: https.RequestOptions = {}) =>
    new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer; version: string }>(
      (resolve, reject) => {
        const request = https.request(
          {
            host: '127.0.0.1',
            port,
            servername: site.hostname,
            ca: certPem,
            agent,
            path,
            ...options,
            headers: { host: site.hostname, ...options.headers },
          },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('end', () =>
              resolve({
                status: response.statusCode!,
                headers: response.headers,
                body: Buffer.concat(chunks),
                version: response.httpVersion,
              }),
            );
          },
        );
        request.on('error', reject);
        request.end();
      },
    );
}

/** `1:1 / | 1:2 /a.css`: connection, number of the request, path. */
const requests = (emulator: Emulator) => {
  const { server } = emulator.end();
  return {
    server,
    text: server
      .flatMap((event) =>
        event.kind === 'request' ? [`${event.connection}:${event.streamId} ${event.path}`] : [],
      )
      .join(' | '),
  };
};

describe('HTTP/1.1 through the emulator', () => {
  it('one connection: one request after the other, each logged from request to last byte', async () => {
    const { emulator, ...rest } = await serve(preset('h1'));
    const get = client({ emulator, ...rest }, 1);
    const answers = await Promise.all(['/', '/a.css', '/app.js', '/none'].map((path) => get(path)));
    expect(answers.map(({ status, body }) => `${status} ${body.length}`)).toEqual([
      '200 20000',
      '200 18000',
      '200 30000',
      '404 10',
    ]);
    expect(answers[0]!.version).toBe('1.1');
    const { server, text } = requests(emulator);
    expect(text).toBe('1:1 / | 1:2 /a.css | 1:3 /app.js | 1:4 /none');
    expect(server.find(({ kind }) => kind === 'secure')).toMatchObject({ protocol: 'h1' });
    const sent = (streamId: number) =>
      server.flatMap((event) => (event.kind === 'data' && event.streamId === streamId ? [event.bytes] : []));
    // 30,000 = 16,384 + 13,616: one full TLS record and the rest.
    expect(sent(3)).toEqual([16_384, 13_616]);
    expect(server.filter(({ kind }) => kind === 'end')).toHaveLength(4);
  });

  it('two connections: each carries one response at a time, and they share the path', async () => {
    const served = await serve(preset('h1'));
    const get = client(served, 2);
    await Promise.all(['/', '/a.css', '/app.js'].map((path) => get(path)));
    const { server } = requests(served.emulator);
    const connections = new Set(
      server.flatMap((event) => (event.kind === 'request' ? [event.connection] : [])),
    );
    expect(connections.size).toBe(2);
  });

  it('preload: the Link field goes with the HTML', async () => {
    const served = await serve(preset('preload', ['/a.css', '/app.js']));
    const { headers } = await client(served, 1)('/');
    expect(headers['link']).toBe('</a.css>; rel=preload; as=style, </app.js>; rel=preload; as=script');
    const { server } = requests(served.emulator);
    expect(server.find(({ kind }) => kind === 'hint')).toMatchObject({
      how: 'preload-header',
      streamId: 1,
      paths: ['/a.css', '/app.js'],
    });
  });

  it('the HTML waits for the origin, a file does not', async () => {
    const served = await serve(preset('h1'), { thinkMs: 80 });
    const get = client(served, 1);
    await get('/');
    await get('/a.css');
    const { server } = requests(served.emulator);
    const waitOf = (streamId: number) => {
      const at = (kind: string) =>
        server.find((event) => 'streamId' in event && event.streamId === streamId && event.kind === kind)!
          .atMs;
      return at('headers') - at('request');
    };
    expect(waitOf(1)).toBeGreaterThanOrEqual(80);
    expect(waitOf(2)).toBeLessThan(80);
  });

  it('refuses methods and other authorities as over HTTP/2', async () => {
    const served = await serve(preset('h1'));
    const get = client(served, 1);
    expect((await get('/a.css', { method: 'POST' })).status).toBe(405);
    expect((await get('/a.css', { method: 'HEAD' })).body.length).toBe(0);
    expect((await get('/', { headers: { host: 'elsewhere.test' } })).status).toBe(421);
  });

  it('answers what is no HTTP with 400, and the next client as ever', async () => {
    const served = await serve(preset('h1'));
    const socket = tls.connect({
      host: '127.0.0.1',
      port: served.port,
      servername: site.hostname,
      ca: served.certPem,
      ALPNProtocols: ['http/1.1'],
    });
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
      socket.on('close', () => resolve(text));
      socket.on('error', () => undefined);
      socket.write('GET / HTTP/1.1\r\nbad header\r\n\r\n');
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect((await client(served, 1)('/a.css')).status).toBe(200);
    expect(requests(served.emulator).server.filter(({ kind }) => kind === 'abuse')).toHaveLength(1);
  });

  it('a client that pipelines without end is cut off', async () => {
    const served = await serve(preset('h1'), { thinkMs: 60_000 });
    const socket = tls.connect({
      host: '127.0.0.1',
      port: served.port,
      servername: site.hostname,
      ca: served.certPem,
    });
    const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.on('error', () => undefined);
    socket.write(`GET / HTTP/1.1\r\nhost: ${site.hostname}\r\n\r\n`.repeat(200));
    await closed;
    const abuse = requests(served.emulator).server.find((event) => event.kind === 'abuse');
    expect(abuse).toMatchObject({ what: 'more than 16 requests before the first answer' });
  });

  it('offers http/1.1 and nothing else: a client that knows only h2 gets no connection', async () => {
    const served = await serve(preset('h1'));
    const session = http2.connect(`https://${site.hostname}`, {
      createConnection: () =>
        tls.connect({
          host: '127.0.0.1',
          port: served.port,
          servername: site.hostname,
          ca: served.certPem,
          ALPNProtocols: ['h2'],
        }),
    });
    await expect(new Promise((_resolve, reject) => session.on('error', reject))).rejects.toThrow();
    const { server } = requests(served.emulator);
    expect(server.map(({ kind }) => kind)).toContain('tls-failed');
    expect(server.map(({ kind }) => kind)).not.toContain('secure');
  });
});
