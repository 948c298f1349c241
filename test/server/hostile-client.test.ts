import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  MAX_HEADER_BLOCK_BYTES,
  MAX_REQUESTS,
  PINGS,
  PRIORITIES,
  RESETS,
  SETTINGS,
} from '../../server/limits.ts';
import { findStrategyPreset } from '../../server/strategies/presets.ts';
import type { ResolvedStrategy } from '../../server/strategies/decide.ts';
import { makeSite } from '../support/site.ts';
import { serveOnLoopback, type LoopbackServer } from './support/loopback.ts';
import {
  ERROR,
  FLAG,
  frame,
  headers,
  hpack,
  RawClient,
  request,
  settings,
  TYPE,
  uint32,
} from './support/raw-client.ts';

/** SETTINGS identifiers (RFC 9113 §6.5.2). */
const SETTING = { maxConcurrentStreams: 3, initialWindowSize: 4 } as const;

const pushed = Array.from({ length: 40 }, (_, index) => `/${index}.css`);
const site = makeSite(
  { '/': 20_000, '/big.js': 5_000_000, ...Object.fromEntries(pushed.map((path) => [path, 5000])) },
  { critical: pushed },
);
const strategy: ResolvedStrategy = { ...findStrategyPreset('before-html')!, paths: pushed, children: {} };

const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);
beforeAll(() => void process.on('unhandledRejection', note).on('uncaughtException', note));
afterAll(() => void process.off('unhandledRejection', note).off('uncaughtException', note));

let lab: LoopbackServer;
beforeEach(async () => {
  lab = await serveOnLoopback({ site, strategy, thinkMs: 0 });
});
afterEach(async () => {
  await expectNextClientServed();
  // A connection that ends for abuse lingers until its client has gone.
  await expect.poll(() => lab.server.openConnections, { timeout: 8000 }).toBe(0);
  expect(lab.server.isIdle).toBe(true);
  // A connection that has gone is held by no timer.
  await expect.poll(() => lab.timers.size).toBe(0);
  expect(unhandled).toEqual([]);
  await lab.close();
});

const abuses = () => lab.events.flatMap((event) => (event.kind === 'abuse' ? [event.what] : []));
const isGoaway = ({ type }: { type: number }) => type === TYPE.goaway;

async function expectCalm(client: RawClient): Promise<void> {
  const goaway = await client.frame(isGoaway);
  await client.closed;
  expect(goaway?.payload.readUInt32BE(4)).toBe(ERROR.enhanceYourCalm);
}

async function expectNextClientServed(): Promise<void> {
  const client = await RawClient.open(lab.port);
  client.send(headers(1, request('/1.css')));
  const isLast = (f: { type: number; streamId: number; flags: number }) =>
    f.type === TYPE.data && f.streamId === 1 && f.flags === FLAG.endStream;
  expect(await client.frame(isLast)).toBeDefined();
  client.destroy();
}

describe('floods end in ENHANCE_YOUR_CALM and a line in the log; and the next client is served', () => {
  it('rapid reset: streams opened and reset at once', async () => {
    const client = await RawClient.open(lab.port);
    for (let id = 1; id < 4 * RESETS.count && client.isOpen; id += 2)
      client.send(headers(id, request('/1.css')), frame(TYPE.rstStream, 0, id, uint32(8)));
    await expectCalm(client);
    expect(abuses()).toEqual([`more than ${RESETS.count} streams opened and reset within 10 s`]);
  });

  it('resets that the client makes the server send', async () => {
    const client = await RawClient.open(lab.port, [SETTING.initialWindowSize, 0]);
    for (let id = 1; id < 4 * RESETS.count && client.isOpen; id += 2)
      client.send(headers(id, hpack([['x', 'y']])));
    await expectCalm(client);
    expect(abuses()).toHaveLength(1);
  });

  it.each([
    ['PING', frame(TYPE.ping, 0, 0, Buffer.alloc(8)), PINGS],
    ['SETTINGS', settings(), SETTINGS],
    ['PRIORITY', frame(TYPE.priority, 0, 1, Buffer.from([0, 0, 0, 3, 1])), PRIORITIES],
  ])('%s', async (name, flood, { count }) => {
    const client = await RawClient.open(lab.port);
    client.send(...Array.from({ length: count + 1 }, () => flood));
    await expectCalm(client);
    expect(abuses()).toEqual([`more than ${count} ${name} frames within 10 s`]);
  });

  it('a few of each are nobody’s business', async () => {
    const client = await RawClient.open(lab.port);
    for (let count = 0; count < 30; count++)
      client.send(
        frame(TYPE.ping, 0, 0, Buffer.alloc(8)),
        settings(),
        headers(2 * count + 1, request('/1.css')),
      );
    await expect
      .poll(() => client.frames.filter(({ type, flags }) => type === TYPE.ping && flags === FLAG.ack))
      .toHaveLength(30);
    expect(abuses()).toEqual([]);
    client.destroy();
  });

  it('DATA frames without data', async () => {
    const client = await RawClient.open(lab.port);
    client.send(headers(1, request('/1.css', { method: 'POST' }), 0));
    client.send(...Array.from({ length: 200 }, () => frame(TYPE.data, 0, 1)));
    await expectCalm(client);
    expect(abuses()).toHaveLength(1);
  });

  it('CONTINUATION without end', async () => {
    const client = await RawClient.open(lab.port);
    client.send(frame(TYPE.headers, 0, 1, request('/')));
    for (let sent = 0; sent < 2 * MAX_HEADER_BLOCK_BYTES && client.isOpen; sent += 100)
      client.send(frame(TYPE.continuation, 0, 1, hpack([['x', 'y'.repeat(90)]])));
    const goaway = await client.frame(isGoaway);
    await client.closed;
    expect([ERROR.enhanceYourCalm, ERROR.protocol]).toContain(goaway?.payload.readUInt32BE(4));
    expect(abuses()).toHaveLength(1);
  });
});

