import { createHash, X509Certificate } from 'node:crypto';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import selfsigned from 'selfsigned';

export const HOSTNAME = 'lab.test';

export interface Hit {
  readonly path: string;
  /** The browser's port. */
  readonly remotePort: number;
  readonly timeMonotonicMs: number;
}

export interface PushServer {
  readonly port: number;
  readonly spkiSha256Base64: string;
  /** Requests, not pushes, in order of arrival. */
  readonly hits: Hit[];
  /** Client ports of the TLS connections, in order. */
  readonly connections: number[];
  close(): Promise<void>;
}

const css = (body: string, more: http2.OutgoingHttpHeaders = {}): Resource => ({
  headers: { 'content-type': 'text/css', 'cache-control': 'max-age=600', ...more },
  body,
});

interface Resource {
  readonly headers: http2.OutgoingHttpHeaders;
  readonly body: string;
}

const PAGE = `<!doctype html><html lang="en"><title>Pushed</title>
<link rel="stylesheet" href="/hint.css"><link rel="stylesheet" href="/adopted.css">
<link rel="stylesheet" href="/vary.css"><link rel="stylesheet" href="/twice.css">
<link rel="stylesheet" href="/reset.css">
<h1>Seven pushes</h1><p>A paragraph that is painted first.</p>
<img src="/late.svg" width="400" height="300" alt=""><img src="https://elsewhere.test/x.png" alt="">
<script src="/script.js"></script></html>`;

/** Draws another grey in every frame, 24 of them, and notes when. */
const FLICKER = `<!doctype html><html lang="en"><title>Flicker</title><body><script>
const drawnMs = [];
requestAnimationFrame(function draw() {
  const grey = drawnMs.push(performance.now()) * 10;
  document.documentElement.style.background = 'rgb(' + grey + ',' + grey + ',' + grey + ')';
  if (drawnMs.length < 24) requestAnimationFrame(draw);
});
</script></html>`;

const RESOURCES: Readonly<Record<string, Resource>> = {
  '/flicker': { headers: { 'content-type': 'text/html' }, body: FLICKER },
  '/hint.css': css('p{color:green}'),
  '/adopted.css': css('h1{color:red}'),
  '/unclaimed.css': css('h2{color:red}'),
  // Without user-agent in the promise this cannot match.
  '/vary.css': css('h3{color:red}', { vary: 'user-agent' }),
  '/twice.css': css('h4{color:red}'),
  '/reset.css': css('h5{color:red}'),
  '/script.js': { headers: { 'content-type': 'text/javascript' }, body: 'document.title="ran"' },
  '/late.svg': {
    headers: { 'content-type': 'image/svg+xml' },
    body: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3"><rect width="4" height="3"/></svg>',
  },
};

/** A page that gets one push of every kind: used, unclaimed, not matching, doubled, and reset by the server. */
export async function startPushServer(): Promise<PushServer> {
  const pems = await selfsigned.generate([{ name: 'commonName', value: HOSTNAME }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: HOSTNAME }] }],
  });
  const hits: Hit[] = [];
  const connections: number[] = [];
  const sessions = new Set<http2.ServerHttp2Session>();
  const server = http2.createSecureServer({
    key: pems.private,
    cert: pems.cert,
    settings: { maxConcurrentStreams: 200 },
  });
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
  });
  server.on('secureConnection', (socket: TLSSocket) => connections.push(socket.remotePort ?? 0));
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    const path = headers[':path'] ?? '';
    hits.push({
      path,
      remotePort: stream.session?.socket.remotePort ?? 0,
      timeMonotonicMs: Number(process.hrtime.bigint()) / 1e6,
    });
    void answer(stream, path);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const spki = new X509Certificate(pems.cert).publicKey.export({ type: 'spki', format: 'der' });
  return {
    port: (server.address() as AddressInfo).port,
    spkiSha256Base64: createHash('sha256').update(spki).digest('base64'),
    hits,
    connections,
    close: () => {
      for (const session of sessions) session.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(stream: http2.ServerHttp2Stream, path: string): Promise<void> {
  if (path === '/never') return;
  if (path === '/bye') {
    const { session } = stream;
    stream.on('close', () => session?.goaway());
  }
  if (path === '/') {
    stream.additionalHeaders({ ':status': 103, link: '</hint.css>; rel=preload; as=style' });
    for (const pushed of ['/adopted.css', '/unclaimed.css', '/vary.css', '/twice.css', '/twice.css']) {
      push(stream, pushed);
    }
    push(stream, '/reset.css', true);
    await sleep(40);
    stream.respond({ ':status': 200, 'content-type': 'text/html' });
    stream.end(PAGE);
    return;
  }
  if (path === '/late.svg') await sleep(60);
  const resource = RESOURCES[path];
  if (stream.destroyed) return;
  stream.respond({ ':status': resource ? 200 : 404, ...resource?.headers });
  stream.end(resource?.body ?? 'not here');
}

function push(parent: http2.ServerHttp2Stream, path: string, reset = false): void {
  parent.pushStream({ ':path': path }, (error, stream) => {
    if (error) return;
    stream.on('error', () => undefined);
    if (reset) {
      stream.close(http2.constants.NGHTTP2_CANCEL);
      return;
    }
    const resource = RESOURCES[path];
    stream.respond({ ':status': 200, ...resource?.headers });
    stream.end(resource?.body);
  });
}
