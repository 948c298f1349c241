import type { BottleneckUse, Step, Waterfall } from '../../../lab/trace/waterfall.ts';

/** A stretch of time in which the bottleneck's bytes were those of one stream. */
export interface Slot {
  readonly url: string;
  readonly path: string;
  readonly from: number;
  readonly to: number;
  readonly bytes: number;
  readonly fate: Fate;
}

export type Fate = 'requested' | 'pushed' | 'wasted';

/** Who held the bottleneck when. Slots of one stream closer than `gapMs` are one. */
export function bottleneckSlots(waterfall: Waterfall, bandwidthBps: number, gapMs: number): readonly Slot[] {
  const { bottleneck } = waterfall.lanes;
  return bottleneck === undefined
    ? slotsOfArrivals(waterfall, bandwidthBps, gapMs)
    : slotsOfUses(waterfall, bottleneck, gapMs);
}

/** As the emulator recorded it. Handshakes and headers belong to nobody; background traffic is one holder. */
function slotsOfUses(waterfall: Waterfall, uses: readonly BottleneckUse[], gapMs: number): readonly Slot[] {
  const streams = streamsOf(waterfall);
  const held = new Map<string, { ms: number; uses: number }>();
  const known = uses.flatMap(([from, to, connection, streamId]) => {
    const key = `${connection} ${streamId}`;
    const stream = connection === 0 ? BACKGROUND : streams.get(key);
    if (stream === undefined || to <= 0) return [];
    const { ms, uses: earlier } = held.get(key) ?? { ms: 0, uses: 0 };
    held.set(key, { ms: ms + to - from, uses: earlier + 1 });
    return [{ key, stream, from: Math.max(0, from), to }];
  });
  const slots: Slot[] = [];
  for (const { key, stream, from, to } of known) {
    const { bytes: total, ...whose } = stream;
    const all = held.get(key)!;
    // Times may be rounded: uses too short to have a length share evenly.
    const share = all.ms > 0 ? (to - from) / all.ms : 1 / all.uses;
    append(slots, { ...whose, from, to, bytes: total * share }, gapMs);
  }
  return slots.map((slot) => ({ ...slot, bytes: Math.round(slot.bytes) }));
}

type Stream = Pick<Slot, 'url' | 'path' | 'fate' | 'bytes'>;

const BACKGROUND: Stream = { url: '', path: 'background traffic', fate: 'requested', bytes: 0 };

/** `<connection> <stream>` → what it carried to the page. */
function streamsOf({ resources, pushes }: Waterfall): ReadonlyMap<string, Stream> {
  const streams = new Map<string, Stream>();
  const sum = (arrivals: ResourceArrivals): number => arrivals.reduce((total, [, bytes]) => total + bytes, 0);
  for (const { url, path, deliveredBy, connection, streamId, arrivals } of resources) {
    if (connection === undefined || streamId === undefined) continue;
    const fate: Fate = deliveredBy === 'push' ? 'pushed' : 'requested';
    streams.set(`${connection} ${streamId}`, { url, path, fate, bytes: sum(arrivals) });
  }
  // The bytes of a push are the pushed stream's, whoever read them.
  for (const { url, path, wastedBytes, connection, promisedStreamId, arrivals } of pushes) {
    const fate: Fate = wastedBytes > 0 ? 'wasted' : 'pushed';
    streams.set(`${connection} ${promisedStreamId}`, { url, path, fate, bytes: sum(arrivals) });
  }
  return streams;
}

type ResourceArrivals = Waterfall['resources'][number]['arrivals'];

/**
 * Where the emulator's record is missing, in the time of the browser: a link passes one packet after the other, so bytes
 * that were there at a moment have held it just before, for as long as they take at its rate; what a loss held back and
 * released at once reaches back into the gap in which it passed.
 */
function slotsOfArrivals(waterfall: Waterfall, bandwidthBps: number, gapMs: number): readonly Slot[] {
  const slots: Slot[] = [];
  let free = 0;
  for (const group of byMoment(arrivalsOf(waterfall))) {
    const total = group.reduce((sum, { bytes }) => sum + bytes, 0);
    const moment = group.at(-1)?.time ?? 0;
    let from = Math.min(moment, Math.max(free, moment - occupancyMs(total, bandwidthBps)));
    const msPerByte = (moment - from) / total;
    for (const { stream, bytes } of group) {
      const to = from + bytes * msPerByte;
      append(slots, { ...stream, from, to, bytes }, gapMs);
      from = to;
    }
    free = moment;
  }
  return slots;
}

