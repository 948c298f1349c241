import { formatDuration, formatFraction } from '../network/units.ts';
import { serializationDelayMs } from '../network/link.ts';
import { milestonesOf, receivedBytes, type FlowMilestones } from './milestones.ts';
import { patienceMs, patienceSteps } from './simulate-transfer.ts';
import type { Clock, TransferOrder, TransferRecord } from './transfer.ts';

/** What a transfer came to, without its steps. */
export interface TransferResult {
  readonly flows: readonly FlowMilestones[];
  readonly drops: number;
  readonly linkDrops: number;
  readonly retransmitted: number;
  readonly maxQueueBytes: number;
}

export function resultOf(order: TransferOrder, record: TransferRecord): TransferResult {
  return {
    flows: record.flows.map((flow) => milestonesOf(flow, order.bytes)),
    drops: record.drops,
    linkDrops: record.linkDrops,
    retransmitted: record.retransmitted,
    maxQueueBytes: record.maxQueueBytes,
  };
}

/** What the last byte of so much queue waits for at the downlink's rate. */
export function queueDelayMs({ network }: TransferOrder, queueBytes: number): number {
  return serializationDelayMs(queueBytes, network.downlink.bandwidthBps);
}

/** Why there is no last byte, in words; undefined where every flow has all its bytes. */
export function whyUnfinished(
  order: TransferOrder,
  record: TransferRecord,
  clock: Clock,
): string | undefined {
  const late = record.flows.filter((flow) => receivedBytes(flow) < order.bytes);
  const [first] = late;
  if (first === undefined) return undefined;
  const after =
    clock === 'virtual'
      ? ` after ${formatDuration(patienceMs(order))} of virtual time or ${patienceSteps(order)} events`
      : '';
  const had =
    first.connectMs === undefined
      ? 'was not even connected'
      : `had ${formatFraction(receivedBytes(first) / order.bytes)} of its bytes`;
  const others = late.length === 1 ? '' : `, and ${late.length - 1} more had not finished either`;
  return `given up${after}: flow ${record.flows.indexOf(first)} ${had}${others}`;
}
