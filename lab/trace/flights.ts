import type { ConnectionEvidence } from '../emulator/evidence.ts';
import { valueAt } from './timed-series.ts';

/**
 * Where each flight of a connection begins, as offsets of its TCP stream to the client. A byte's flight is one more than
 * that of the last byte that was acknowledged when it left, so that flights count the round trips that had to pass
 * before: an initial window is flight 1, what its acknowledgements release flight 2, and so is the answer to a request
 * that the browser could only make once flight 1 was there.
 *
 * @param firstByte flight 1 begins here: what was sent before (TLS, SETTINGS) does not count
 */
export function flightStarts(
  { sentBytes, flightBytes }: Pick<ConnectionEvidence, 'sentBytes' | 'flightBytes'>,
  firstByte: number,
): number[] {
  const starts: number[] = [firstByte];
  let before = 0;
  for (const [atMs, sent] of sentBytes) {
    const acknowledged = sent - (valueAt(flightBytes, atMs) ?? 0);
    // Something of the current flight is acknowledged: what leaves now belongs to the next.
    if (sent > firstByte && before > starts.at(-1)! && acknowledged > starts.at(-1)!) starts.push(before);
    before = sent;
  }
  return starts;
}

/** From 1; undefined for a byte before the first flight. */
export function flightOf(starts: readonly number[], byte: number): number | undefined {
  const next = starts.findIndex((start) => start > byte);
  const flight = next === -1 ? starts.length : next;
  return flight === 0 ? undefined : flight;
}
