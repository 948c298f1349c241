import type { Arrival, BottleneckUse, NetworkLanes, Step, Waterfall } from '../../../lab/trace/waterfall.ts';
import { downsampleSteps } from '../downsample.ts';
import { lastMoment } from '../time-axis.ts';

/**
 * The waterfall without what no drawing shows: arrivals and steps closer than anyone can see, digits beyond a tenth of
 * a millisecond. Its shape stays, so whatever draws a waterfall draws this one.
 */
export function slimWaterfall(waterfall: Waterfall): Waterfall {
  const end = Math.max(1, lastMoment(waterfall) * AIR);
  const arrivals = <Item extends { readonly arrivals: readonly Arrival[] }>(item: Item): Item => ({
    ...item,
    arrivals: joined(item.arrivals, end / MOMENTS),
  });
  return JSON.parse(
    JSON.stringify(
      {
        ...waterfall,
        resources: waterfall.resources.map(arrivals),
        pushes: waterfall.pushes.map(arrivals),
        lanes: slimLanes(waterfall.lanes, end),
      },
      (_, value: unknown) => (typeof value === 'number' ? rounded(value) : value),
    ),
  ) as Waterfall;
}

function slimLanes(lanes: NetworkLanes, end: number): NetworkLanes {
  const series = (steps: readonly Step[]): readonly Step[] => downsampleSteps(steps, 0, end, COLUMNS);
  return {
    ...lanes,
    downlinkQueueBytes: series(lanes.downlinkQueueBytes),
    uplinkQueueBytes: [],
    ...(lanes.bottleneck && { bottleneck: joinedUses(lanes.bottleneck, end / MOMENTS) }),
    connections: lanes.connections.map(({ connection, cwndBytes, flightBytes, deliveredBytes }) => ({
      connection,
      cwndBytes: series(cwndBytes),
      flightBytes: series(flightBytes),
      deliveredBytes: series(deliveredBytes ?? []),
    })),
  };
}

function joined(arrivals: readonly Arrival[], gapMs: number): readonly Arrival[] {
  const kept: Arrival[] = [];
  let first = -Infinity;
  for (const [time, bytes] of arrivals) {
    const last = kept.at(-1);
    if (last && time - first < gapMs) kept[kept.length - 1] = [time, last[1] + bytes];
    else {
      kept.push([time, bytes]);
      first = time;
    }
  }
  return kept;
}

/** Frame headers between two segments of one stream, and gaps nobody can see, are the stream's. */
function joinedUses(uses: readonly BottleneckUse[], gapMs: number): readonly BottleneckUse[] {
  const kept: [number, number, number, number][] = [];
  for (const [from, to, connection, streamId] of uses) {
    const last = kept.at(-1);
    const [before] = kept.slice(-2);
    const isSame = (use: typeof last): boolean => use?.[2] === connection && use[3] === streamId;
    if (last && isSame(last) && from - last[1] < gapMs) last[1] = to;
    else if (before && before !== last && isSame(before) && last![3] === 0 && from - before[1] < gapMs) {
      before[1] = to;
      kept.pop();
    } else kept.push([from, to, connection, streamId]);
  }
  return kept;
}

/** Layout shifts need three digits, times one. */
function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toFixed(Math.abs(value) < 10 ? 3 : 1));
}

const AIR = 1.02;
const MOMENTS = 2000;
const COLUMNS = 400;