/** Share of the link's rate that was used, 0 to 1, in steps of `stepMs`: everything it carried, not bodies alone. */
export function linkUse(
  { lanes }: Waterfall,
  bandwidthBps: number,
  endMs: number,
  stepMs: number,
): readonly Step[] {
  const busyMs = new Array<number>(Math.max(1, Math.ceil(endMs / stepMs))).fill(0);
  for (const [from, to] of lanes.bottleneck ?? busyTimes(lanes, bandwidthBps)) {
    // By the number of the step: a multiple of its length may round to just below itself.
    for (let step = Math.max(0, Math.floor(from / stepMs)); step < busyMs.length; step++) {
      const [start, end] = [step * stepMs, (step + 1) * stepMs];
      if (start >= to) break;
      busyMs[step]! += Math.max(0, Math.min(to, end) - Math.max(from, start));
    }
  }
  return busyMs.map((ms, index): Step => [index * stepMs, Math.min(1, ms / stepMs)]);
}

/** How long the link is busy with them: it counts IP packets, headers included. */
export function occupancyMs(payloadBytes: number, bandwidthBps: number): number {
  return (payloadBytes * PACKET_BYTES * 8000) / (SEGMENT_BYTES * bandwidthBps);
}

interface StreamArrival {
  readonly stream: Pick<Slot, 'url' | 'path' | 'fate'>;
  readonly time: number;
  readonly bytes: number;
}

function arrivalsOf({ resources, pushes }: Waterfall): readonly StreamArrival[] {
  const pushed = new Set(pushes.filter(({ arrivals }) => arrivals.length > 0).map(({ url }) => url));
  const all: StreamArrival[] = [];
  for (const { url, path, deliveredBy, arrivals } of resources) {
    // The bytes of a push are the pushed stream's, whoever read them.
    if (deliveredBy === 'push' && pushed.has(url)) continue;
    const fate: Fate = deliveredBy === 'push' ? 'pushed' : 'requested';
    for (const [time, bytes] of arrivals) all.push({ stream: { url, path, fate }, time, bytes });
  }
  for (const { url, path, wastedBytes, arrivals } of pushes) {
    const fate: Fate = wastedBytes > 0 ? 'wasted' : 'pushed';
    for (const [time, bytes] of arrivals) all.push({ stream: { url, path, fate }, time, bytes });
  }
  // What arrived before navigationStart, pushed to an earlier page, held nobody up here.
  return all
    .filter(({ bytes, time }) => bytes > 0 && time >= 0)
    .sort((left, right) => left.time - right.time);
}

/** The browser hands out what it had at once one after the other, in fractions of a millisecond. */
function byMoment(arrivals: readonly StreamArrival[]): readonly StreamArrival[][] {
  const groups: StreamArrival[][] = [];
  for (const arrival of arrivals) {
    const last = groups.at(-1);
    if (last?.[0] && arrival.time - last[0].time < SAME_MOMENT_MS) last.push(arrival);
    else groups.push([arrival]);
  }
  return groups;
}

function append(slots: Slot[], slot: Slot, gapMs: number): void {
  const last = slots.at(-1);
  if (last && last.url === slot.url && last.fate === slot.fate && slot.from - last.to <= gapMs) {
    slots[slots.length - 1] = { ...last, to: slot.to, bytes: last.bytes + slot.bytes };
  } else slots.push(slot);
}

/** When the link was busy with what TCP delivered, as far as the times of delivery tell. */
function busyTimes(lanes: Waterfall['lanes'], bandwidthBps: number): readonly (readonly [number, number])[] {
  let free = 0;
  return deliveries(lanes).map(([time, bytes]) => {
    const from = Math.max(free, time - occupancyMs(bytes, bandwidthBps));
    free = Math.max(free, time);
    return [from, time];
  });
}

/** What each connection handed to the browser, in order of time. */
function deliveries({ connections }: Waterfall['lanes']): readonly Step[] {
  return connections
    .flatMap(({ deliveredBytes }) =>
      (deliveredBytes ?? []).map(([time, total], index, all): Step => [
        time,
        total - (all[index - 1]?.[1] ?? 0),
      ]),
    )
    .sort((left, right) => left[0] - right[0]);
}

const PACKET_BYTES = 1500;
const SEGMENT_BYTES = 1448;
const SAME_MOMENT_MS = 1.5;
