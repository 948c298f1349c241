import type { FlowRecord, TimedValue, TransferOrder, TransferRecord } from '../../lab/transfer/transfer.ts';
import { downsampleSteps } from '../html/downsample.ts';

/** What the script of the page draws. Times are ms since the start of flow 0, values hold until the next step. */
export interface PlotData {
  readonly endMs: number;
  /** Of each flow. */
  readonly bytes: number;
  readonly bandwidthBps: number;
  readonly queueLimitBytes: number;
  readonly segmentBytes: number;
  readonly flows: readonly PlotFlow[];
  readonly queueBytes: readonly TimedValue[];
}

export interface PlotFlow {
  readonly deliveredBytes: readonly TimedValue[];
  readonly cwndBytes: readonly TimedValue[];
  readonly flightBytes: readonly TimedValue[];
}

/** As many flows as there are colours that can be told apart. */
export const DRAWN_FLOWS = 6;

/** The series of a record, no finer than a screen can show. */
export function plotData(order: TransferOrder, record: TransferRecord): PlotData {
  const drawn = record.flows.slice(0, DRAWN_FLOWS);
  const lastMs = Math.max(1, ...drawn.map(lastMomentOf));
  const endMs = lastMs * 1.02;
  const series = (steps: readonly TimedValue[], startMs: number, factor = 1): TimedValue[] => {
    const moved = steps.map(([timeMs, value]): TimedValue => [timeMs + startMs, value * factor]);
    return downsampleSteps(moved, 0, endMs, COLUMNS).map(([timeMs, value]) => [
      rounded(timeMs),
      rounded(value),
    ]);
  };
  return {
    endMs: rounded(endMs),
    bytes: order.bytes,
    bandwidthBps: order.network.downlink.bandwidthBps,
    queueLimitBytes: order.network.downlink.queueLimitBytes,
    segmentBytes: SEGMENT_BYTES,
    flows: drawn.map((flow) => ({
      deliveredBytes: [[rounded(flow.startMs), 0], ...series(flow.arrivals, flow.startMs)],
      cwndBytes: held(series(flow.cwndSegments, flow.startMs, SEGMENT_BYTES), lastMomentOf(flow)),
      flightBytes: held(series(flow.flightBytes, flow.startMs), lastMomentOf(flow)),
    })),
    queueBytes: series(record.queueBytes, 0),
  };
}

/** When the flow had what it got. */
function lastMomentOf({ startMs, arrivals }: FlowRecord): number {
  return startMs + (arrivals.at(-1)?.[0] ?? 0);
}

/** The last value goes on until then. */
function held(steps: readonly TimedValue[], untilMs: number): readonly TimedValue[] {
  const last = steps.at(-1);
  return last === undefined || last[0] >= untilMs ? steps : [...steps, [rounded(untilMs), last[1]]];
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

const COLUMNS = 1_200;
/** What is left of a 1500-byte packet after the headers of IPv4 and TCP with timestamps. */
const SEGMENT_BYTES = 1_448;
