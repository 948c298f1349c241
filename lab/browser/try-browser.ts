import { createHash, X509Certificate } from 'node:crypto';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import selfsigned from 'selfsigned';
import { captureLoad } from './capture.ts';
import { launchBrowser } from './launch.ts';
import type { InstalledBrowser } from './provision.ts';

const HOSTNAME = 'doctor.test';
const LOAD_TIMEOUT_MS = 20_000;
const PAGE = `<!doctype html><title>Doctor</title><link rel="stylesheet" href="/pushed.css"><p>Say ah.</p>`;

export interface BrowserTrial {
  readonly version: string;
  /** First Contentful Paint happened: there was text, and a font to paint it with. */
  readonly paintedText: boolean;
  readonly adoptedPush: boolean;
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
        adoptedPush: evidence.http2.some((event) => event.type === 'adopted-push'),
      };
    } finally {
      await browser.close();
    }
  } finally {
    server.close();
  }
}

async function startServer(): Promise<{ port: number; spkiSha256Base64: string; close: () => void }> {
  const pems = await selfsigned.generate([{ name: 'commonName', value: HOSTNAME }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: HOSTNAME }] }],
  });
  const server = http2.createSecureServer({ key: pems.private, cert: pems.cert });
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    if (headers[':path'] !== '/') {
      stream.respond({ ':status': 404 }, { endStream: true });
      return;
    }
    stream.pushStream({ ':path': '/pushed.css' }, (error, pushed) => {
      if (error) return;
      pushed.on('error', () => undefined);
      pushed.respond({ ':status': 200, 'content-type': 'text/css' });
      pushed.end('p { color: #333 }');
    });
    stream.respond({ ':status': 200, 'content-type': 'text/html; charset=utf-8' });
    stream.end(PAGE);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const spki = new X509Certificate(pems.cert).publicKey.export({ type: 'spki', format: 'der' });
  return {
    port: (server.address() as AddressInfo).port,
    spkiSha256Base64: createHash('sha256').update(spki).digest('base64'),
    close: () => {
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}
