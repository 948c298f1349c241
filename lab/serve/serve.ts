import { createSiteCertificate, type Certificate } from '../emulator/certificate.ts';
import { EmulatorProcess } from '../emulator/emulator-process.ts';
import { loopbackAddresses } from '../emulator/loopback-addresses.ts';
import { trialOrder } from '../emulator/trial-order.ts';
import type { EnvironmentError } from '../errors.ts';
import type { ServerEvent } from '../../server/server-log.ts';
import type { PreparedServe } from './prepare.ts';

/** A server behind an emulated network that waits for clients. */
export interface Serving {
  readonly port: number;
  readonly certificate: Certificate;
  /** Of the site's other hosts, by name; the site itself is 127.0.0.1. */
  readonly addresses: ReadonlyMap<string, string>;
  /** Resolves, with the reason, if the server ends by itself. */
  readonly gone: Promise<EnvironmentError>;
  stop(): Promise<void>;
}

/**
 * Starts to listen on loopback.
 * @param options.port 0: any free one
 * @throws {EnvironmentError} where the port is taken
 */
export async function serve(
  { scenario, site, strategy }: PreparedServe,
  options: { port: number; onEvent: (event: ServerEvent) => void },
): Promise<Serving> {
  const certificate = await createSiteCertificate(site, ['localhost', '127.0.0.1']);
  const { emulator, port } = await EmulatorProcess.start({
    port: options.port,
    served: { site: scenario.site, certificate },
    onServerEvent: options.onEvent,
  });
  try {
    await emulator.begin({
      ...trialOrder({ conditions: scenario, site, strategy, seed: scenario.seed }),
      live: true,
    });
  } catch (error) {
    emulator.kill();
    throw error;
  }
  const addresses = new Map([...loopbackAddresses(site)].filter(([host]) => host !== site.hostname));
  return { port, certificate, addresses, gone: emulator.gone, stop: () => emulator.stop() };
}
