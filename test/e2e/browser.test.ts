import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { captureLoad, startCapture, type CaptureResult } from '../../lab/browser/capture.ts';
import { launchBrowser } from '../../lab/browser/launch.ts';
import { PageLoadError } from '../../lab/browser/page-load-error.ts';
import { provisionBrowser } from '../../lab/browser/provision.ts';
import { warmRenderer } from '../../lab/browser/warm-renderer.ts';
import type { Http2Event } from '../../lab/trace/browser-evidence.ts';
import { median } from '../../lab/stats/descriptive.ts';
import { HOSTNAME, startPushServer, type PushServer } from '../browser/support/push-server.ts';
import { meanGrey } from '../support/picture.ts';

const PAGE_URL = `https://${HOSTNAME}/`;
const TIMEOUT_MS = 20_000;

let server: PushServer;
let browser: Browser;
/** Something that listens on loopback and is not the lab. */
let outsider: net.Server;
let outsiderPort: number;
let outsiderHits = 0;

beforeAll(async () => {
  server = await startPushServer();
  outsider = net.createServer((socket) => {
    outsiderHits += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => outsider.listen(0, '127.0.0.1', resolve));
  outsiderPort = (outsider.address() as net.AddressInfo).port;
  browser = await launchBrowser(await provisionBrowser('chromium-106'), {
    spkiSha256Base64: server.spkiSha256Base64,
    hosts: [{ hostname: HOSTNAME, port: server.port }],
  });
});

afterAll(async () => {
  await browser.close();
  await server.close();
  outsider.close();
});

describe('one page load', () => {
  let result: CaptureResult;
  let portsBefore: number;

  beforeAll(async () => {
    portsBefore = server.connections.length;
    result = await load();
    if (process.env['LAB_RECORD_FIXTURES']) recordFixture(result);
  });

  const events = <Type extends Http2Event['type']>(type: Type): Extract<Http2Event, { type: Type }>[] =>
    result.evidence.http2.filter(
      (event): event is Extract<Http2Event, { type: Type }> => event.type === type,
    );
  const promised = (pathname: string): number[] =>
    events('push-promise-received')
      .filter((event) => event.path === pathname)
      .map((event) => event.promisedStreamId);

  test('has the version and the metrics, in both accounts alike', () => {
    const { evidence } = result;
    expect(evidence.browserVersion).toMatch(/^106\./);
    expect(evidence.url).toBe(PAGE_URL);
    const { metrics, traceMetrics } = evidence;
    for (const name of [
      'firstPaint',
      'firstContentfulPaint',
      'largestContentfulPaint',
      'domContentLoadedEventEnd',
      'loadEventEnd',
    ] as const) {
      expect(metrics[name], name).toBeGreaterThan(40);
      expect(Math.abs((metrics[name] ?? NaN) - (traceMetrics[name] ?? NaN)), name).toBeLessThan(1);
    }
    expect(metrics.cumulativeLayoutShift).toBeGreaterThanOrEqual(0);
    // The image is held back for 60 ms and is larger than the text.
    expect(metrics.largestContentfulPaint).toBeGreaterThan((metrics.firstContentfulPaint ?? NaN) + 20);
  });

  test("uses the clock of this process's hrtime", () => {
    const arrived = server.hits.find((hit) => hit.path === '/')?.timeMonotonicMs ?? NaN;
    const { timeOriginMonotonicMs, requests } = result.evidence;
    const answered = requests.find((request) => request.isMainDocument)?.response?.receivedMonotonicMs ?? NaN;
    expect(arrived).toBeGreaterThan(timeOriginMonotonicMs);
    // The server waits 40 ms before it answers.
    expect(answered).toBeGreaterThan(arrived + 35);
    expect(answered).toBeLessThan(arrived + 1000);
  });

  test("finds the connection by the browser's source port", () => {
    const sessions = events('session-initialised');
    const sessionOfPage = events('headers-sent').find((event) => event.url === PAGE_URL)?.sessionId;
    const session = sessions.find(({ sessionId }) => sessionId === sessionOfPage);
    expect(session?.peerPort).toBe(server.port);
    expect(server.connections.slice(portsBefore)).toContain(session?.localPort);
    expect(server.hits.find((hit) => hit.path === '/')?.remotePort).toBe(session?.localPort);
    expect(session?.tlsEndMonotonicMs).toBeGreaterThan(session?.connectStartMonotonicMs ?? NaN);
    const request = result.evidence.requests.find((candidate) => candidate.isMainDocument);
    expect(request?.response?.socketId).toBe(session?.socketId);
  });

  test('tells every kind of push apart', () => {
    const adopted = events('adopted-push').map((event) => event.streamId);
    const resets = events('rst-stream-sent');
    expect(promised('/adopted.css')).toHaveLength(1);
    expect(adopted).toContain(promised('/adopted.css')[0]);
    expect(resets.map((event) => event.streamId)).not.toContain(promised('/adopted.css')[0]);

    expect(promised('/unclaimed.css')).toHaveLength(1);
    expect(adopted).not.toContain(promised('/unclaimed.css')[0]);

    expect(adopted).toContain(promised('/vary.css')[0]);
    expect(resets.find((event) => event.streamId === promised('/vary.css')[0])?.errorCode).toBe(8);
    expect(server.hits.map((hit) => hit.path)).toContain('/vary.css');

    expect(promised('/twice.css')).toHaveLength(2);
    const second = resets.find((event) => event.streamId === promised('/twice.css')[1]);
    expect(second).toMatchObject({ errorCode: 7, errorName: 'REFUSED_STREAM' });
    expect(second?.description).toContain('Duplicate pushed stream');

    const reset = promised('/reset.css')[0];
    expect(events('rst-stream-received').find((event) => event.streamId === reset)?.errorCode).toBe(8);
  });

  test('sees the early hint, the priorities and the bytes', () => {
    const interim = events('headers-received').find((event) => event.status === 103);
    expect(interim?.link).toContain('/hint.css');
    const hinted = events('headers-sent').find((event) => event.url === `${PAGE_URL}hint.css`);
    const final = events('headers-received').find(
      (event) => event.status === 200 && event.streamId === interim?.streamId,
    );
    expect(hinted?.timeMonotonicMs).toBeLessThan(final?.timeMonotonicMs ?? NaN);
    expect(server.hits.filter((hit) => hit.path === '/hint.css')).toHaveLength(1);
    expect(events('headers-sent')[0]).toMatchObject({ method: 'GET', weight: 256, exclusive: true });
    const bytes = events('data-received')
      .filter((event) => event.streamId === promised('/adopted.css')[0])
      .reduce((sum, event) => sum + event.bytes, 0);
    expect(bytes).toBe('h1{color:red}'.length);
    expect(events('settings-sent')[0]?.settings['2']).toBeUndefined();
    expect(events('setting-received')).toContainEqual(expect.objectContaining({ id: 3, value: 200 }));
  });

  test('lists the requests of the page', () => {
    const request = (name: string) => result.evidence.requests.find(({ url }) => url.endsWith(name));
    expect(request('/adopted.css')?.response?.timing?.pushStartMonotonicMs).toBeGreaterThan(0);
    expect(request('/vary.css')?.response?.timing?.pushStartMonotonicMs).toBeUndefined();
    expect(request('/unclaimed.css')).toBeUndefined();
    expect(request('/script.js')).toMatchObject({
      resourceType: 'Script',
      initiatorType: 'parser',
      response: { status: 200, protocol: 'h2', mimeType: 'text/javascript' },
    });
    expect(request('/late.svg')?.encodedDataLength).toBeGreaterThan(0);
    expect(request('elsewhere.test/x.png')?.failure?.errorText).toBe('net::ERR_NAME_NOT_RESOLVED');
    // toEqual takes an absent property for an undefined one: nothing but those may get lost.
    expect(JSON.parse(JSON.stringify(result.evidence))).toEqual(result.evidence);
  });
});

test('two loads in one browser each have their own evidence and connection', async () => {
  const first = await load();
  const second = await load();
  const sessions = [first, second].map(
    ({ evidence }) => evidence.http2.find((event) => event.type === 'session-initialised')?.localPort,
  );
  expect(sessions[0]).toBeGreaterThan(0);
  expect(sessions[1]).toBeGreaterThan(0);
  expect(sessions[1]).not.toBe(sessions[0]);
  const end = first.evidence.timeOriginMonotonicMs + (first.evidence.metrics.loadEventEnd ?? NaN);
  expect(second.evidence.timeOriginMonotonicMs).toBeGreaterThan(end);
  for (const { evidence } of [first, second]) {
    expect(evidence.requests.filter((request) => request.isMainDocument)).toHaveLength(1);
    expect(evidence.http2.filter((event) => event.type === 'adopted-push').length).toBeGreaterThan(0);
  }
});

test('hears the server say goodbye', async () => {
  const { evidence } = await load({ url: `${PAGE_URL}bye` });
  const goodbye = evidence.http2.find((event) => event.type === 'goaway-received');
  expect(goodbye).toMatchObject({ errorCode: 0, errorName: 'NO_ERROR' });
  expect(evidence.http2.find((event) => event.type === 'session-closed')).toHaveProperty('netError');
});

test('waits for what the caller calls settled, and reports a page that never gets there', async () => {
  const order: string[] = [];
  await load({
    settled: () => {
      order.push('settled');
      return Promise.resolve();
    },
  });
  expect(order).toEqual(['settled']);
  await expect(load({ timeoutMs: 300, settled: () => new Promise(() => undefined) })).rejects.toMatchObject({
    name: 'PageLoadError',
    kind: 'timeout',
  });
});

test('a load that hangs, fails or crashes leaves the browser ready for the next one', async () => {
  await expect(load({ url: `${PAGE_URL}never`, timeoutMs: 500 })).rejects.toThrow(
    /did not reach its load event within 0.5 s/,
  );
  await expect(load({ url: 'https://elsewhere.test/' })).rejects.toMatchObject({
    kind: 'network',
    message: 'https://elsewhere.test/ failed: net::ERR_NAME_NOT_RESOLVED',
  });
  await expect(
    load({
      settled: () => {
        void browser
          .contexts()[0]
          ?.pages()[0]
          ?.goto('chrome://crash')
          .catch(() => undefined);
        return new Promise(() => undefined);
      },
    }),
  ).rejects.toMatchObject({ kind: 'crash' });
  const { evidence } = await load();
  expect(evidence.metrics.firstContentfulPaint).toBeGreaterThan(0);
});

test('a browser that cannot start says which libraries are missing and what to type', async () => {
  const installed = await provisionBrowser('chromium-106');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lab-browser-'));
  try {
    const executablePath = path.join(folder, 'chromium');
    const elf = readFileSync(installed.executablePath);
    elf.write('libexpat.so.9', elf.indexOf('libexpat.so.1\0'), 'latin1');
    writeFileSync(executablePath, elf, { mode: 0o755 });
    const launch = launchBrowser({ ...installed, executablePath }, { spkiSha256Base64: '', hosts: [] });
    await expect(launch).rejects.toMatchObject({
      name: 'EnvironmentError',
      exitCode: 3,
      message: 'chromium-106 cannot start: shared libraries are missing: libexpat.so.9',
    });
    await expect(launch).rejects.toHaveProperty('nextStep', expect.stringContaining('npx lab doctor --fix'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a film is on the clock of its load, to the frame', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const capture = await startCapture(browser, page, { film: true });
  await capture.navigate(`${PAGE_URL}flicker`, {
    timeoutMs: TIMEOUT_MS,
    settled: () => page.waitForFunction('drawnMs.length === 24').then(() => undefined),
  });
  const drawnMs = await page.evaluate<number[]>('drawnMs');
  const { films } = await capture.finish();
  await context.close();
  // The page's grey tells which frame a picture shows: the n-th, counted from 1, is 10 n.
  const delaysMs = films![0]!.flatMap(({ atMs, jpeg }) => {
    const drawn = drawnMs[Math.round(meanGrey(jpeg) / 10) - 1];
    return drawn === undefined ? [] : [atMs - drawn];
  });
  expect(delaysMs.length).toBeGreaterThan(4);
  // From drawing to the screen it takes two frames, here or on a machine that needs longer for each; and never less than 0.
  const frameMs = median(drawnMs.slice(1).map((timeMs, index) => timeMs - drawnMs[index]!));
  expect(Math.min(...delaysMs)).toBeGreaterThan(0);
  expect(Math.min(...delaysMs)).toBeLessThan(4 * frameMs);
});

test('a page loads into the process that was warmed, which leaves nothing to see', async () => {
  const cdp = await browser.newBrowserCDPSession();
  const renderers = async (): Promise<number[]> => {
    const { processInfo } = await cdp.send('SystemInfo.getProcessInfo');
    return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  };
  const others = await renderers();
  const context = await browser.newContext();
  const page = await context.newPage();
  const hitsBefore = server.hits.length;
  const whileWarming = new Promise<number[]>((resolve) => page.once('load', () => resolve(renderers())));
  await warmRenderer(page, PAGE_URL);
  expect(page.url()).toBe('about:blank');
  expect(await page.locator('body').innerHTML()).toBe('');
  expect(await page.evaluate('history.length')).toBe(1);
  expect(server.hits).toHaveLength(hitsBefore);
  const warmed = (await whileWarming).filter((id) => !others.includes(id));
  expect(warmed).toHaveLength(1);
  await page.goto(PAGE_URL);
  expect((await renderers()).filter((id) => !others.includes(id))).toEqual(warmed);
  await context.close();
  await cdp.detach();
});

test('only one capture at a time', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const capture = await startCapture(browser, page);
  await expect(startCapture(browser, page)).rejects.toThrow(/one capture at a time/);
  await capture.abort();
  await expect(capture.finish()).rejects.toBeInstanceOf(PageLoadError);
  await context.close();
});

test('reaches nothing but the lab', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const capture = await startCapture(browser, page);
  await capture.navigate(PAGE_URL, { timeoutMs: TIMEOUT_MS });
  const outcome = await page.evaluate(
    async ({ port, labPort, hostname }) => {
      const urls = [
        `http://127.0.0.1:${port}/`,
        `https://127.0.0.1:${labPort}/`,
        `http://localhost:${port}/`,
        `http://sub.localhost:${port}/`,
        `http://[::1]:${port}/`,
        `http://0:${port}/`,
        `https://${hostname}:${port}/`,
        `https://www.${hostname}/`,
        'https://example.com/',
        'https://1.1.1.1/',
        'https://[2606:4700:4700::1111]/',
      ];
      const reached: string[] = [];
      for (const url of urls) {
        await fetch(url, { mode: 'no-cors' }).then(
          () => reached.push(url),
          () => undefined,
        );
      }
      await new Promise<void>((resolve) => {
        const socket = new WebSocket(`wss://127.0.0.1:${port}/`);
        socket.onopen = () => reached.push(socket.url);
        socket.onclose = () => resolve();
      });
      const rtc = new RTCPeerConnection({ iceServers: [{ urls: 'stun:1.1.1.1:3478' }] });
      const candidates: string[] = [];
      rtc.onicecandidate = (event) => {
        if (event.candidate?.candidate) candidates.push(event.candidate.candidate);
      };
      rtc.createDataChannel('way out');
      await rtc.setLocalDescription(await rtc.createOffer());
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { reached, candidates };
    },
    { port: outsiderPort, labPort: server.port, hostname: HOSTNAME },
  );
  expect(outcome).toEqual({ reached: [], candidates: [] });
  expect(outsiderHits).toBe(0);
  const { rawTrace } = await capture.finish();
  const attempts = rawTrace
    .filter((event) => event.name === 'TCP_CONNECT_ATTEMPT' || event.name === 'UDP_CONNECT')
    .map((event) => (event.args['params'] as { address?: string } | undefined)?.address)
    .filter((address) => address !== undefined);
  expect(attempts.length).toBeGreaterThan(0);
  expect(new Set(attempts)).toEqual(new Set([`127.0.0.1:${server.port}`]));
  await context.close();
});

interface LoadOptions {
  readonly url?: string;
  readonly timeoutMs?: number;
  readonly settled?: () => Promise<void>;
}

async function load({
  url = PAGE_URL,
  timeoutMs = TIMEOUT_MS,
  settled,
}: LoadOptions = {}): Promise<CaptureResult> {
  const context = await browser.newContext();
  try {
    return await captureLoad(browser, await context.newPage(), url, { timeoutMs, settled });
  } finally {
    await context.close();
  }
}

/** `LAB_RECORD_FIXTURES=1 npx vitest run test/e2e/browser.test.ts` renews what the unit tests read. */
function recordFixture({ rawTrace, rawNetwork, evidence }: CaptureResult): void {
  const folder = path.join(import.meta.dirname, '..', 'data', 'browser');
  mkdirSync(folder, { recursive: true });
  const marks =
    /^(navigationStart|first\w*Paint|LayoutShift|largestContentfulPaint::Candidate|domContentLoadedEventEnd|loadEventEnd)$/;
  const trace = rawTrace.filter(
    (event) =>
      marks.test(event.name) ||
      (event.cat === 'netlog' && /^HTTP2_|^TCP_CONNECT|^SSL_CONNECT$/.test(event.name)),
  );
  const write = (name: string, items: readonly unknown[]): void => {
    const lines = items.map((item) => JSON.stringify(item)).join(',\n');
    writeFileSync(path.join(folder, `every-kind-of-push.${name}.json`), `[\n${lines}\n]\n`);
  };
  write('trace', trace);
  write('network', rawNetwork);
  writeFileSync(
    path.join(folder, 'every-kind-of-push.evidence.json'),
    `${JSON.stringify(evidence, null, 1)}\n`,
  );
}
