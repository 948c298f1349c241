import { HEADER_BYTES, SMSS_BYTES } from '../network/tcp/segment.ts';
import { serializationDelayMs } from '../network/link.ts';
import type { TransferOrder } from './transfer.ts';

export const MAX_FLOWS = 1_000;
/** Of all flows together: a quarter of a minute on the virtual clock, and every step of it fits into memory. */
export const MAX_TOTAL_BYTES = 1e9;
export const MAX_GAP_MS = 60_000;

/** What the transfer takes if the link is never idle: no order can be carried out faster. */
export function leastTransferMs({ network, bytes, flows, gapMs }: TransferOrder): number {
  const lastStartMs = (flows - 1) * gapMs;
  const segments = Math.ceil(bytes / SMSS_BYTES);
  const wireBytes = bytes + segments * HEADER_BYTES;
  const { bandwidthBps } = network.downlink;
  const oneMs = 2 * network.baseRttMs + serializationDelayMs(wireBytes, bandwidthBps);
  const allMs = 2 * network.baseRttMs + serializationDelayMs(wireBytes * flows, bandwidthBps);
  return Math.max(lastStartMs + oneMs, allMs);
}
