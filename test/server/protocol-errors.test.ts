import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findStrategyPreset } from '../../server/strategies/presets.ts';
import { makeSite } from '../support/site.ts';
import { serveOnLoopback, type LoopbackServer } from './support/loopback.ts';
import {
  ERROR,
  FLAG,
  frame,
  headers,
  hpack,
  PREFACE,
  RawClient,
  request,
  settings,
  TYPE,
  uint32,
} from './support/raw-client.ts';

const { protocol, frameSize, flowControl, streamClosed, compression } = ERROR;

let lab: LoopbackServer;
beforeAll(async () => {
  const site = makeSite({ '/': 20_000, '/a.css': 18_000 }, { critical: ['/a.css'] });
  const strategy = { ...findStrategyPreset('after-html')!, paths: ['/a.css'], children: {} };
  lab = await serveOnLoopback({ site, strategy, thinkMs: 0 });
});
afterAll(() => lab.close());

const open = [PREFACE, settings()];
const withoutPath = hpack([
  [':method', 'GET'],
  [':scheme', 'https'],
  [':authority', 'lab.test'],
]);
const field = (name: string, value: string) => request('/', { more: [[name, value]] });

/** What is sent, where RFC 9113 says so, the error codes that answer it right. */
const CONNECTION_ERRORS: readonly [what: string, section: string, bytes: Buffer[], codes: number[]][] = [
  ['a preface that is none', '3.4', [Buffer.from('GET / HTTP/1.1\r\nHost: lab.test\r\n\r\n')], [protocol]],
  ['a preface without SETTINGS', '3.4', [PREFACE, frame(TYPE.ping, 0, 0, Buffer.alloc(8))], [protocol]],
  ['a frame larger than MAX_FRAME_SIZE', '4.2', [...open, frame(TYPE.data, 0, 1, Buffer.alloc(16_385))], [frameSize]],
  ['HPACK that is none', '4.3', [...open, headers(1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff]))], [compression]],
  ['an index beyond the HPACK table', '4.3', [...open, headers(1, Buffer.from([0xfe]))], [compression]],
  ['an even stream id', '5.1.1', [...open, headers(2)], [protocol]],
  ['a stream id that goes back', '5.1.1', [...open, headers(5), headers(3)], [protocol, streamClosed]],
  ['DATA on an idle stream', '5.1', [...open, frame(TYPE.data, 0, 1, Buffer.from('x'))], [protocol]],
  ['RST_STREAM on an idle stream', '5.1', [...open, frame(TYPE.rstStream, 0, 1, uint32(8))], [protocol]],
  ['WINDOW_UPDATE on an idle stream', '5.1', [...open, frame(TYPE.windowUpdate, 0, 1, uint32(1))], [protocol]],
  ['DATA on stream 0', '6.1', [...open, frame(TYPE.data, 0, 0, Buffer.from('x'))], [protocol]],
  ['DATA padded beyond its end', '6.1', [...open, headers(1, request('/'), 0), frame(TYPE.data, 8, 1, Buffer.from([9, 0]))], [protocol]],
  ['HEADERS on stream 0', '6.2', [...open, headers(0)], [protocol]],
  ['RST_STREAM of 3 bytes', '6.4', [...open, headers(1), frame(TYPE.rstStream, 0, 1, Buffer.alloc(3))], [frameSize]],
  ['RST_STREAM on stream 0', '6.4', [...open, frame(TYPE.rstStream, 0, 0, uint32(8))], [protocol]],
  ['SETTINGS of 5 bytes', '6.5', [...open, frame(TYPE.settings, 0, 0, Buffer.alloc(5))], [frameSize]],
  ['SETTINGS on a stream', '6.5', [...open, frame(TYPE.settings, 0, 1)], [protocol]],
  ['SETTINGS ACK with a payload', '6.5', [...open, frame(TYPE.settings, FLAG.ack, 0, Buffer.alloc(6))], [frameSize]],
  ['ENABLE_PUSH of 2', '6.5.2', [...open, settings([2, 2])], [protocol]],
  ['INITIAL_WINDOW_SIZE of 2^31', '6.5.2', [...open, settings([4, 2 ** 31])], [flowControl]],
  ['MAX_FRAME_SIZE of 1', '6.5.2', [...open, settings([5, 1])], [protocol]],
  ['PUSH_PROMISE from a client', '8.4', [...open, headers(1, request('/'), 0), frame(TYPE.pushPromise, FLAG.endHeaders, 1, Buffer.concat([uint32(2), request('/a.css')]))], [protocol]],
  ['PING of 7 bytes', '6.7', [...open, frame(TYPE.ping, 0, 0, Buffer.alloc(7))], [frameSize]],
  ['PING on a stream', '6.7', [...open, frame(TYPE.ping, 0, 1, Buffer.alloc(8))], [protocol]],
  ['GOAWAY on a stream', '6.8', [...open, frame(TYPE.goaway, 0, 1, Buffer.alloc(8))], [protocol]],
  ['WINDOW_UPDATE of 0 on the connection', '6.9', [...open, frame(TYPE.windowUpdate, 0, 0, uint32(0))], [protocol]],
  ['WINDOW_UPDATE of 3 bytes', '6.9', [...open, frame(TYPE.windowUpdate, 0, 0, Buffer.alloc(3))], [frameSize]],
  ['a connection window beyond 2^31', '6.9.1', [...open, frame(TYPE.windowUpdate, 0, 0, uint32(2 ** 31 - 1))], [flowControl]],
  ['a frame between HEADERS and CONTINUATION', '6.10', [...open, frame(TYPE.headers, 0, 1, request('/')), frame(TYPE.ping, 0, 0, Buffer.alloc(8))], [protocol]],
  ['CONTINUATION without HEADERS', '6.10', [...open, frame(TYPE.continuation, FLAG.endHeaders, 1, request('/'))], [protocol]],
]; // prettier-ignore

