import { createHash, X509Certificate } from 'node:crypto';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import selfsigned from 'selfsigned';
import { FATES } from './fates.ts';

/** The certificate covers the first two; a push for the third must be refused. */
export const HOSTS = ['lab.test', 'b.lab.test', 'elsewhere.test'] as const;

export interface FateServer {
  readonly port: number;
  readonly spkiSha256Base64: string;
  /** Client ports of the TLS connections, in order. */
  readonly clientPorts: number[];
  close(): Promise<void>;
}

/** What a fate's server does with a request; `path` is what follows the fate's name. */
export type Answer = (exchange: Exchange, path: string) => void | Promise<void>;

/** One request at the server, in the words a fate is told with. */
export class Exchange {
  readonly #stream: http2.ServerHttp2Stream;
  readonly headers: http2.IncomingHttpHeaders;
  /** Ends the connection without a word. */
  readonly breakConnection: () => void;

  constructor(
    stream: http2.ServerHttp2Stream,
    headers: http2.IncomingHttpHeaders,
    breakConnection: () => void,
  ) {
    this.#stream = stream;
    this.headers = headers;
    this.breakConnection = breakConnection;
  }

  async html(body: string, afterMs = 0): Promise<void> {
    await sleep(afterMs);
    this.respond(`<!doctype html><html lang="en"><title>t</title>${body}</html>`, {
      'content-type': 'text/html',
    });
  }

  respond(body: string | Buffer, headers: http2.OutgoingHttpHeaders = {}): void {
    if (this.#stream.destroyed) return;
    this.#stream.respond({ ':status': 200, ...headers });
    this.#stream.end(body);
  }

  /** Promises now. The response is the caller's; `push.body` sends the whole of it. */
  promise(path: string, request: http2.OutgoingHttpHeaders = {}): Promise<Push> {
    return new Promise((resolve, reject) => {
      this.#stream.pushStream({ ':path': path, ...request }, (error, stream) => {
        if (error) reject(error);
        else resolve(new Push(stream));
      });
    });
  }
}

export class Push {
  readonly stream: http2.ServerHttp2Stream;

  constructor(stream: http2.ServerHttp2Stream) {
    this.stream = stream;
    stream.on('error', () => undefined);
  }

  body(body: string | Buffer, headers: http2.OutgoingHttpHeaders = {}): void {
    if (this.stream.destroyed) return;
    this.stream.respond({ ':status': 200, ...headers });
    this.stream.end(body);
  }

  /** Headers and the first bytes; the rest never comes. */
  begin(body: string | Buffer, headers: http2.OutgoingHttpHeaders = {}): void {
    this.stream.respond({ ':status': 200, ...headers });
    this.stream.write(body);
  }

  cancel(): void {
    this.stream.close(http2.constants.NGHTTP2_CANCEL);
  }
}

/** Serves every fate below a folder of its name. */
export async function startFateServer(): Promise<FateServer> {
  const pems = await selfsigned.generate([{ name: 'commonName', value: HOSTS[0] }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [
      { name: 'subjectAltName', altNames: HOSTS.slice(0, 2).map((value) => ({ type: 2 as const, value })) },
    ],
  });
  const clientPorts: number[] = [];
  const sockets = new Map<number, TLSSocket>();
  const sessions = new Set<http2.ServerHttp2Session>();
  const server = http2.createSecureServer({
    key: pems.private,
    cert: pems.cert,
    settings: { maxConcurrentStreams: 200 },
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined);
    session.on('close', () => sessions.delete(session));
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    clientPorts.push(socket.remotePort ?? 0);
    sockets.set(socket.remotePort ?? 0, socket);
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    const [, name = '', ...rest] = (headers[':path'] ?? '').split('/');
    const port = stream.session?.socket.remotePort ?? 0;
    const exchange = new Exchange(stream, headers, () => sockets.get(port)?.destroy());
    const fate = FATES.find((candidate) => candidate.name === name);
    if (fate === undefined) exchange.respond('', { ':status': 404 });
    else Promise.resolve(fate.answer(exchange, `/${rest.join('/')}`)).catch(() => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const spki = new X509Certificate(pems.cert).publicKey.export({ type: 'spki', format: 'der' });
  return {
    port: (server.address() as AddressInfo).port,
    spkiSha256Base64: createHash('sha256').update(spki).digest('base64'),
    clientPorts,
    close: () => {
      for (const session of sessions) session.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
