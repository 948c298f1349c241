import { bdpBytes, type LinkConditions, type NetworkConditions } from '../network/conditions.ts';
import { tracePeriodMs } from '../network/link/delivery-trace.ts';
import type { Results } from './results.ts';

/** The network as results keep it: everything but the hundred thousand lines of a trace. */
export function networkRecord(network: NetworkConditions): Results['network'] {
  const { changes, background, extraRttMs, downlink, uplink, ...numbers } = network;
  return {
    ...numbers,
    downlink: linkRecord(downlink),
    uplink: linkRecord(uplink),
    ...(changes && { changes: changes.map((change) => ({ ...change })) }),
    ...(background && { background: background.map((flows) => ({ ...flows })) }),
    ...(extraRttMs && { extraRttMs: { ...extraRttMs } }),
    bdpBytes: bdpBytes(network),
  };
}

function linkRecord({ trace, forcedLosses, ...link }: LinkConditions): Results['network']['downlink'] {
  return {
    ...link,
    ...(forcedLosses && { forcedLosses: [...forcedLosses] }),
    ...(trace && {
      trace: {
        name: trace.name,
        opportunities: trace.opportunitiesMs.length,
        periodMs: tracePeriodMs(trace),
      },
    }),
  };
}
