import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCertificate } from '../../lab/emulator/certificate.ts';
import { Emulator } from '../../lab/emulator/emulator.ts';
import { PushServer } from '../../server/push-server.ts';
import { RESETS } from '../../server/limits.ts';
import type { ServerEvent } from '../../server/server-log.ts';
import { findStrategyPreset } from '../../server/strategies/presets.ts';
import {
  ERROR,
  FLAG,
  frame,
  headers,
  PREFACE,
  RawClient,
  request,
  TYPE,
  uint32,
} from '../server/support/raw-client.ts';
import { makeSite } from '../support/site.ts';
import { FAST } from './support.ts';

const site = makeSite({ '/': 20_000, '/a.css': 18_000 }, { critical: ['/a.css'] });
const strategy = { ...findStrategyPreset('after-html')!, paths: ['/a.css'], children: {} };

describe('a live trial: hostile clients over the emulated network', () => {
  const emulator = new Emulator();
  const events: ServerEvent[] = [];
  let port: number;
  beforeAll(async () => {
    const certificate = await createCertificate([site.hostname]);
    port = await emulator.listen();
    emulator.begin(
      { network: FAST, seed: 1 },
      (environment) => new PushServer({ site, strategy, thinkMs: 0 }, certificate, environment),
      (event) => events.push(event),
    );
  });
  afterAll(() => emulator.stop());

  const expectServed = async () => {
    const client = await RawClient.open(port);
    client.send(headers(1));
    const isLast = (f: { type: number; streamId: number; flags: number }) =>
      f.type === TYPE.data && f.streamId === 2 && f.flags === FLAG.endStream;
    expect(await client.frame(isLast)).toBeDefined();
    client.destroy();
    await expect.poll(() => emulator.openConnections, { timeout: 8000 }).toBe(0);
  };

  it('a rapid reset is told to be calm, though the GOAWAY takes a while to arrive', async () => {
    const client = await RawClient.open(port);
    for (let id = 1; id < 4 * RESETS.count && client.isOpen; id += 2)
      client.send(headers(id, request('/a.css')), frame(TYPE.rstStream, 0, id, uint32(8)));
    const goaway = await client.frame(({ type }) => type === TYPE.goaway);
    await client.closed;
    expect(goaway?.payload.readUInt32BE(4)).toBe(ERROR.enhanceYourCalm);
    await expectServed();
  });

  it('a broken preface, a client gone in mid-push, one that never says anything', async () => {
    const broken = await RawClient.connect(port);
    broken.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    await broken.closed;
    const lost = await RawClient.open(port);
    lost.send(headers(1));
    await lost.frame(({ type }) => type === TYPE.pushPromise);
    lost.destroy();
    const silent = await RawClient.connect(port);
    silent.send(PREFACE.subarray(0, 5));
    silent.destroy();
    await expectServed();
  });

  it('tells every event as it happens, whose connection it is, and keeps none', () => {
    const opened = events.filter(({ kind }) => kind === 'open').map(({ connection }) => connection);
    expect(opened).toEqual([...new Set(opened)]);
    for (const connection of opened) {
      const kinds = events.filter((event) => event.connection === connection).map(({ kind }) => kind);
      expect(kinds[0]).toBe('open');
      // The silent one may have gone before its half of the handshake had crossed the network.
      expect(['secure', 'tls-failed']).toContain(kinds[1]);
      expect(kinds.at(-1)).toBe('closed');
    }
    const evidence = emulator.end();
    expect(evidence).toMatchObject({ connections: [], drops: [], server: [], latenessMs: [] });
    expect(evidence.queueBytes).toEqual({ uplink: [], downlink: [] });
  });
});
