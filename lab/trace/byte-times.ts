import type { ConnectionEvidence, Passage } from '../emulator/evidence.ts';
import { flightOf, flightStarts } from './flights.ts';
import { whenReached } from './timed-series.ts';
import type { BodyTimes } from './waterfall.ts';

/** [first byte, byte after the last) of a connection's TCP stream to the client. */
export type Extent = readonly [start: number, end: number];

/** When each byte of a connection's TCP stream to the client was where. Bytes count from 0; times: CLOCK_MONOTONIC ms. */
export class ByteTimes {
  readonly #connection: ConnectionEvidence;
  /** Those that arrived, by offset, the earliest of a retransmitted one first. */
  readonly #passages: readonly Passage[];
  readonly #flightStarts: readonly number[];

  /** @param firstBodyByte of all responses on it: flights are counted from there */
  constructor(connection: ConnectionEvidence, firstBodyByte: number) {
    this.#connection = connection;
    this.#passages = (connection.passages ?? [])
      .filter(([, , , , lost]) => lost === undefined)
      .sort((a, b) => a[2] - b[2] || a[1] - b[1]);
    this.#flightStarts = flightStarts(connection, firstBodyByte);
  }

  /** Sent for the first time. */
  sentMs(byte: number): number | undefined {
    return whenReached(this.#connection.sentBytes, byte + 1);
  }

  /** At the browser's socket, everything before it too. */
  arrivedMs(byte: number): number | undefined {
    return whenReached(this.#connection.deliveredBytes, byte + 1);
  }

  /** Left the bottleneck with the segment that was the first to arrive with it. */
  passedMs(byte: number): number | undefined {
    const passages = this.#passages;
    let low = 0;
    let high = passages.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (passages[middle]![2] > byte) high = middle;
      else low = middle + 1;
    }
    // Segments may overlap where one was sent again: the first that holds the byte.
    let passedMs: number | undefined;
    for (let at = low - 1; at >= 0; at--) {
      const [, endMs, offset, bytes] = passages[at]!;
      if (offset + bytes <= byte) break;
      passedMs = Math.min(passedMs ?? Infinity, endMs);
    }
    return passedMs;
  }

  /** Of one stream; `extents` in order. */
  bodyTimes(extents: readonly Extent[]): BodyTimes {
    const first = extents[0]?.[0];
    if (first === undefined) return {};
    const last = extents.at(-1)![1] - 1;
    const buffered = this.#connection.bufferedBytes ?? [];
    return {
      bufferStart: whenReached(buffered, first + 1),
      bufferEnd: whenReached(buffered, last + 1),
      passStart: this.passedMs(first),
      passEnd: this.passedMs(last),
      arriveStart: this.arrivedMs(first),
      arriveEnd: this.arrivedMs(last),
      flight: flightOf(this.#flightStarts, last),
    };
  }
}

/** The same counted from `originMs`. */
export function bodyTimesSince({ flight, ...times }: BodyTimes, originMs: number): BodyTimes {
  const shifted = Object.entries(times).flatMap(([name, time]) =>
    time === undefined ? [] : [[name, time - originMs] as const],
  );
  return { ...Object.fromEntries(shifted), ...(flight !== undefined && { flight }) };
}
