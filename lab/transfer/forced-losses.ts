import type { NetworkConditions } from '../network/conditions.ts';

/** The network, on which these packets of the server vanish: those with payload are numbered from 0 as they are sent. */
export function withForcedLosses(network: NetworkConditions, indexes: readonly number[]): NetworkConditions {
  if (indexes.length === 0) return network;
  return { ...network, downlink: { ...network.downlink, forcedLosses: indexes } };
}
