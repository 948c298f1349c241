import type { FlowRecord, TimedValue } from './transfer.ts';

/** The first ten segments of an initial window are 14,480 bytes: this many need a second flight. */
export const SECOND_FLIGHT_BYTES = 14_600;

/** When a flow had got how far, ms since its connect(); null: never, or there is no such byte. */
export interface FlowMilestones {
  readonly connectMs: number | null;
  readonly firstByteMs: number | null;
  readonly t14600Ms: number | null;
  readonly t50Ms: number | null;
  readonly t100Ms: number | null;
  /** [k]: k % of the bytes had been read; [0]: the first byte. */
  readonly curve: readonly (number | null)[];
}

/** @param bytes what the flow was to transfer */
export function milestonesOf(flow: FlowRecord, bytes: number): FlowMilestones {
  const at = (byte: number) => timeOfByte(flow.arrivals, byte);
  const curve = Array.from({ length: 101 }, (_, percent) => at(bytesAtPercent(bytes, percent)));
  return {
    connectMs: roundedMs(flow.connectMs),
    firstByteMs: at(1),
    t14600Ms: at(SECOND_FLIGHT_BYTES),
    t50Ms: at(bytesAtPercent(bytes, 50)),
    t100Ms: at(bytes),
    curve,
  };
}

/** The smallest whole number of bytes that is `percent` of them or more; at least the first. */
export function bytesAtPercent(bytes: number, percent: number): number {
  return Math.max(1, Math.ceil((bytes * percent) / 100));
}

/** When the `byte`-th byte had been read, rounded to 0.001 ms. */
export function timeOfByte(arrivals: readonly TimedValue[], byte: number): number | null {
  let low = 0;
  let high = arrivals.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (arrivals[middle]![1] >= byte) high = middle;
    else low = middle + 1;
  }
  return roundedMs(arrivals[low]?.[0]);
}

export function receivedBytes(flow: FlowRecord): number {
  return flow.arrivals.at(-1)?.[1] ?? 0;
}

/** Payload bits per second from connect() to the last byte; null before there is a last. */
export function throughputBps(flow: FlowRecord, bytes: number): number | null {
  const lastMs = timeOfByte(flow.arrivals, bytes);
  return lastMs === null || lastMs === 0 ? null : (bytes * 8 * 1000) / lastMs;
}

function roundedMs(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms * 1000) / 1000;
}
