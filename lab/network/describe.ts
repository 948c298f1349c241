import type {
  BackgroundConditions,
  GilbertElliottConditions,
  LinkChange,
  LinkConditions,
  QueueLimit,
} from './conditions.ts';
import { formatBandwidth, formatDuration, formatFraction, formatSize } from './units.ts';

/** What lines and reports say of a network beyond its plain numbers; absent where there is nothing to say. */

/** The fields of a link that are described, as conditions and results both have them. */
export interface DescribedLink extends Pick<
  LinkConditions,
  'bandwidthBps' | 'queueLimitBytes' | 'lossRate' | 'forcedLosses' | 'jitterMs'
> {
  readonly queue?:
    | {
        readonly discipline: 'droptail' | 'codel' | 'fq-codel';
        readonly limit: QueueLimit;
        readonly targetMs?: number | undefined;
        readonly intervalMs?: number | undefined;
      }
    | undefined;
  readonly gilbertElliott?: GilbertElliottConditions | undefined;
}

/** `64 kB (1.83 s)`, `100 packets (750 ms)`, `FQ-CoDel (target 5 ms, interval 100 ms, at most 10240 packets)`. */
export function describeQueue({ queue, queueLimitBytes, bandwidthBps }: DescribedLink): string {
  const limit = describeLimit(queue?.limit ?? { bytes: queueLimitBytes });
  const fullMs = Math.round((queueLimitBytes * 8 * 1000) / bandwidthBps);
  if (queue === undefined || queue.discipline === 'droptail') {
    const isDelay = queue !== undefined && 'delayMs' in queue.limit;
    return `${limit} (${isDelay ? formatSize(queueLimitBytes) : formatDuration(fullMs)})`;
  }
  const { discipline, targetMs = 0, intervalMs = 0 } = queue;
  const name = discipline === 'codel' ? 'CoDel' : 'FQ-CoDel';
  return `${name} (target ${formatDuration(targetMs)}, interval ${formatDuration(intervalMs)}, at most ${limit})`;
}

export function describeLimit(limit: QueueLimit): string {
  if ('bytes' in limit) return formatSize(limit.bytes);
  if ('packets' in limit) return `${limit.packets} ${limit.packets === 1 ? 'packet' : 'packets'}`;
  return formatDuration(limit.delayMs);
}

/** `1 %`, `7.41 % in bursts of 4 packets`, `3 packets by number`. */
export function describeLoss({ lossRate, gilbertElliott, forcedLosses }: DescribedLink): string | undefined {
  const bursts =
    gilbertElliott === undefined
      ? ''
      : ` in bursts of ${Number((1 / gilbertElliott.r).toPrecision(3))} packets`;
  const parts = [
    ...(lossRate > 0 ? [`${formatFraction(lossRate)}${bursts}`] : []),
    ...(forcedLosses === undefined ? [] : [`${forcedLosses.length} packets by number`]),
  ];
  return parts.length === 0 ? undefined : parts.join(' and ');
}

/** `after 5 s: down 200 kbit/s; after 8 s: RTT 300 ms, loss 2 %`. */
export function describeChanges(changes: readonly LinkChange[]): string {
  return changes
    .map(({ atMs, downlinkBps, uplinkBps, baseRttMs, lossRate }) => {
      const parts = [
        ...(downlinkBps === undefined ? [] : [`down ${formatBandwidth(downlinkBps)}`]),
        ...(uplinkBps === undefined ? [] : [`up ${formatBandwidth(uplinkBps)}`]),
        ...(baseRttMs === undefined ? [] : [`RTT ${formatDuration(baseRttMs)}`]),
        ...(lossRate === undefined ? [] : [`loss ${formatFraction(lossRate)}`]),
      ];
      return `after ${formatDuration(atMs)}: ${parts.join(', ')}`;
    })
    .join('; ');
}

/** `2 endless downloads from 0 ms to 10 s; 1 upload of 1 MB from 5 s`. */
export function describeBackground(background: readonly BackgroundConditions[]): string {
  return background
    .map(({ direction, flows, startMs, stopMs, sizeBytes }) => {
      const kind = `${direction === 'downlink' ? 'download' : 'upload'}${flows === 1 ? '' : 's'}`;
      const size = sizeBytes === undefined ? '' : ` of ${formatSize(sizeBytes)}`;
      const stop = stopMs === undefined ? '' : ` to ${formatDuration(stopMs)}`;
      return `${flows} ${sizeBytes === undefined ? 'endless ' : ''}${kind}${size} from ${formatDuration(startMs)}${stop}`;
    })
    .join('; ');
}
