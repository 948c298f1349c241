import type { EmulatorEvidence } from '../emulator/evidence.ts';
import type { StreamEvidence } from './streams.ts';
import type { BottleneckUse } from './waterfall.ts';

/** Between two segments of one stream; less is rounding. */
const SAME_MOMENT_MS = 1e-6;

/**
 * Whom the downlink's bottleneck served when, in order and without overlap. A segment that carries bytes of two streams
 * is shared out by bytes; what belongs to no body (TLS, headers, SETTINGS) is stream 0, background traffic connection 0.
 */
export function bottleneckUses(
  emulator: EmulatorEvidence,
  streams: readonly StreamEvidence[],
  originMs: number,
): BottleneckUse[] {
  const pieces: BottleneckUse[] = (emulator.backgroundBusy ?? []).map(([startMs, endMs]) => [
    startMs - originMs,
    endMs - originMs,
    0,
    0,
  ]);
  for (const { id, passages = [] } of emulator.connections) {
    const extents = streams
      .filter(({ connection }) => connection === id)
      .flatMap(({ streamId, server }) => server.extents.map(([start, end]) => ({ start, end, streamId })))
      .sort((a, b) => a.start - b.start);
    for (const [startMs, endMs, offset, bytes] of passages) {
      const msPerByte = (endMs - startMs) / bytes;
      const piece = (from: number, to: number, streamId: number) => {
        if (to <= from) return;
        const at = (byte: number) => startMs - originMs + (byte - offset) * msPerByte;
        pieces.push([at(from), at(to), id, streamId]);
      };
      let next = offset;
      for (let index = firstEndingAfter(extents, offset); index < extents.length; index++) {
        const { start, end, streamId } = extents[index]!;
        if (start >= offset + bytes) break;
        piece(next, Math.max(start, next), 0);
        piece(Math.max(start, next), Math.min(end, offset + bytes), streamId);
        next = Math.min(end, offset + bytes);
      }
      piece(next, offset + bytes, 0);
    }
  }
  return merged(pieces.sort((a, b) => a[0] - b[0]));
}

function firstEndingAfter(extents: readonly { readonly end: number }[], byte: number): number {
  let low = 0;
  let high = extents.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (extents[middle]!.end > byte) high = middle;
    else low = middle + 1;
  }
  return low;
}

function merged(pieces: readonly BottleneckUse[]): BottleneckUse[] {
  const uses: [number, number, number, number][] = [];
  for (const [startMs, endMs, connection, streamId] of pieces) {
    const last = uses.at(-1);
    const goesOn = last?.[2] === connection && last[3] === streamId && startMs - last[1] < SAME_MOMENT_MS;
    if (goesOn) last[1] = endMs;
    else uses.push([startMs, endMs, connection, streamId]);
  }
  return uses;
}