describe('header bombs', () => {
  it('a request of 100 kB of fields is refused', async () => {
    const client = await RawClient.open(lab.port);
    const block = request('/', {
      more: Array.from({ length: 7 }, (_, at) => [`x${at}`, 'y'.repeat(15_000)] as const),
    });
    const parts: Buffer[] = [];
    for (let at = 0; at < block.length; at += 16_384) {
      const end = at + 16_384 >= block.length ? FLAG.endHeaders : 0;
      const first = at === 0 ? FLAG.endStream : 0;
      parts.push(
        frame(at === 0 ? TYPE.headers : TYPE.continuation, end | first, 1, block.subarray(at, at + 16_384)),
      );
    }
    client.send(...parts);
    await expectCalm(client);
    expect(abuses()).toEqual([`a header block of more than ${MAX_HEADER_BLOCK_BYTES} B`]);
  });

  it('a few bytes of HPACK that stand for a megabyte are refused, and the connection goes on', async () => {
    const client = await RawClient.open(lab.port);
    // One field of 3 kB put into the table (RFC 7541 §6.2.1), then named 300 times by its index, 62.
    const field = Buffer.concat([Buffer.from([0x40, 1, 0x78, 127, 0xb9, 0x16]), Buffer.alloc(3000, 'y')]);
    client.send(headers(1, Buffer.concat([request('/'), field, Buffer.alloc(300, 0xbe)])));
    const reset = await client.frame(({ type }) => type === TYPE.rstStream || type === TYPE.goaway);
    expect(reset).toMatchObject({ type: TYPE.rstStream, streamId: 1 });
    expect(lab.events).toContainEqual({
      connection: 1,
      kind: 'reset',
      streamId: 1,
      errorCode: reset!.payload.readUInt32BE(0),
      by: 'server',
    });
    client.destroy();
  });
});

describe('clients that let nothing through', () => {
  it('a window of 0 that never opens holds no body, and the connection ends after the limit', async () => {
    await lab.close();
    lab = await serveOnLoopback({ site, strategy, thinkMs: 0 }, { speed: 1000 });
    const client = await RawClient.open(lab.port, [SETTING.initialWindowSize, 0]);
    client.send(headers(1), headers(3, request('/big.js')));
    await expectCalm(client);
    expect(lab.events.filter(({ kind }) => kind === 'data')).toEqual([]);
    expect(abuses()).toEqual(['let nothing be sent for 300 s']);
  });

  it('a socket that is not read', async () => {
    await lab.close();
    lab = await serveOnLoopback({ site, strategy, thinkMs: 0 }, { speed: 1000 });
    const client = await RawClient.open(lab.port, [SETTING.initialWindowSize, 2 ** 31 - 1]);
    client.send(frame(TYPE.windowUpdate, 0, 0, uint32(2 ** 31 - 70_000)));
    client.pause();
    for (let id = 1; id < 40; id += 2) client.send(headers(id, request('/big.js')));
    await expect.poll(abuses, { timeout: 8000 }).toEqual(['let nothing be sent for 300 s']);
    client.destroy();
  });

  it('a connection on which nothing happens is closed, without blame', async () => {
    await lab.close();
    lab = await serveOnLoopback({ site, strategy, thinkMs: 0 }, { speed: 1000 });
    const client = await RawClient.open(lab.port);
    await client.closed;
    expect(abuses()).toEqual([]);
  });

  it('a connection lost in the middle of its pushes', async () => {
    const client = await RawClient.open(lab.port, [SETTING.initialWindowSize, 8000]);
    client.send(headers(1));
    await client.frame(({ type, streamId }) => type === TYPE.data && streamId === 2);
    client.destroy();
    await expect.poll(() => lab.server.openConnections).toBe(0);
    expect(lab.server.isIdle).toBe(true);
  });
});

