import http2 from 'node:http2';
import net from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCertificate } from '../../../lab/emulator/certificate.ts';
import { http2Frames } from '../../../reports/wire/http2-frames.ts';
import { openConnection } from '../../../reports/wire/tls13.ts';
import { tlsRecords } from '../../../reports/wire/tls-records.ts';

const PUSHED_BYTES = 40_000;
const keyLog: string[] = [];
let uplink: Buffer;
let downlink: Buffer;

/** A real connection between node's own HTTP/2 ends, its bytes taken by a proxy in between. */
beforeAll(async () => {
  const { keyPem, certPem } = await createCertificate(['localhost']);
  const server = http2.createSecureServer({ key: keyPem, cert: certPem, minVersion: 'TLSv1.3' });
  server.on('keylog', (line: Buffer) => keyLog.push(line.toString('latin1').trimEnd()));
  server.on('stream', (stream) => {
    stream.pushStream({ ':path': '/pushed.css' }, (_error, pushed) => {
      pushed.respond({ ':status': 200 });
      pushed.end(Buffer.alloc(PUSHED_BYTES));
    });
    stream.respond({ ':status': 200 });
    stream.end('page');
  });
  const listen = (listener: net.Server) =>
    new Promise<number>((resolve) => {
      listener.listen(0, '127.0.0.1', () => resolve((listener.address() as net.AddressInfo).port));
    });
  const port = await listen(server);
  const [up, down]: [Buffer[], Buffer[]] = [[], []];
  const proxy = net.createServer((socket) => {
    const far = net.connect(port, '127.0.0.1');
    socket.on('data', (chunk) => up.push(chunk)).pipe(far);
    far.on('data', (chunk) => down.push(chunk)).pipe(socket);
    for (const end of [socket, far]) end.on('error', () => undefined);
  });
  const client = http2.connect(`https://localhost:${await listen(proxy)}`, { ca: certPem });
  await new Promise<void>((resolve) => {
    client.on('stream', (pushed) => pushed.on('end', resolve).resume());
    client.request({ ':path': '/' }).resume().end();
  });
  client.destroy();
  proxy.close();
  server.close();
  [uplink, downlink] = [Buffer.concat(up), Buffer.concat(down)];
});

describe('frames out of a TLS 1.3 connection', () => {
  const frames = () => {
    const records = openConnection({ uplink, downlink }, keyLog);
    return { up: http2Frames(records.uplink, true), down: http2Frames(records.downlink, false) };
  };

  it('has the promise on the stream it was made on, and all of the pushed bytes', () => {
    const { down } = frames();
    expect(down.filter(({ name }) => name === 'push_promise')).toMatchObject([
      { streamId: 1, promisedStreamId: 2 },
    ]);
    const bytes = (streamId: number) =>
      down
        .filter((frame) => frame.name === 'data' && frame.streamId === streamId)
        .reduce((sum, { payloadBytes }) => sum + payloadBytes, 0);
    expect([bytes(1), bytes(2)]).toEqual([4, PUSHED_BYTES]);
  });

  it('begins with the magic and SETTINGS; the request follows', () => {
    const names = frames().up.map(({ name }) => name);
    expect(names.slice(0, 2)).toEqual(['magic', 'settings']);
    expect(names).toContain('headers');
  });

  it('a frame ends where a record does, and in order', () => {
    const ends = frames().down.map(({ end }) => end);
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
    const recordEnds = tlsRecords(downlink).map(({ end }) => end);
    for (const end of ends) expect(recordEnds).toContain(end);
  });

  it('without the secrets, or with those of another connection, nothing is read', () => {
    const other = keyLog.map((line) => line.replace(/ [0-9a-f]{8}/, ' 00000000'));
    for (const secrets of [[], other]) {
      const { downlink: records } = openConnection({ uplink, downlink }, secrets);
      expect(http2Frames(records, false)).toEqual([]);
    }
  });

  it('a stream that is cut short gives what it has', () => {
    const whole = frames().down.length;
    const cut = openConnection({ uplink, downlink: downlink.subarray(0, 20_000) }, keyLog);
    const count = http2Frames(cut.downlink, false).length;
    expect(count).toBeGreaterThan(2);
    expect(count).toBeLessThan(whole);
  });

  it('what is no TLS has no records', () => {
    expect(tlsRecords(Buffer.from('GET / HTTP/1.1\r\n'))).toEqual([]);
  });
});
