import http2 from 'node:http2';
import tls from 'node:tls';
import { createSiteCertificate } from '../../lab/emulator/certificate.ts';
import { Emulator } from '../../lab/emulator/emulator.ts';
import type { EmulatorEvidence } from '../../lab/emulator/evidence.ts';
import type { NetworkConditions } from '../../lab/network/conditions.ts';
import { PushServer } from '../../server/push-server.ts';
import type { ServerTask } from '../../server/server-task.ts';
import type { SchedulerSpec } from '../../server/scheduler/create-policy.ts';
import { urlOf } from '../../server/site/origins.ts';
import type { Site } from '../../server/site/site.ts';
import type { ResolvedStrategy } from '../../server/strategies/decide.ts';

const link = { bandwidthBps: 50e6, queueLimitBytes: 1e6, lossRate: 0 };
export const FAST: NetworkConditions = {
  name: 'test',
  baseRttMs: 10,
  downlink: link,
  uplink: link,
  initialWindowSegments: 10,
  congestionControl: 'cubic',
  sendBufferBytes: 'auto',
  pacing: false,
};

export interface Visit {
  /**
   * What the client saw, in order: `PP /a`, `103`, `H /a`, `D /a` (once per run of DATA); of another host of the site,
   * `PP https://static.test/a`.
   */
  readonly wire: string[];
  readonly headers: Map<string, http2.IncomingHttpHeaders>;
  readonly bodies: Map<string, Buffer>;
  readonly evidence: EmulatorEvidence;
}

/** Requests `paths` in one go through the emulator, with node's own HTTP/2 client, and waits for all that comes. */
export async function visit(
  site: Site,
  strategy: ResolvedStrategy,
  options: {
    paths?: readonly string[];
    /** The host that the connection is opened for (SNI); the site's own where it is left out. */
    openedFor?: string;
    thinkMs?: number;
    edge?: ServerTask['edge'];
    network?: NetworkConditions;
    extraRttMs?: number;
    enablePush?: boolean;
    /** Besides `:path` and accept-encoding. */
    requestHeaders?: Readonly<Record<string, string>>;
    resetPushes?: boolean;
    initialWindowSize?: number;
    /** What the client allows the server, pushes that is. */
    maxConcurrentStreams?: number;
    scheduler?: SchedulerSpec;
    /** What the requests say of their priority, by path. */
    priorities?: Readonly<Record<string, { weight?: number; field?: string }>>;
  } = {},
): Promise<Visit> {
  const certificate = await createSiteCertificate(site);
  const { openedFor = site.hostname } = options;
  const extraRttMs = options.extraRttMs === undefined ? {} : { '127.0.0.1': options.extraRttMs };
  const emulator = new Emulator();
  const port = await emulator.listen();
  emulator.begin(
    { network: options.network ?? FAST, extraRttMs, seed: 1 },
    (environment) =>
      new PushServer(
        {
          site,
          strategy: { ...strategy, scheduler: options.scheduler ?? strategy.scheduler },
          thinkMs: options.thinkMs ?? 0,
          edge: options.edge,
        },
        certificate,
        environment,
      ),
  );
  const wire: string[] = [];
  const headers = new Map<string, http2.IncomingHttpHeaders>();
  const bodies = new Map<string, Buffer>();
  const note = (event: string) => {
    if (wire.at(-1) !== event) wire.push(event);
  };
  const session = http2.connect(`https://${openedFor}`, {
    createConnection: () =>
      tls.connect({
        host: '127.0.0.1',
        port,
        servername: openedFor,
        ca: [certificate.certPem, ...Object.values(certificate.ownCertPems)],
        ALPNProtocols: ['h2'],
      }),
    settings: {
      initialWindowSize: options.initialWindowSize ?? 6_291_456,
      ...(options.maxConcurrentStreams !== undefined && {
        maxConcurrentStreams: options.maxConcurrentStreams,
      }),
      ...(options.enablePush === false && { enablePush: false }),
    },
  });
  const read = (stream: http2.ClientHttp2Stream, path: string): Promise<void> => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => {
      note(`D ${path}`);
      chunks.push(chunk);
    });
    return new Promise((resolve) => {
      stream.on('error', () => resolve());
      stream.on('close', () => {
        bodies.set(path, Buffer.concat(chunks));
        resolve();
      });
    });
  };
  const finished: Promise<void>[] = [];
  session.on('stream', (push, request) => {
    const { ':authority': authority, ':path': pushed } = request;
    const path = authority === site.hostname ? String(pushed) : `https://${authority}${pushed}`;
    note(`PP ${path}`);
    push.on('push', (response) => {
      note(`H ${path}`);
      headers.set(path, response);
    });
    if (options.resetPushes) push.close(http2.constants.NGHTTP2_CANCEL);
    finished.push(read(push, path));
  });
  for (const path of options.paths ?? [site.entry]) {
    const { weight, field } = options.priorities?.[path] ?? {};
    const request = session.request(
      {
        ...targetOf(path, site),
        'accept-encoding': 'gzip',
        ...(field !== undefined && { priority: field }),
        ...options.requestHeaders,
      },
      weight === undefined ? {} : { weight },
    );
    request.on('headers', (interim) => {
      note(String(interim[':status']));
      headers.set(`${path} interim`, interim);
    });
    request.on('response', (response) => {
      note(`H ${path}`);
      headers.set(path, response);
    });
    finished.push(read(request, path));
  }
  await Promise.race([finished[0], new Promise((_resolve, reject) => session.on('error', reject))]);
  await emulator.settled(30, 5000);
  await Promise.all(finished);
  const evidence = emulator.end();
  session.destroy();
  await emulator.stop();
  return { wire, headers, bodies, evidence };
}

function targetOf(path: string, site: Site): { ':authority': string; ':path': string } {
  const { host, origin } = new URL(urlOf(path, site));
  return { ':authority': host, ':path': urlOf(path, site).slice(origin.length) };
}
