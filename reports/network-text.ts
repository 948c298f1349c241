import { bdpBytes } from '../lab/network/conditions.ts';
import { describeBackground, describeChanges, describeLoss, describeQueue } from '../lab/network/describe.ts';
import type { Results } from '../lab/run/results.ts';
import { formatBytes, formatMs, formatRate } from './format.ts';

/** The emulated path in numbers, never its name alone: `RTT 800 ms, 280 kbit/s down, 256 kbit/s up, …`. */
export function networkText(network: Results['network']): string {
  const { downlink, uplink, changes, background } = network;
  const loss = describeLoss(downlink);
  return [
    `RTT ${formatMs(network.baseRttMs)}`,
    `${formatRate(downlink.bandwidthBps)} down`,
    `${formatRate(uplink.bandwidthBps)} up`,
    `queue ${describeQueue(downlink)}`,
    `BDP ${formatBytes(bdpBytes(network))}`,
    ...(loss === undefined ? [] : [`loss ${loss}`]),
    ...(changes === undefined ? [] : [describeChanges(changes)]),
    ...(background === undefined ? [] : [`beside ${describeBackground(background)}`]),
  ].join(', ');
}
