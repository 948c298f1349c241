import { bdpBytes, type NetworkConditions } from '../network/conditions.ts';
import { formatBandwidth, formatDuration, formatSize } from '../network/units.ts';

/** The numbers of a network in one line, never its name alone. */
export function describeNetwork(network: NetworkConditions): string {
  const { downlink, uplink } = network;
  const queueMs = (downlink.queueLimitBytes * 8 * 1000) / downlink.bandwidthBps;
  const loss = downlink.lossRate > 0 ? `, loss ${(downlink.lossRate * 100).toFixed(2)} %` : '';
  const lowat =
    network.notSentLowatBytes === undefined ? '' : `, notSentLowat ${formatSize(network.notSentLowatBytes)}`;
  return (
    `RTT ${formatDuration(network.baseRttMs)}, down ${formatBandwidth(downlink.bandwidthBps)}, ` +
    `up ${formatBandwidth(uplink.bandwidthBps)}, queue ${formatSize(downlink.queueLimitBytes)} (${formatDuration(Math.round(queueMs))}), ` +
    `BDP ${formatSize(Math.round(bdpBytes(network)))}, initial window ${network.initialWindowSegments} segments, ` +
    `${network.congestionControl}${loss}${network.pacing ? ', paced' : ''}${lowat}`
  );
}
