import { existsSync, readFileSync } from 'node:fs';
import http2 from 'node:http2';
import net from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../lab/package-root.ts';
import { lab, startLab, temporaryFolder } from './support/lab.ts';

const scenario = path.join(packageRoot, 'test/data/fates.yaml');
const quick = ['--network', 'rtt=20ms,down=10mbit/s,up=10mbit/s,queue=64kB'];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

/** Starts it; `until` resolves once its output so far matches. */
function startServe(...args: string[]) {
  const { child, outcome } = startLab(['serve', scenario, ...quick, ...args]);
  let text = '';
  const until = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        const match = pattern.exec(text);
        if (match !== null) resolve(match);
      };
      child.stdout!.on('data', (bytes: Buffer) => {
        text += bytes.toString();
        look();
      });
      child.on('exit', () => reject(new Error(`it ended without ${String(pattern)}:\n${text}`)));
      look();
    });
  return { child, outcome, until };
}

/** Loads a page and what is pushed with it. */
async function load(url: string, options: { cert: string }): Promise<{ pushed: string[]; body: string }> {
  const { origin, pathname, port } = new URL(url);
  const session = http2.connect(`https://127.0.0.1:${port}`, {
    ca: readFileSync(options.cert),
    servername: new URL(origin).hostname,
  });
  const pushed: string[] = [];
  const pushes: Promise<unknown>[] = [];
  session.on('stream', (stream, headers) => {
    pushed.push(String(headers[':path']));
    stream.resume();
    pushes.push(new Promise((resolve) => stream.on('close', resolve)));
  });
  const request = session.request({ ':path': pathname, ':authority': new URL(url).host });
  let body = '';
  request.on('data', (bytes: Buffer) => (body += bytes.toString()));
  await new Promise((resolve, reject) => {
    request.on('close', resolve);
    session.on('error', reject);
  });
  await Promise.all(pushes);
  session.close();
  return { pushed, body };
}

