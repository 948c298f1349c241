import Table from 'cli-table3';
import { pacerRecord } from '../emulator/pacer-record.ts';
import { formatBandwidth, formatDuration, formatSize } from '../network/units.ts';
import { throughputBps } from '../transfer/milestones.ts';
import { queueDelayMs, resultOf, type TransferResult } from '../transfer/result.ts';
import type { Clock, TransferOrder, TransferRecord } from '../transfer/transfer.ts';
import { describeNetwork } from './network-line.ts';

const CLOCK_WORDS: Record<Clock, string> = {
  virtual: 'virtual clock: computed, nothing was sent',
  real: 'real time, through the proxy',
};
/** More than a screen of flows says nothing; `--json` has them all. */
const MAX_ROWS = 20;

export function orderText(order: TransferOrder, clock: Clock): string {
  const { network, bytes, flows, gapMs, seed } = order;
  const forced = network.downlink.forcedLosses ?? [];
  const flowsText = flows === 1 ? '1 flow' : `${flows} flows, ${formatDuration(gapMs)} apart,`;
  const forcedText = forced.length === 0 ? '' : `, data packets lost: ${shortList(forced)}`;
  return [
    `network   ${describeNetwork(network)}`,
    `transfer  ${flowsText} of ${formatSize(bytes)}${forcedText}, seed ${seed}`,
    `clock     ${CLOCK_WORDS[clock]}`,
  ].join('\n');
}

/** Milestones per flow, then what the path saw. */
export function transferText(order: TransferOrder, record: TransferRecord): string {
  const result = resultOf(order, record);
  const table = new Table({
    head: ['flow', 'start', ...MILESTONE_HEADS, 'throughput'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', ...Array.from({ length: 7 }, () => 'right' as const)],
  });
  result.flows.slice(0, MAX_ROWS).forEach((flow, index) => {
    const ofFlow = record.flows[index]!;
    const throughput = throughputBps(ofFlow, order.bytes);
    table.push([
      String(index),
      msText(ofFlow.startMs),
      ...milestoneCells(flow),
      throughput === null ? '–' : formatBandwidth(throughput),
    ]);
  });
  const hidden = result.flows.length - MAX_ROWS;
  return [
    'Milliseconds since the flow’s own connect():',
    table.toString(),
    ...(hidden > 0 ? [`and ${hidden} more flows: --json prints them all`] : []),
    '',
    `drops          ${result.drops} downlink packets dropped by the queue${result.linkDrops > 0 ? `, ${result.linkDrops} lost on the link` : ''}`,
    `retransmitted  ${result.retransmitted} data segments`,
    `deepest queue  ${queueText(order, result.maxQueueBytes)}`,
    ...(record.latenessMs === undefined ? [] : [`lateness       ${latenessText(record.latenessMs)}`]),
  ].join('\n');
}

/** One row per cell and flow. */
export function cellsText(cells: readonly { id: string | number; result: TransferResult }[]): string {
  const table = new Table({
    head: ['cell', 'flow', ...MILESTONE_HEADS, 'drops', 'lost on the link', 'retransmitted', 'deepest queue'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', ...Array.from({ length: 10 }, () => 'right' as const)],
  });
  for (const { id, result } of cells) {
    result.flows.forEach((flow, index) => {
      const path =
        index > 0
          ? ['', '', '', '']
          : [
              String(result.drops),
              String(result.linkDrops),
              String(result.retransmitted),
              formatSize(result.maxQueueBytes),
            ];
      table.push([index === 0 ? String(id) : '', String(index), ...milestoneCells(flow), ...path]);
    });
  }
  return table.toString();
}

const MILESTONE_HEADS = ['connect', 'first byte', '14,600 bytes', '50 %', '100 %'];

function milestoneCells(flow: TransferResult['flows'][number]): string[] {
  return [flow.connectMs, flow.firstByteMs, flow.t14600Ms, flow.t50Ms, flow.t100Ms].map(msText);
}

function msText(ms: number | null): string {
  return ms === null ? '–' : ms.toFixed(1);
}

function queueText(order: TransferOrder, queueBytes: number): string {
  const { bandwidthBps, queueLimitBytes, trace } = order.network.downlink;
  const mean = trace === undefined ? '' : ', the mean rate of the trace';
  return (
    `${formatSize(queueBytes)} of ${formatSize(queueLimitBytes)}: ` +
    `${formatDuration(queueDelayMs(order, queueBytes))} of delay at ${formatBandwidth(bandwidthBps)}${mean}`
  );
}

/** Of the proxy: what is measured in real time is no better than this. */
function latenessText(latenessMs: readonly number[]): string {
  const { latenessP50Ms, latenessP99Ms, latenessMaxMs } = pacerRecord(latenessMs);
  const [median, p99, max] = [latenessP50Ms, latenessP99Ms, latenessMaxMs].map((ms) => ms.toFixed(2));
  return `${median} ms, ${p99} ms at the 99th percentile, ${max} ms at most`;
}

function shortList(numbers: readonly number[]): string {
  return numbers.length <= 10
    ? numbers.join(', ')
    : `${numbers.slice(0, 10).join(', ')} and ${numbers.length - 10} more`;
}
