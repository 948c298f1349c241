import type { NetworkConditions } from '../../lab/network/conditions.ts';
import { completeNetwork } from '../../lab/scenario/network-schema.ts';
import type { TransferOrder } from '../../lab/transfer/transfer.ts';

/** 100 ms, 1.6 Mbit/s, 64 KiB: a full packet of 1500 B takes 7.5 ms. */
export function network(change: Partial<NetworkConditions> = {}): NetworkConditions {
  const queue = { discipline: 'droptail', limit: { bytes: 65_536 } } as const;
  const completed = completeNetwork({ rtt: 100, down: 1.6e6, up: 1.6e6, queue });
  if ('missing' in completed) throw new Error(completed.missing.join());
  return { ...completed.network, ...change };
}

export function order(change: Partial<TransferOrder> = {}): TransferOrder {
  return { network: network(), bytes: 100_000, flows: 1, gapMs: 500, seed: 1, ...change };
}
