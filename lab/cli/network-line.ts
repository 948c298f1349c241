import { bdpBytes, type NetworkConditions } from '../network/conditions.ts';
import { describeBackground, describeChanges, describeLoss, describeQueue } from '../network/describe.ts';
import { formatBandwidth, formatDuration, formatSize } from '../network/units.ts';

/** The numbers of a network in one line, never its name alone. */
export function describeNetwork(network: NetworkConditions): string {
  const { downlink, uplink } = network;
  const loss = describeLoss(downlink);
  return [
    `RTT ${formatDuration(network.baseRttMs)}`,
    `down ${describeRate(downlink)}`,
    `up ${describeRate(uplink)}`,
    `queue ${describeQueue(downlink)}`,
    `BDP ${formatSize(Math.round(bdpBytes(network)))}`,
    `initial window ${network.initialWindowSegments} segments`,
    network.congestionControl,
    ...(loss === undefined ? [] : [`loss ${loss}`]),
    ...(downlink.jitterMs === undefined ? [] : [`jitter up to ${formatDuration(downlink.jitterMs)}`]),
    ...(network.pacing ? ['paced'] : []),
    ...(network.notSentLowatBytes === undefined
      ? []
      : [`notSentLowat ${formatSize(network.notSentLowatBytes)}`]),
    ...(network.changes === undefined ? [] : [describeChanges(network.changes)]),
    ...(network.background === undefined ? [] : [`beside ${describeBackground(network.background)}`]),
    ...Object.entries(network.extraRttMs ?? {}).map(
      ([host, extraRttMs]) => `${host} ${formatDuration(extraRttMs)} further`,
    ),
  ].join(', ');
}

function describeRate({ bandwidthBps, trace }: NetworkConditions['downlink']): string {
  const rate = formatBandwidth(bandwidthBps);
  return trace === undefined ? rate : `${rate} on average (trace ${trace.name})`;
}