const STREAM_ERRORS: readonly [what: string, section: string, bytes: Buffer[], codes: number[]][] = [
  ['an upper-case field name', '8.2.1', [headers(1, field('X-Upper', '1'))], [protocol]],
  ['connection: close', '8.2.2', [headers(1, field('connection', 'close'))], [protocol]],
  ['te: gzip', '8.2.2', [headers(1, field('te', 'gzip'))], [protocol]],
  ['a pseudo-header after a field', '8.3', [headers(1, hpack([['x', '1'], [':method', 'GET'], [':scheme', 'https'], [':path', '/']]))], [protocol]],
  ['an unknown pseudo-header', '8.3', [headers(1, field(':nothing', '1'))], [protocol]],
  [':status in a request', '8.3', [headers(1, field(':status', '200'))], [protocol]],
  [':path twice', '8.3.1', [headers(1, field(':path', '/'))], [protocol]],
  ['no :path', '8.3.1', [headers(1, withoutPath)], [protocol]],
  ['an empty :path', '8.3.1', [headers(1, request(''))], [protocol]],
  ['no :method', '8.3.1', [headers(1, hpack([[':scheme', 'https'], [':path', '/']]))], [protocol]],
  ['more bytes than content-length', '8.1.1', [headers(1, request('/', { method: 'POST', more: [['content-length', '1']] }), 0), frame(TYPE.data, 1, 1, Buffer.from('xy'))], [protocol]],
]; // prettier-ignore

/** Of one stream, but a server may end the connection instead (RFC 9113 §5.4.1). */
const EITHER: readonly [what: string, section: string, bytes: Buffer[], codes: number[]][] = [
  [
    'WINDOW_UPDATE of 0 on a stream',
    '6.9',
    [settings([4, 0]), headers(1), frame(TYPE.windowUpdate, 0, 1, uint32(0))],
    [protocol],
  ],
  [
    'a stream window beyond 2^31',
    '6.9.1',
    [settings([4, 1]), headers(1), frame(TYPE.windowUpdate, 0, 1, uint32(2 ** 31 - 1))],
    [flowControl],
  ],
  [
    'a stream that depends on itself',
    '5.3 (RFC 7540 5.3.1)',
    [frame(TYPE.headers, 0x25, 1, Buffer.concat([uint32(1), Buffer.from([15]), request('/')]))],
    [protocol],
  ],
];

describe('connection errors (RFC 9113 §5.4.1): GOAWAY with the code, and the end', () => {
  it.each(CONNECTION_ERRORS)('%s (§%s)', async (_what, _section, bytes, codes) => {
    const client = await RawClient.connect(lab.port);
    client.send(...bytes);
    const goaway = await client.frame(({ type }) => type === TYPE.goaway);
    await client.closed;
    expect(codes).toContain(goaway?.payload.readUInt32BE(4));
    await expectNextClientServed();
  });

  it('HEADERS on a stream the client closed (§5.1): STREAM_CLOSED, of the stream or the connection', async () => {
    const client = await RawClient.open(lab.port);
    client.send(headers(1));
    await client.frame(
      ({ type, flags, streamId }) => type === TYPE.data && streamId === 1 && (flags & 1) === 1,
    );
    client.send(headers(1));
    const answer = await client.frame(({ type }) => type === TYPE.goaway || type === TYPE.rstStream);
    expect(answer?.payload.readUInt32BE(answer.type === TYPE.goaway ? 4 : 0)).toBe(streamClosed);
    client.destroy();
    await expectNextClientServed();
  });
});

describe('stream errors (RFC 9113 §5.4.2): RST_STREAM with the code, and the connection goes on', () => {
  it.each(STREAM_ERRORS)('%s (§%s)', async (_what, _section, bytes, codes) => {
    const client = await RawClient.open(lab.port);
    client.send(...bytes);
    const reset = await client.frame(({ type }) => type === TYPE.rstStream || type === TYPE.goaway);
    expect(reset).toMatchObject({ type: TYPE.rstStream, streamId: 1 });
    expect(codes).toContain(reset!.payload.readUInt32BE(0));
    client.send(settings([4, 65_535]), headers(3, request('/a.css')));
    expect(await client.frame(({ type, streamId }) => type === TYPE.headers && streamId === 3)).toBeDefined();
    client.destroy();
    await expectNextClientServed();
  });
});

describe("errors that node:http2 takes as the connection's", () => {
  it.each(EITHER)('%s (§%s)', async (_what, _section, bytes, codes) => {
    const client = await RawClient.open(lab.port);
    client.send(...bytes);
    const answer = await client.frame(({ type }) => type === TYPE.rstStream || type === TYPE.goaway);
    expect(codes).toContain(answer?.payload.readUInt32BE(answer.type === TYPE.goaway ? 4 : 0));
    client.destroy();
    await expectNextClientServed();
  });

  it('a field value with a line break (§8.2.1) is dropped before the server sees it', async () => {
    const client = await RawClient.open(lab.port);
    client.send(headers(1, field('x-broken', 'a\r\nb')));
    expect(await client.frame(({ type, streamId }) => type === TYPE.headers && streamId === 1)).toBeDefined();
    client.destroy();
    await expectNextClientServed();
  });
});

it('leaves no connection behind', async () => {
  await expect.poll(() => lab.server.openConnections).toBe(0);
});

async function expectNextClientServed(): Promise<void> {
  const client = await RawClient.open(lab.port);
  client.send(headers(1, request('/a.css')));
  const last = await client.frame(
    ({ type, flags, streamId }) => type === TYPE.data && streamId === 1 && flags === 1,
  );
  expect(last).toBeDefined();
  client.destroy();
}
