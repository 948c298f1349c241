import type { NetworkConditions } from '../network/conditions.ts';
import { serializationDelayMs } from '../network/link.ts';
import { HOST_DELAY_MS } from '../network/network.ts';
import { HEADER_BYTES, SMSS_BYTES } from '../network/tcp/segment.ts';
import { median } from '../stats/descriptive.ts';
import type { TimedValue, TransferOrder, TransferRecord } from '../transfer/transfer.ts';
import type { CalibrationUnit } from './calibration.ts';

/**
 * A check is a transfer, what its record says, and what arithmetic says about it. The record comes from the virtual
 * clock or through the real proxy; the reading is the same.
 */
export interface Check {
  readonly path: CheckedPath;
  readonly order: TransferOrder;
  readonly readings: readonly Reading[];
}

export interface Reading {
  readonly name: string;
  readonly unit: CalibrationUnit;
  /** By arithmetic. */
  readonly configured: number;
  /** What one reading can be off by without anything being wrong; by default nothing. */
  readonly resolution?: number;
  /** Undefined where the record is too short for it. */
  readonly read: (record: TransferRecord) => number | undefined;
}

const FULL_SEGMENT_BYTES = SMSS_BYTES + HEADER_BYTES;
/** No queue that is not to be filled is ever full. */
const AMPLE_QUEUE_BYTES = 4e6;
const SEED = 1;

export interface CheckedPath {
  readonly rttMs: number;
  readonly downBps: number;
  readonly upBps: number;
}

/** Request and answer of one byte: the round trip, and what the packets take on the links. */
export function roundTripCheck(path: CheckedPath, samples: number): Check {
  const { rttMs, downBps, upBps } = path;
  // The request is preceded by the handshake's ACK, the answer by the request's.
  const exchangeBytes = HEADER_BYTES + (HEADER_BYTES + 1);
  return {
    path,
    order: { network: conditionsOf(path), bytes: 1, flows: samples, gapMs: 2.5 * rttMs + 5, seed: SEED },
    readings: [
      {
        name: 'round trip',
        unit: 'ms',
        configured:
          rttMs +
          2 * HOST_DELAY_MS +
          serializationDelayMs(exchangeBytes, upBps) +
          serializationDelayMs(exchangeBytes, downBps),
        read: ({ flows }) => {
          const trips = flows.flatMap(({ connectMs, arrivals }) =>
            connectMs === undefined || arrivals[0] === undefined ? [] : [arrivals[0][0] - connectMs],
          );
          return trips.length === 0 ? undefined : median(trips);
        },
      },
    ],
  };
}

/** Goodput once the link is busy, counted in IP packets as the link's rate is. */
export function rateCheck(path: CheckedPath, bytes: number): Check {
  return {
    path,
    order: { network: conditionsOf(path), bytes, flows: 1, gapMs: 0, seed: SEED },
    readings: [
      {
        name: 'rate',
        unit: 'bit/s',
        configured: path.downBps,
        read: ({ flows }) => {
          const arrivals = flows[0]?.arrivals ?? [];
          const first = arrivals.find(([, received]) => received >= STEADY_FROM * bytes);
          const last = arrivals.findLast(([, received]) => received <= STEADY_TO * bytes);
          if (first === undefined || last === undefined || last[0] <= first[0]) return undefined;
          const payloadBps = ((last[1] - first[1]) * 8 * 1000) / (last[0] - first[0]);
          return (payloadBps * FULL_SEGMENT_BYTES) / SMSS_BYTES;
        },
      },
    ],
  };
}

/** What arrives in the first flights: the initial window, then twice as much each time. */
export function windowCheck(path: CheckedPath): Check {
  const network = conditionsOf(path);
  const initialBytes = network.initialWindowSegments * SMSS_BYTES;
  return {
    path,
    // Three flights, 1 + 2 + 4 windows, and the beginning of a fourth.
    order: { network, bytes: 8 * initialBytes, flows: 1, gapMs: 0, seed: SEED },
    readings: [0, 1, 2].map((flight) => ({
      name: `window, flight ${flight + 1}`,
      unit: 'B',
      configured: 2 ** flight * initialBytes,
      read: ({ flows }) => flightsOf(flows[0]?.arrivals ?? [], path.rttMs / 3)[flight],
    })),
  };
}

/** Bytes per burst, where silence of `gapMs` separates two. */
export function flightsOf(arrivals: readonly TimedValue[], gapMs: number): number[] {
  const flights: number[] = [];
  let beganAtBytes = 0;
  for (const [index, [timeMs]] of arrivals.entries()) {
    const before = arrivals[index - 1];
    if (before === undefined || timeMs - before[0] <= gapMs) continue;
    flights.push(before[1] - beganAtBytes);
    beganAtBytes = before[1];
  }
  const last = arrivals.at(-1);
  if (last !== undefined) flights.push(last[1] - beganAtBytes);
  return flights;
}

/**
 * A server that may keep `sendBufferBytes` under way keeps a queue of what the path itself does not hold. A second
 * connection meets it twice, with its SYN-ACK and with its first byte.
 */
export function queueDelayCheck(path: CheckedPath, sendBufferBytes: number): Check {
  const { rttMs, downBps } = path;
  const windowBytes = Math.ceil(sendBufferBytes / SMSS_BYTES) * FULL_SEGMENT_BYTES;
  const windowMs = serializationDelayMs(windowBytes, downBps);
  const gapMs = SLOW_START_ROUND_TRIPS * rttMs + windowMs;
  // The first one sends until the second has its first byte, two round trips through the queue later.
  const bytes = Math.round(((gapMs + 3 * windowMs) * downBps) / 8 / 1000);
  return {
    path,
    order: {
      // Reno: no early end of slow start, so that the queue stands when the second connection comes.
      network: { ...conditionsOf(path), congestionControl: 'reno', sendBufferBytes },
      bytes,
      flows: 2,
      gapMs,
      seed: SEED,
    },
    readings: [
      {
        name: 'queueing delay',
        unit: 'ms',
        configured: windowMs - rttMs,
        // Two packets sample a queue that moves by two segments with every acknowledgement.
        resolution: serializationDelayMs(FULL_SEGMENT_BYTES, downBps),
        read: ({ flows }) => {
          const [first, second] = flows.map(({ arrivals }) => arrivals[0]?.[0]);
          return first === undefined || second === undefined ? undefined : (second - first) / 2;
        },
      },
    ],
  };
}

function conditionsOf({ rttMs, downBps, upBps }: CheckedPath): NetworkConditions {
  const link = (bandwidthBps: number) => ({ bandwidthBps, queueLimitBytes: AMPLE_QUEUE_BYTES, lossRate: 0 });
  return {
    name: 'calibration',
    baseRttMs: rttMs,
    downlink: link(downBps),
    uplink: link(upBps),
    initialWindowSegments: 10,
    congestionControl: 'cubic',
    sendBufferBytes: 'auto',
    pacing: false,
  };
}

/** Slow start is over, the tail has not begun. */
const STEADY_FROM = 0.5;
const STEADY_TO = 0.97;
const SLOW_START_ROUND_TRIPS = 8;
