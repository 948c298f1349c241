import type { NetworkConditions } from '../network/conditions.ts';
import type { ServerTask } from '../../server/server-task.ts';
import type { ResolvedStrategy } from '../../server/strategies/decide.ts';
import type { SiteHosts } from '../../server/site/origins.ts';
import { loopbackAddresses } from './loopback-addresses.ts';
import type { TrialOrder } from './messages.ts';

/** A page load with one strategy under these conditions, or what is served to any client. */
export function trialOrder(options: {
  readonly conditions: {
    readonly network: NetworkConditions;
    readonly thinkMs: number;
    readonly edge: ServerTask['edge'];
  };
  readonly site: SiteHosts;
  readonly strategy: ResolvedStrategy;
  readonly seed: number;
}): TrialOrder {
  const { conditions, site, strategy, seed } = options;
  const { network, thinkMs, edge } = conditions;
  return {
    network: networkOf(strategy, network),
    extraRttMs: byAddress(network.extraRttMs ?? {}, site),
    seed,
    peer: { kind: 'push-server', strategy, thinkMs, edge },
  };
}

/** From delays of hosts to delays of the addresses that they have. */
function byAddress(extraRttMs: Readonly<Record<string, number>>, site: SiteHosts): Record<string, number> {
  const addresses = loopbackAddresses(site);
  return Object.fromEntries(
    Object.entries(extraRttMs).flatMap(([host, delayMs]) => {
      const address = addresses.get(host);
      return address === undefined ? [] : [[address, delayMs]];
    }),
  );
}

/** With the buffers of the strategy's own server, where it names some. */
function networkOf(
  { sendBufferBytes, notSentLowatBytes }: ResolvedStrategy,
  network: NetworkConditions,
): NetworkConditions {
  const lowat = notSentLowatBytes ?? network.notSentLowatBytes;
  return {
    ...network,
    sendBufferBytes: sendBufferBytes ?? network.sendBufferBytes,
    notSentLowatBytes: lowat === 'off' ? undefined : lowat,
  };
}
