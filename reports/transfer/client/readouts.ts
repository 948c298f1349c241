import { formatBytes, formatMs } from '../../format.ts';
import { valueAt } from '../value-at.ts';
import type { PlotData } from '../plot-data.ts';

/** Writes the values at a moment beside the titles of the charts; what belongs to them all stands at the first. */
export function readouts(data: PlotData): (timeMs: number | undefined) => void {
  const write = (id: string, text: string): void => {
    const output = document.getElementById(`value-${id}`);
    if (output) output.textContent = text;
  };
  return (timeMs) => {
    if (timeMs === undefined) {
      for (const id of ['delivered', 'window', 'queue']) write(id, '');
      return;
    }
    const ofFlows = (text: (flow: PlotData['flows'][number]) => string): string =>
      data.flows.map((flow, index) => (data.flows.length > 1 ? `${index}: ` : '') + text(flow)).join(' · ');
    const delivered = ofFlows((flow) => formatBytes(valueAt(flow.deliveredBytes, timeMs)));
    write('delivered', `at ${formatMs(timeMs)}: ${delivered}`);
    write(
      'window',
      ofFlows((flow) => {
        const cwnd = valueAt(flow.cwndBytes, timeMs);
        const segments = Math.round((cwnd ?? 0) / data.segmentBytes);
        return `${segments} segments, ${formatBytes(valueAt(flow.flightBytes, timeMs))} in flight`;
      }),
    );
    const queued = valueAt(data.queueBytes, timeMs) ?? 0;
    write('queue', `${formatBytes(queued)}, ${formatMs((queued * 8000) / data.bandwidthBps)} of delay`);
  };
}
