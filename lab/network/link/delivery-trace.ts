/**
 * When a link may deliver: the format of Mahimahi's mm-link(1), one whole number of ms per line, not descending, each
 * an opportunity to carry 1500 bytes. The last one is also the length of the trace, after which it begins again.
 */
export interface DeliveryTrace {
  /** As the scenario names the file. */
  readonly name: string;
  readonly opportunitiesMs: readonly number[];
}

/** Bytes of IP packets per opportunity. (Mahimahi has 1504, four of them for the header of its TUN device.) */
export const OPPORTUNITY_BYTES = 1500;

/** An hour at 100 Mbit/s has 30 million lines; the traces that are around have some 100,000. */
const MAX_OPPORTUNITIES = 1_000_000;

export function tracePeriodMs(trace: DeliveryTrace): number {
  return trace.opportunitiesMs.at(-1) ?? 0;
}

/** Mean over the whole trace, in bit/s. */
export function traceBandwidthBps(trace: DeliveryTrace): number {
  return (trace.opportunitiesMs.length * OPPORTUNITY_BYTES * 8000) / tracePeriodMs(trace);
}

/** Reads a trace; what is wrong is said with the number of the line. */
export function parseDeliveryTrace(
  text: string,
  name: string,
): { readonly trace: DeliveryTrace } | { readonly line: number; readonly problem: string } {
  const lines = text.split('\n');
  // What follows the last line's end is no line.
  if (lines.at(-1) === '') lines.pop();
  const opportunitiesMs: number[] = [];
  let last = 0;
  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    const content = raw.trim();
    if (content.startsWith('#')) continue;
    if (!/^\d{1,10}$/.test(content)) {
      const shown = JSON.stringify(content.length > 30 ? `${content.slice(0, 27)}...` : content);
      return { line, problem: `found ${shown}; expected a time in whole ms, e.g. 120` };
    }
    const timeMs = Number(content);
    if (timeMs < last)
      return { line, problem: `${timeMs} ms comes after ${last} ms; times must not go back` };
    if (opportunitiesMs.length === MAX_OPPORTUNITIES)
      return { line, problem: `more than ${MAX_OPPORTUNITIES} lines are not read` };
    opportunitiesMs.push(timeMs);
    last = timeMs;
  }
  if (opportunitiesMs.length === 0)
    return { line: 1, problem: 'has no line with a time: nothing would be delivered' };
  if (last === 0)
    return { line: lines.length, problem: 'ends at 0 ms; the last time is the length of the trace' };
  return { trace: { name, opportunitiesMs } };
}
