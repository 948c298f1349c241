import { X509Certificate } from 'node:crypto';
import { Command } from 'commander';
import pc from 'picocolors';
import { InputError } from '../errors.ts';
import { loadScenario } from '../scenario/load-scenario.ts';
import { applyOverrides } from '../scenario/overrides.ts';
import { writeCertificate } from '../serve/certificate-file.ts';
import { clientCommands, pageUrl, type Endpoint } from '../serve/client-commands.ts';
import { eventText } from '../serve/event-text.ts';
import { LineWriter } from '../serve/line-writer.ts';
import { Narrator } from '../serve/narrator.ts';
import { prepareServe, type PreparedServe } from '../serve/prepare.ts';
import { serve, type Serving } from '../serve/serve.ts';
import { describeNetwork } from './network-line.ts';
import { wholeNumber } from './numbers.ts';

interface ServeOptions {
  readonly strategy?: string;
  readonly port: number;
  readonly network?: string;
  readonly certOut?: string;
  readonly json?: boolean;
}

export function serveCommand(): Command {
  return new Command('serve')
    .description('serve the page to any client over the emulated network and tell what is pushed')
    .argument('<scenario>', 'a scenario file, e.g. scenarios/3g-cold.yaml')
    .option('--strategy <name>', 'a strategy of the scenario, or a preset (default: the scenario’s first)')
    .option('--port <n>', 'on 127.0.0.1; 0 takes any free one', wholeNumber('--port', 0, 65_535), 0)
    .option('--network <preset|numbers>', 'another network: a preset, or rtt=100ms,down=1.6mbit/s,…')
    .option('--cert-out <file>', 'where to write the certificate (default: a temporary file)', fileName)
    .option('--json', 'print one line of JSON per event')
    .addHelpText(
      'after',
      '\nExample:\n  lab serve scenarios/3g-cold.yaml --strategy after-html --port 8443\n\nCtrl-C ends it.',
    )
    .action(serveScenario);
}

async function serveScenario(file: string, options: ServeOptions): Promise<void> {
  const scenario = applyOverrides(await loadScenario(file), { network: options.network });
  const prepared = await prepareServe(scenario, options.strategy);
  const interrupted = untilInterrupted();
  const narrator = new Narrator();
  const lines = new LineWriter(process.stdout, (missed) =>
    options.json === true
      ? JSON.stringify({ kind: 'missed', lines: missed })
      : `(${missed} lines not printed)`,
  );
  const serving = await serve(prepared, {
    port: options.port,
    onEvent: (event) => {
      const told = narrator.tell(event);
      if (told !== undefined) lines.write(options.json === true ? JSON.stringify(told) : eventText(told));
    },
  });
  try {
    const { certPem, ownCertPems } = serving.certificate;
    const trusted = [certPem, ...Object.values(ownCertPems)].join('\n');
    const certificate = await writeCertificate(trusted, options.certOut);
    try {
      const introduce = options.json === true ? introductionJson : introductionText;
      lines.write(introduce(prepared, serving, certificate.path));
      const failure = await Promise.race([interrupted, serving.gone]);
      if (failure !== undefined) throw failure;
    } finally {
      await certificate.remove();
    }
  } finally {
    await serving.stop();
  }
}

function endpointOf(
  { site, strategy }: PreparedServe,
  { port, certificate, addresses }: Serving,
  certificateFile: string,
): Endpoint {
  const { hostname, entry } = site;
  const { spkiSha256Base64 } = certificate;
  const origins = [...addresses].map(([name, address]) => ({ hostname: name, address }));
  const { protocol } = strategy;
  return { hostname, port, entry, origins, certificateFile, spkiSha256Base64, protocol };
}

function introductionText(prepared: PreparedServe, serving: Serving, certificateFile: string): string {
  const { scenario, strategy } = prepared;
  const endpoint = endpointOf(prepared, serving, certificateFile);
  const commands = clientCommands(endpoint);
  const { fingerprint256 } = new X509Certificate(serving.certificate.certPem);
  const field = (name: string, value: string) => `  ${name.padEnd(12)}${value}`;
  return [
    introduceHosts(endpoint),
    field('network', `${scenario.network.name}: ${describeNetwork(scenario.network)}`),
    field('strategy', `${strategy.name}: ${strategy.description}`),
    ...(strategy.paths.length > 0 ? [field('paths', strategy.paths.join(' '))] : []),
    field('certificate', certificateFile),
    field('SHA-256', fingerprint256),
    field('SPKI', endpoint.spkiSha256Base64),
    '',
    ...Object.values(commands).map((command) => `  ${command}`),
    '',
    'Ctrl-C ends it. Times count from when each connection was opened.',
  ].join('\n');
}

/** Where a client has to be told of several hosts, `localhost` is not enough. */
function introduceHosts(endpoint: Endpoint): string {
  const { hostname, port, origins } = endpoint;
  const url = pc.bold(pageUrl(endpoint));
  if (origins.length === 0) return `${url}, where ${hostname} is 127.0.0.1 (localhost will do)`;
  const hosts = [{ hostname, address: '127.0.0.1' }, ...origins];
  const places = hosts.map((host) => `${host.hostname} is ${host.address}:${port}`);
  return `${url}, where ${places.join(', ')}`;
}

function introductionJson(prepared: PreparedServe, serving: Serving, certificateFile: string): string {
  const { scenario, strategy } = prepared;
  const endpoint = endpointOf(prepared, serving, certificateFile);
  return JSON.stringify({
    kind: 'serving',
    url: pageUrl(endpoint),
    ...endpoint,
    fingerprintSha256: new X509Certificate(serving.certificate.certPem).fingerprint256,
    network: scenario.network,
    strategy,
    commands: clientCommands(endpoint),
  });
}

/** Resolves at the first Ctrl-C; whoever presses it again does not wait for a tidy end. */
function untilInterrupted(): Promise<undefined> {
  return new Promise((resolve) => {
    let isEnding = false;
    const onSignal = () => {
      if (isEnding) process.exit(130);
      isEnding = true;
      resolve(undefined);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  });
}

function fileName(text: string): string {
  if (text !== '') return text;
  throw new InputError(
    '--cert-out: found ""; expected the name of a file, or leave it out for a temporary one',
  );
}
