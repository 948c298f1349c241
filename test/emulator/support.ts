import http2 from 'node:http2';
import tls from 'node:tls';
import { createCertificate } from '../../lab/emulator/certificate.ts';
import { Emulator } from '../../lab/emulator/emulator.ts';
import type { EmulatorEvidence } from '../../lab/emulator/evidence.ts';
import type { NetworkConditions } from '../../lab/network/conditions.ts';
import { PushServer } from '../../server/push-server.ts';
import type { ServerTask } from '../../server/server-task.ts';
import type { SchedulerSpec } from '../../server/scheduler/create-policy.ts';
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
  /** What the client saw, in order: `PP /a`, `103`, `H /a`, `D /a` (once per run of DATA), `end /a`. */
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
  const certificate = await createCertificate([site.hostname]);
  const emulator = new Emulator();
  const port = await emulator.listen();
  emulator.begin(
    { network: options.network ?? FAST, extraRttMs: options.extraRttMs, seed: 1 },
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
  const session = http2.connect(`https://${site.hostname}`, {
    createConnection: () =>
      tls.connect({
        host: '127.0.0.1',
        port,
        servername: site.hostname,
        ca: certificate.certPem,
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
    const path = String(request[':path']);
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
        ':path': path,
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
