import { afterEach, describe, expect, it } from 'vitest';
import type { Http2Terms } from '../../server/strategies/strategy.ts';
import { findStrategyPreset } from '../../server/strategies/presets.ts';
import { makeSite } from '../support/site.ts';
import { serveOnLoopback, type LoopbackServer } from './support/loopback.ts';
import { ERROR, FLAG, frame, headers, RawClient, request, TYPE, type Frame } from './support/raw-client.ts';

/** SETTINGS identifiers (RFC 9113 §6.5.2). */
const SETTING = { headerTableSize: 1, maxConcurrentStreams: 3, initialWindowSize: 4 } as const;
const BODY_BYTES = 200_000;
const site = makeSite({ '/': BODY_BYTES, '/a.css': BODY_BYTES }, { critical: ['/a.css'] });

let lab: LoopbackServer;
afterEach(() => lab.close());

/** A client whose own windows hold more than there is. */
async function open(preset: string, http2: Http2Terms): Promise<RawClient> {
  const strategy = { ...findStrategyPreset(preset)!, paths: ['/a.css'], children: {}, http2 };
  lab = await serveOnLoopback({ site, strategy, thinkMs: 0 });
  const client = await RawClient.open(lab.port, [SETTING.initialWindowSize, 10_000_000]);
  const increment = Buffer.alloc(4);
  increment.writeUInt32BE(10_000_000);
  client.send(frame(TYPE.windowUpdate, 0, 0, increment));
  return client;
}

const received = ({ frames }: RawClient, streamId?: number) =>
  frames
    .filter((f) => f.type === TYPE.data && (streamId === undefined || f.streamId === streamId))
    .reduce((sum, { payload }) => sum + payload.length, 0);
const pings = ({ frames }: RawClient) =>
  frames.filter(({ type, flags }) => type === TYPE.ping && flags === 0);
const isEnd = (streamId: number) => (f: Frame) =>
  f.streamId === streamId && f.type === TYPE.data && (f.flags & FLAG.endStream) !== 0;
/** `[identifier, value]` of the server's SETTINGS. */
async function settingsOf(client: RawClient): Promise<Map<number, number>> {
  const { payload } = (await client.frame(({ type, flags }) => type === TYPE.settings && flags === 0))!;
  const found = new Map<number, number>();
  for (let at = 0; at < payload.length; at += 6)
    found.set(payload.readUInt16BE(at), payload.readUInt32BE(at + 2));
  return found;
}
/** Answers the server's PINGs as they come, but for those answered already, until the stream has ended. */
async function answerPings(client: RawClient, streamId: number, answered = 0): Promise<void> {
  for (let count = answered; client.isOpen && !client.frames.some(isEnd(streamId));) {
    await client.frame((f) => isEnd(streamId)(f) || pings(client).length > count);
    for (const { payload } of pings(client).slice(count)) client.send(frame(TYPE.ping, FLAG.ack, 0, payload));
    count = pings(client).length;
  }
}

describe('windows that the server keeps to', () => {
  it('a stream: not a byte more before the PING is answered, half of it asks', async () => {
    const client = await open('no-push', { streamWindowBytes: 40_000 });
    client.send(headers(1));
    const order = () =>
      client.frames
        .flatMap(({ type, payload }) =>
          type === TYPE.data ? [String(payload.length)] : type === TYPE.ping ? ['PING'] : [],
        )
        .join(' ');
    // Each half of it is 16,375 + 3,625, and a PING.
    await expect.poll(order).toBe('16375 3625 PING 16375 3625 PING');
    client.send(frame(TYPE.ping, FLAG.ack, 0, pings(client)[0]!.payload));
    await expect.poll(() => received(client)).toBe(40_000 + 20_000);
    await answerPings(client, 1, 1);
    expect(received(client)).toBe(BODY_BYTES);
    client.destroy();
  });

  it('a pushed stream has one of its own', async () => {
    const client = await open('full-multiplexing', { streamWindowBytes: 40_000 });
    client.send(headers(1));
    await expect.poll(() => [received(client, 1), received(client, 2)]).toEqual([40_000, 40_000]);
    client.destroy();
  });

  it('that of the connection is shared', async () => {
    const client = await open('full-multiplexing', { connectionWindowBytes: 65_535 });
    client.send(headers(1));
    await expect.poll(() => received(client)).toBe(65_535);
    expect(received(client, 1)).toBeGreaterThan(0);
    expect(received(client, 2)).toBeGreaterThan(0);
    await answerPings(client, 1);
    client.destroy();
  });

  it('none: no PING at all', async () => {
    const client = await open('no-push', {});
    client.send(headers(1));
    await client.frame(isEnd(1));
    expect(pings(client)).toEqual([]);
    client.destroy();
  });
});

describe('what the server announces', () => {
  it('maxConcurrentStreams: one more, asked for before the client knew, is refused', async () => {
    const client = await open('no-push', { maxConcurrentStreams: 2, streamWindowBytes: 1000 });
    expect((await settingsOf(client)).get(SETTING.maxConcurrentStreams)).toBe(2);
    client.send(headers(1), headers(3), headers(5));
    const reset = await client.frame(({ type }) => type === TYPE.rstStream);
    expect(reset).toMatchObject({ streamId: 5 });
    expect(reset!.payload.readUInt32BE(0)).toBe(ERROR.refusedStream);
    client.destroy();
  });

  it('dataFrame: no DATA frame is larger', async () => {
    const client = await open('no-push', { dataFrameBytes: 4000 });
    client.send(headers(1));
    await client.frame(isEnd(1));
    const sizes = client.frames.filter(({ type }) => type === TYPE.data).map(({ payload }) => payload.length);
    expect(sizes).toEqual(Array<number>(BODY_BYTES / 4000).fill(4000));
    client.destroy();
  });

  it('headerTable 0: nothing is remembered, in either direction', async () => {
    const blocks = async (http2: Http2Terms) => {
      const client = await open('no-push', http2);
      const table = (await settingsOf(client)).get(SETTING.headerTableSize);
      client.send(headers(1, request('/a.css')), headers(3, request('/a.css')));
      await client.frame(isEnd(1));
      await client.frame(isEnd(3));
      const lengths = [1, 3].map(
        (id) => client.frames.find((f) => f.type === TYPE.headers && f.streamId === id)!.payload.length,
      );
      client.destroy();
      return { table, lengths };
    };
    const usual = await blocks({});
    await lab.close();
    const none = await blocks({ headerTableBytes: 0 });
    // The usual second block is a list of indices; without a table it is as long as the first.
    expect(usual.lengths[1]).toBeLessThan(usual.lengths[0]! / 2);
    expect(none.table).toBe(0);
    expect(Math.abs(none.lengths[1]! - none.lengths[0]!)).toBeLessThanOrEqual(2);
  });
});