describe('SETTINGS_MAX_CONCURRENT_STREAMS of the client limits the promises', () => {
  it.each([0, 1, 3])('%i', async (limit) => {
    const client = await RawClient.open(lab.port, [SETTING.maxConcurrentStreams, limit]);
    client.send(headers(1));
    await client.frame(({ type, streamId, flags }) => type === TYPE.data && streamId === 1 && flags === 1);
    expect(client.frames.filter(({ type }) => type === TYPE.pushPromise)).toHaveLength(limit);
    client.destroy();
  });
});

describe('requests for what is not the site’s', () => {
  const statusOf = async (block: Buffer): Promise<string> => {
    const client = await RawClient.open(lab.port);
    client.send(headers(1, block));
    const answer = await client.frame(
      ({ type, streamId }) =>
        type === TYPE.goaway || ((type === TYPE.headers || type === TYPE.rstStream) && streamId === 1),
    );
    client.destroy();
    const event = lab.events.findLast(({ kind }) => kind === 'headers');
    if (answer?.type === TYPE.headers && event?.kind === 'headers') return String(event.status);
    return answer?.type === TYPE.rstStream ? 'reset' : 'goaway';
  };

  it.each([
    ['/../package.json'],
    ['/../../../../etc/passwd'],
    ['/%2e%2e/package.json'],
    ['/%2e%2e%2fpackage.json'],
    ['/%252e%252e%252fpackage.json'],
    ['/..%5c..%5cpackage.json'],
    ['/..\\..\\package.json'],
    ['/%c0%ae%c0%ae/package.json'],
    ['//etc/passwd'],
    ['/1.css/'],
    ['/1.css%00.html'],
    ['/__proto__'],
    ['/constructor'],
  ])('%s is 404', async (path) => {
    expect(await statusOf(request(path))).toBe('404');
  });

  it.each([['https://lab.test/'], ['file:///etc/passwd'], ['*'], ['1.css'], ['/a\0b'], ['/a b']])(
    '%j is no path of this server',
    async (path) => {
      expect(['404', 'reset']).toContain(await statusOf(request(path)));
    },
  );

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'OPTIONS', 'BREW'])('%s is 405', async (method) => {
    expect(await statusOf(request('/', { method }))).toBe('405');
  });

  it('HEAD has the headers and no body, and pushes nothing', async () => {
    const client = await RawClient.open(lab.port);
    client.send(headers(1, request('/', { method: 'HEAD' })));
    const answer = await client.frame(({ type, streamId }) => type === TYPE.headers && streamId === 1);
    expect(answer!.flags & FLAG.endStream).toBe(FLAG.endStream);
    await sleep(50);
    const types = client.frames.map(({ type }) => type);
    expect(types).not.toContain(TYPE.data);
    expect(types).not.toContain(TYPE.pushPromise);
    client.destroy();
  });

  it('a body that nobody wants does not keep the stream open', async () => {
    const client = await RawClient.open(lab.port);
    client.send(headers(1, request('/', { method: 'POST' }), 0));
    for (let sent = 0; sent < 3; sent++) client.send(frame(TYPE.data, 0, 1, Buffer.alloc(16_000)));
    const isLast = (f: { type: number; streamId: number; flags: number }) =>
      f.streamId === 1 && (f.type === TYPE.rstStream || (f.type === TYPE.data && f.flags === FLAG.endStream));
    expect(await client.frame(isLast)).toBeDefined();
    client.destroy();
  });
});

describe('many requests on one connection', () => {
  it(`${MAX_REQUESTS} are answered, then the connection ends gracefully`, { timeout: 60_000 }, async () => {
    await lab.close();
    const small = makeSite({ '/': 10, '/1.css': 10 });
    lab = await serveOnLoopback({ site: small, strategy: { ...strategy, paths: [] }, thinkMs: 0 });
    const client = await RawClient.open(lab.port);
    client.send(frame(TYPE.windowUpdate, 0, 0, uint32(10_000_000)));
    const answered = () => lab.events.filter(({ kind }) => kind === 'end').length;
    for (let sent = 0; sent < MAX_REQUESTS;) {
      const batch: Buffer[] = [];
      for (let end = sent + 100; sent < end; sent++) batch.push(headers(2 * sent + 1, request('/1.css')));
      client.send(...batch);
      while (answered() < sent) await sleep(1);
    }
    const goaway = await client.frame(isGoaway);
    await client.closed;
    expect(goaway?.payload.readUInt32BE(4)).toBe(ERROR.noError);
    expect(abuses()).toEqual([]);
  });

  it('priorities a thousand deep', async () => {
    const client = await RawClient.open(lab.port);
    const chain: Buffer[] = [];
    for (let id = 3; id < 2 * (PRIORITIES.count - 1); id += 2)
      chain.push(frame(TYPE.priority, 0, id, Buffer.concat([uint32(id - 2), Buffer.from([1])])));
    client.send(...chain, headers(2 * PRIORITIES.count + 1, request('/1.css')));
    expect(await client.frame(({ type }) => type === TYPE.headers)).toBeDefined();
    client.destroy();
  });
});
