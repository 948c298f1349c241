/** Entry of the emulator process: the addresses of one site, one trial at a time, told what to do over IPC. */
import { PushServer } from '../../server/push-server.ts';
import { loadSite } from '../../server/site/load-site.ts';
import type { Site } from '../../server/site/site.ts';
import { ByteSource } from './byte-source.ts';
import { Emulator } from './emulator.ts';
import { loopbackAddresses } from './loopback-addresses.ts';
import type { Notice, Replies, Request, Reply, ServedSite, TrialOrder } from './messages.ts';
import type { PeerFactory } from './peer.ts';
import { portRefusal } from './port-error.ts';
import { askForPunctuality } from './punctuality.ts';
import { timePacer } from './time-pacer.ts';

// Before the pacer's thread is started: it inherits what is granted.
const scheduling = askForPunctuality();

interface Started {
  readonly emulator: Emulator;
  readonly served: { readonly site: Site; readonly certificate: ServedSite['certificate'] } | undefined;
}

let started: Started | undefined;

async function handle(request: Request): Promise<Replies[keyof Replies]> {
  if (request.kind === 'start') {
    const { port, served } = request;
    const emulator = new Emulator();
    started = {
      emulator,
      served: served && { site: await loadSite(served.site), certificate: served.certificate },
    };
    const site = started.served?.site;
    const addresses = site && [...new Set(loopbackAddresses(site).values())];
    return { port: await emulator.listen(port, addresses), scheduling };
  }
  if (started === undefined) throw new Error(`"${request.kind}" before "start"`);
  const { emulator } = started;
  switch (request.kind) {
    case 'begin':
      emulator.begin(
        request.trial,
        peerFactory(request.trial, started),
        request.trial.live === true ? (event) => tell({ event }) : undefined,
      );
      return undefined;
    case 'settled':
      return emulator.settled(request.quietMs, request.limitMs);
    case 'end-prelude':
      emulator.endPrelude();
      return undefined;
    case 'server-events':
      return emulator.serverEvents;
    case 'end':
      return emulator.end();
    case 'take-capture':
      return emulator.takeCapture();
    case 'usage':
      return usage();
    case 'time-pacer':
      return timePacer(request.durationMs);
    case 'stop':
      await emulator.stop();
      // Let the reply leave before the channel closes.
      setImmediate(() => process.disconnect());
      return undefined;
  }
}

function peerFactory({ peer: order, network }: TrialOrder, { served }: Started): PeerFactory {
  if (order.kind === 'byte-source') return () => new ByteSource(order.answerBytes);
  if (served === undefined) throw new Error('started without a site to serve');
  const { strategy, thinkMs, edge, prelude = false } = order;
  const { site, certificate } = served;
  // bit/s × ms ÷ 8,000 = bytes
  const bdpBytes = (network.downlink.bandwidthBps * network.baseRttMs) / 8_000;
  return (environment) =>
    new PushServer({ site, strategy, thinkMs, edge, bdpBytes, prelude }, certificate, environment);
}

function usage(): Replies['usage'] {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, residentBytes: process.memoryUsage.rss() };
}

process.on('message', (request: Request) => {
  handle(request).then(
    (value) => reply({ id: request.id, ok: true, value }),
    (error: unknown) =>
      reply({ id: request.id, ok: false, message: String(error), refusal: portRefusal(error) }),
  );
});

function reply(message: Reply): void {
  tell(message);
}

function tell(message: Reply | Notice): void {
  process.send?.(message);
}

// Ctrl-C reaches the whole process group; the runner decides when we end.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