describe('lab serve', () => {
  it('serves a page with its pushes, tells what happens, and ends cleanly', async () => {
    const { child, outcome, until } = startServe('--strategy', 'after-html');
    const [, cert] = await until(/certificate\s+(\S+)/);
    const [url] = await until(/https:\/\/\S+:\d+\//);
    await until(/Ctrl-C/);
    const { pushed, body } = await load(url, { cert: cert! });
    expect(pushed).toContain('/style.css');
    expect(body).toContain('<html');
    await until(/closed/);
    child.kill('SIGINT');
    const { status, stdout, stderr } = await outcome;
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(existsSync(cert!)).toBe(false);
    expect(stdout).toMatch(/curl --cacert \S+ --resolve \S+:\d+:127\.0\.0\.1 https:/);
    expect(stdout).toMatch(
      /chromium .*--ignore-certificate-errors-spki-list=\S+= --host-resolver-rules='MAP /,
    );
    expect(stdout).toMatch(/nghttp -ans /);
    expect(stdout).toMatch(/SHA-256\s+([0-9A-F]{2}:){31}/);
    expect(stdout).toMatch(/RTT 20 ms, down 10 Mbit\/s/);
    expect(stdout).toMatch(/#1 .*open .*connection 1 opened/);
    expect(stdout).toMatch(/#1 .*request .*GET \/ on stream 1/);
    expect(stdout).toMatch(/#1 .*promise .*\/style\.css on stream 2, promised on stream 1/);
    expect(stdout).toMatch(/#1 .*headers .*200 on stream 1/);
    expect(stdout).toMatch(/#1 .*end .*\/style\.css on stream 2, [1-9]\d* B/);
  });

  it('--json: one object per line, for localhost as well, the certificate where it was asked for', async () => {
    const cert = path.join(folder.path, 'cert.pem');
    const { child, outcome, until } = startServe('--strategy', 'no-push', '--json', '--cert-out', cert);
    const [, port] = await until(/"port":(\d+)/);
    const { pushed } = await load(`https://localhost:${port}/`, { cert });
    expect(pushed).toEqual([]);
    await until(/"closed"/);
    child.kill('SIGTERM');
    const { status, stdout } = await outcome;
    expect(status).toBe(0);
    expect(existsSync(cert)).toBe(true);
    const [first, ...events] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toMatchObject({ kind: 'serving', certificateFile: cert, strategy: { name: 'no-push' } });
    const kinds = events.map(({ kind }) => kind);
    expect(kinds).toEqual(['open', 'secure', 'settings', 'request', 'headers', 'end', 'closed']);
    expect(events.at(-2)).toMatchObject({ connection: 1, streamId: 1, path: '/' });
    expect(events.every(({ sinceOpenMs }) => typeof sinceOpenMs === 'number' && sinceOpenMs >= 0)).toBe(true);
  });

  it('several hosts: each at its address, under its certificate', async () => {
    const several = path.join(packageRoot, 'test/data/hosts.yaml');
    const { child, outcome } = startLab(['serve', several, '--strategy', 'no-push']);
    let text = '';
    child.stdout!.on('data', (bytes: Buffer) => (text += bytes.toString()));
    await expect.poll(() => text, { timeout: 20_000 }).toContain('Ctrl-C');
    const ca = readFileSync(/certificate\s+(\S+)/.exec(text)![1]!);
    for (const host of ['apart.hosts.test', 'unnamed.hosts.test']) {
      const [, address, port] = new RegExp(`${host} is (127\\.0\\.0\\.\\d):(\\d+)`).exec(text)!;
      const session = http2.connect(`https://${address}:${port}`, { ca, servername: host });
      const request = session.request({ ':path': '/style.css', ':authority': host });
      const answered = new Promise<number>((resolve, reject) => {
        request.on('response', (headers) => resolve(Number(headers[':status'])));
        session.on('error', reject);
      });
      expect(await answered, host).toBe(200);
      session.destroy();
    }
    await expect
      .poll(() => text)
      .toMatch(/request +GET https:\/\/apart\.hosts\.test\/style\.css on stream 1/);
    expect(text).toMatch(/secure +TLS established, HTTP\/2, for apart\.hosts\.test/);
    expect(text).toContain('--connect-to apart.hosts.test:443:127.0.0.2:');
    child.kill('SIGINT');
    expect((await outcome).status).toBe(0);
  });

  it('early hints and gates are told', async () => {
    const { child, outcome, until } = startServe('--strategy', 'early-hints');
    const [, cert] = await until(/certificate\s+(\S+)/);
    const [url] = await until(/https:\/\/\S+:\d+\//);
    await load(url, { cert: cert! });
    await until(/hint .*103 on stream 1 names \/style\.css/);
    child.kill('SIGINT');
    expect((await outcome).status).toBe(0);
  });
});

describe('lab serve, wrong input', () => {
  it.each([
    [[scenario, '--strategy', 'no-psuh'], 'did you mean "no-push"'],
    [[scenario, '--strategy', ''], 'allowed: '],
    [[scenario, '--network', '5g'], '--network'],
    [[scenario, '--port', '70000'], 'from 0 to 65535'],
    [[scenario, '--cert-out', ''], '--cert-out'],
    [['nowhere.yaml'], 'nowhere.yaml'],
    [[], 'scenario'],
  ])('lab serve %j', async (args, wanted) => {
    const { status, stderr } = await lab(['serve', ...args]);
    expect(status).toBe(2);
    expect(stderr).toContain(wanted);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('a port in use on the address of another host: exit 3, and that address is named', async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.2', resolve));
    const { port } = server.address() as net.AddressInfo;
    const several = path.join(packageRoot, 'test/data/hosts.yaml');
    const { status, stderr } = await lab(['serve', several, '--port', String(port)]);
    server.close();
    expect(status).toBe(3);
    expect(stderr).toContain(`port ${port} on 127.0.0.2 is in use`);
  });

  it('a port in use, a certificate that cannot be written: exit 3 with the next step', async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    const busy = await lab(['serve', scenario, '--port', String(port)]);
    server.close();
    const unwritable = await lab([
      'serve',
      scenario,
      '--cert-out',
      path.join(folder.path, 'no/such/cert.pem'),
    ]);
    for (const [{ status, stderr }, wanted] of [
      [busy, `port ${port}`],
      [unwritable, '--cert-out'],
    ] as const) {
      expect(status).toBe(3);
      expect(stderr).toContain(wanted);
      expect(stderr).toContain('next:');
      expect(stderr).not.toMatch(/^\s+at /m);
    }
  });
});
