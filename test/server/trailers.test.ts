import https from 'node:https';
import { afterEach, describe, expect, it } from 'vitest';
import { parseSiteFile } from '../../server/site/site-file.ts';
import type { Site } from '../../server/site/site.ts';
import { findStrategyPreset } from '../../server/strategies/presets.ts';
import { makeSite } from '../support/site.ts';
import { serveOnLoopback, type LoopbackServer } from './support/loopback.ts';
import { FLAG, headers, RawClient, request, TYPE, type Frame } from './support/raw-client.ts';

const plain = makeSite({ '/': 20_000, '/a.css': 3000, '/none.css': 0 }, { critical: ['/a.css'] });
const site: Site = {
  ...plain,
  resources: new Map(
    [...plain.resources].map(([path, resource]) => [
      path,
      { ...resource, trailers: { 'server-timing': `p;desc=${path}` } },
    ]),
  ),
};

let lab: LoopbackServer | undefined;
afterEach(() => lab?.close());

async function serve(preset: string): Promise<LoopbackServer> {
  const strategy = { ...findStrategyPreset(preset)!, paths: ['/a.css'], children: {} };
  return (lab = await serveOnLoopback({ site, strategy, thinkMs: 0 }));
}

const ends = (streamId: number) => (frame: Frame) =>
  frame.streamId === streamId && (frame.flags & FLAG.endStream) !== 0 && frame.type !== TYPE.pushPromise;

describe('trailers over HTTP/2 (RFC 9113 §8.1)', () => {
  it('are HEADERS with END_STREAM behind the last DATA, on requested and on pushed streams', async () => {
    const { port, events } = await serve('after-html');
    const client = await RawClient.open(port);
    client.send(headers(1));
    for (const streamId of [1, 2]) {
      expect(await client.frame(ends(streamId))).toMatchObject({ type: TYPE.headers });
      const own = client.frames.filter(
        (frame) => frame.streamId === streamId && frame.type !== TYPE.pushPromise,
      );
      expect(own[0]!.type).toBe(TYPE.headers);
      expect(own.slice(1, -1).every(({ type, flags }) => type === TYPE.data && flags === 0)).toBe(true);
    }
    await expect
      .poll(() =>
        events.flatMap((event) =>
          event.kind === 'trailers' ? [`${event.streamId} ${event.names.join()}`] : [],
        ),
      )
      .toEqual(['1 server-timing', '2 server-timing']);
    client.destroy();
  });

  it('need a body: none behind HEAD, 304 or nothing', async () => {
    const { port } = await serve('no-push');
    const client = await RawClient.open(port);
    client.send(headers(1, request('/a.css', { method: 'HEAD' })), headers(3, request('/none.css')));
    for (const streamId of [1, 3]) await client.frame(ends(streamId));
    expect(client.frames.filter(({ type }) => type === TYPE.headers)).toHaveLength(2);
    client.destroy();
  });
});

describe('trailers over HTTP/1.1 (RFC 9112 §7.1.2)', () => {
  it('stand behind the last chunk, and are announced', async () => {
    const { port, certPem } = await serve('h1');
    const answer = await new Promise<{ headers: object; trailers: object; bytes: number }>(
      (resolve, reject) => {
        const get = https.request(
          { host: '127.0.0.1', port, ca: certPem, servername: 'lab.test', headers: { host: 'lab.test' } },
          (response) => {
            let bytes = 0;
            response.on('data', (chunk: Buffer) => (bytes += chunk.length));
            response.on('end', () =>
              resolve({ headers: response.headers, trailers: response.trailers, bytes }),
            );
          },
        );
        get.on('error', reject);
        get.end();
      },
    );
    expect(answer).toMatchObject({
      headers: { trailer: 'server-timing', 'transfer-encoding': 'chunked' },
      trailers: { 'server-timing': 'p;desc=/' },
      bytes: 20_000,
    });
    expect(answer.headers).not.toHaveProperty('content-length');
  });
});

describe('trailers in site.yaml', () => {
  const parse = (trailers: string) =>
    parseSiteFile(`root: .\ntrailers:\n  /index.html: ${trailers}\n`, 'site.yaml').settings;

  it('stand beside headers', () => {
    expect(parse('{ server-timing: db;dur=53 }').trailers).toEqual({
      '/index.html': { 'server-timing': 'db;dur=53' },
    });
  });

  it.each(['content-type', 'set-cookie', 'cache-control'])('%s is refused, with its line', (name) => {
    expect(() => parse(`{ "${name}": x }`)).toThrow(/site\.yaml:3:\d+: trailers.*write it under headers/);
  });

  // `headers` would refuse them too.
  it.each(['etag', 'content-length', 'te'])(
    '%s is the server’s own business, and nowhere to be written',
    (name) => {
      expect(() => parse(`{ "${name}": x }`)).toThrow(/site\.yaml:3:\d+: trailers.*set by the server itself/);
      expect(() => parse(`{ "${name}": x }`)).not.toThrow('write it under headers');
    },
  );

  it.each([':status', 'Server-Timing'])('%s is no name', (name) => {
    expect(() => parse(`{ "${name}": x }`)).toThrow(/site\.yaml:3:\d+: trailers.*a trailer name is written/);
  });
});
