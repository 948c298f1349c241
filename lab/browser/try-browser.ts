import { createHash, X509Certificate } from 'node:crypto';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import selfsigned from 'selfsigned';
import { captureLoad } from './capture.ts';
import { launchBrowser } from './launch.ts';
import type { InstalledBrowser } from './installed-browser.ts';

const HOSTNAME = 'doctor.test';
const SETTINGS_ENABLE_PUSH = 2;
const LOAD_TIMEOUT_MS = 20_000;
const PAGE = `<!doctype html><title>Doctor</title><link rel="stylesheet" href="/pushed.css"><link rel="stylesheet" href="/hinted.css"><p>Say ah.</p>`;
/** Between the 103 and the page: time for a request of what is hinted at. */
const THINK_MS = 150;

export interface BrowserTrial {
  readonly version: string;
  /** First Contentful Paint happened: there was text, and a font to paint it with. */
  readonly paintedText: boolean;
  /** It has not sent SETTINGS_ENABLE_PUSH=0. */
  readonly acceptsPush: boolean;
  readonly adoptedPush: boolean;
  /** It asked for what a 103 response named before it had the page. */
  readonly usedEarlyHint: boolean;
}

/**
 * The whole way in small: start the browser, load a page with one pushed style sheet from a server on loopback, look
 * at the evidence.
 *
 * @throws {EnvironmentError} where it does not start, {PageLoadError} where it does not load.
 */
export async function tryBrowser(installed: InstalledBrowser): Promise<BrowserTrial> {
  const server = await startServer();
  try {
    const browser = await launchBrowser(installed, {
      spkiSha256Base64: server.spkiSha256Base64,
      hosts: [{ hostname: HOSTNAME, port: server.port }],
    });
    try {
      const page = await (await browser.newContext()).newPage();
      const { evidence } = await captureLoad(browser, page, `https://${HOSTNAME}/`, {
        timeoutMs: LOAD_TIMEOUT_MS,
      });
      return {
        version: evidence.browserVersion,
        paintedText: evidence.metrics.firstContentfulPaint !== undefined,
        acceptsPush: !evidence.http2.some(
          (event) => event.type === 'settings-sent' && event.settings[SETTINGS_ENABLE_PUSH] === 0,
        ),
        usedEarlyHint: server.hintWasUsed(),
        adoptedPush: evidence.http2.some((event) => event.type === 'adopted-push'),
      };
    } finally {
      await browser.close();
    }
  } finally {
    server.close();
  }
}

async function startServer(): Promise<{
  port: number;
  spkiSha256Base64: string;
  hintWasUsed: () => boolean;
  close: () => void;
}> {
  const pems = await selfsigned.generate([{ name: 'commonName', value: HOSTNAME }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: HOSTNAME }] }],
  });
  const server = http2.createSecureServer({ key: pems.private, cert: pems.cert });
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on('session', (session) => sessions.add(session));
  let answered = false;
  let hintUsed = false;
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    if (headers[':path']?.endsWith('.css')) {
      hintUsed ||= headers[':path'] === '/hinted.css' && !answered;
      stream.respond({ ':status': 200, 'content-type': 'text/css' });
      stream.end('p { margin: 1em }');
      return;
    }
    if (headers[':path'] !== '/') {
      stream.respond({ ':status': 404 }, { endStream: true });
      return;
    }
    stream.additionalHeaders({ ':status': 103, link: '</hinted.css>; rel=preload; as=style' });
    setTimeout(() => {
      if (stream.destroyed) return;
      answered = true;
      if (stream.pushAllowed) push(stream);
      stream.respond({ ':status': 200, 'content-type': 'text/html; charset=utf-8' });
      stream.end(PAGE);
    }, THINK_MS);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const spki = new X509Certificate(pems.cert).publicKey.export({ type: 'spki', format: 'der' });
  return {
    port: (server.address() as AddressInfo).port,
    spkiSha256Base64: createHash('sha256').update(spki).digest('base64'),
    hintWasUsed: () => hintUsed,
    close: () => {
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}

function push(stream: http2.ServerHttp2Stream): void {
  stream.pushStream({ ':path': '/pushed.css' }, (error, pushed) => {
    if (error) return;
    pushed.on('error', () => undefined);
    pushed.respond({ ':status': 200, 'content-type': 'text/css' });
    pushed.end('p { color: #333 }');
  });
}
