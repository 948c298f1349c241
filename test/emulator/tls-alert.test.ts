import net from 'node:net';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCertificate } from '../../lab/emulator/certificate.ts';
import { Emulator } from '../../lab/emulator/emulator.ts';
import type { ServerEvent } from '../../server/server-log.ts';
import { PushServer } from '../../server/push-server.ts';
import { findStrategyPreset } from '../../server/strategies/presets.ts';
import { makeSite } from '../support/site.ts';
import { FAST } from './support.ts';

const site = makeSite({ '/': 1000 });
/** Alert, fatal; the description follows (RFC 8446 §6). */
const FATAL = 2;
const ALERT = { unexpectedMessage: 10, recordOverflow: 22, decodeError: 50 };

describe('a TLS handshake that comes to nothing', () => {
  const emulator = new Emulator();
  const events: ServerEvent[] = [];
  let port: number;

  beforeAll(async () => {
    const certificate = await createCertificate([site.hostname]);
    port = await emulator.listen();
    const strategy = { ...findStrategyPreset('no-push')!, paths: [], children: {} };
    emulator.begin(
      { network: { ...FAST, baseRttMs: 60 }, seed: 1 },
      (environment) => new PushServer({ site, strategy, thinkMs: 0 }, certificate, environment),
      (event) => events.push(event),
    );
  });
  afterAll(() => emulator.stop());

  it.each([
    ['no common ALPN', { ALPNProtocols: ['http/1.1'] }, 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL'],
    ['TLS 1.2', { maxVersion: 'TLSv1.2', ALPNProtocols: ['h2'] }, 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'],
  ] as const)('%s: the client is told by an alert', async (_what, options, code) => {
    const client = tls.connect({
      ...options,
      ...('ALPNProtocols' in options && { ALPNProtocols: [...options.ALPNProtocols] }),
      host: '127.0.0.1',
      port,
      rejectUnauthorized: false,
    });
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => client.once('error', resolve));
    expect(error.code).toBe(code);
  });

  /** All that comes back, once the server has ended the connection. */
  const answerTo = (bytes: Buffer) =>
    new Promise<number[]>((resolve) => {
      const received: Buffer[] = [];
      const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
      socket.on('data', (chunk) => received.push(chunk));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve([...Buffer.concat(received)]));
    });

  it.each([
    ['a ClientHello of nothing', [22, 3, 1, 0, 4, 1, 0, 0, 0], ALERT.decodeError],
    ['a record longer than TLS allows', [22, 3, 3, 255, 255, 1, 2, 3], ALERT.recordOverflow],
    ['an alert before anything else', [21, 3, 3, 0, 2, 2, 40], ALERT.unexpectedMessage],
  ])('%s: alert, then the end', async (_what, bytes, description) => {
    const answer = await answerTo(Buffer.from(bytes));
    // Content type 21, version, length 2.
    expect(answer.slice(0, 1)).toEqual([21]);
    expect(answer.slice(3)).toEqual([0, 2, FATAL, description]);
  });

  it('what is no TLS at all gets the end alone: there is no one who could read an alert', async () => {
    expect(await answerTo(Buffer.from('GET / HTTP/1.1\r\nHost: lab.test\r\n\r\n'))).toEqual([]);
    expect(await answerTo(Buffer.alloc(20_000, 0x5a))).toEqual([]);
  });

  it('is logged with its reason, connection by connection, and nothing stays open', async () => {
    await expect.poll(() => emulator.openConnections).toBe(0);
    const failed = events.filter(({ kind }) => kind === 'tls-failed');
    expect(failed).toHaveLength(events.filter(({ kind }) => kind === 'open').length);
    expect(failed[0]).toMatchObject({ reason: 'no application protocol' });
  });
});
