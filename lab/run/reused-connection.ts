import type { EmulatorEvidence } from '../emulator/evidence.ts';
import { SMSS_BYTES } from '../network/tcp/segment.ts';
import { valueAt } from '../trace/timed-series.ts';
import type { Waterfall } from '../trace/waterfall.ts';
import type { TrialResult } from './results.ts';

/** In what state the connection was that brought the page; undefined where it was new, or where none was needed. */
export function reusedConnection(
  { timeOriginMonotonicMs: startMs, resources, connections }: Waterfall,
  emulator: EmulatorEvidence,
): TrialResult['reusedConnection'] {
  const document = resources.find(({ type }) => type === 'document');
  const carrier = connections.find(({ id, requestCount }) =>
    document?.connection === undefined ? requestCount > 0 : id === document.connection,
  );
  if (carrier === undefined || carrier.connectStart >= 0) return undefined;
  const { sentBytes, cwndSegments } = emulator.connections.find(({ id }) => id === carrier.id)!;
  const lastSentMs = sentBytes.findLast(([atMs]) => atMs < startMs)?.[0] ?? startMs;
  const sentAgainMs = sentBytes.find(([atMs]) => atMs >= startMs)?.[0] ?? startMs;
  return {
    idleMs: startMs - lastSentMs,
    cwndAtStartBytes: (valueAt(cwndSegments, startMs) ?? 0) * SMSS_BYTES,
    cwndAtSendBytes: (valueAt(cwndSegments, sentAgainMs) ?? 0) * SMSS_BYTES,
  };
}
