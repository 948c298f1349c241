import type { Arrival, NetworkLanes, Step } from '../../lab/trace/waterfall.ts';

/** Bytes the sample's server wants to send, and when it has them. */
export interface Transfer {
  readonly name: string;
  readonly bytes: number;
  /** At the server. */
  readonly readyAt: number;
  /** Smaller goes first. */
  readonly rank: number;
}

export interface Delivery {
  readonly sendStart: number;
  readonly sendEnd: number;
  readonly arrivals: readonly Arrival[];
  readonly responseStart: number;
  readonly responseEnd: number;
}

export interface Downlink {
  readonly bandwidthBps: number;
  readonly oneWayMs: number;
  readonly queueLimitBytes: number;
  readonly initialWindowBytes: number;
}

interface Flight {
  readonly deliveries: ReadonlyMap<string, Delivery>;
  readonly queue: readonly Step[];
  readonly cwnd: readonly Step[];
  readonly inFlight: readonly Step[];
  readonly delivered: readonly Step[];
  readonly drops: NetworkLanes['drops'];
}

/**
 * A toy of a TCP sender behind a droptail queue: enough to give sample waterfalls the shape of real ones (slow start,
 * a queue that fills, a drop that halves the window). It makes no claim to be right; `lab/network` does.
 */
export function sendAll(transfers: readonly Transfer[], startAt: number, link: Downlink): Flight {
  const left = new Map(transfers.map((transfer) => [transfer.name, transfer.bytes]));
  const sent = new Map<string, { at: number[]; arrivals: Arrival[] }>();
  const queue: Step[] = [[0, 0]];
  const cwnd: Step[] = [[startAt, link.initialWindowBytes]];
  const inFlight: Step[] = [[startAt, 0]];
  const delivered: Step[] = [[startAt, 0]];
  const drops: { time: number; direction: 'downlink'; cause: 'queue' }[] = [];
  const acks: { at: number; bytes: number; lost: boolean }[] = [];
  let [now, window, flight, freeAt, total] = [startAt, link.initialWindowBytes, 0, startAt, 0];
  let isSlowStart = true;
  let recoverUntil = 0;

  while ([...left.values()].some((bytes) => bytes > 0)) {
    const [next] = transfers
      .filter((transfer) => transfer.readyAt <= now && (left.get(transfer.name) ?? 0) > 0)
      .sort((a, b) => a.rank - b.rank);
    if (!next || flight + MSS > window) {
      const ready = transfers.filter((transfer) => (left.get(transfer.name) ?? 0) > 0).map((t) => t.readyAt);
      const ack = acks[0];
      const wake = next ? Infinity : Math.min(...ready.filter((at) => at > now));
      if (!ack || wake < ack.at) {
        now = wake;
        continue;
      }
      acks.shift();
      now = Math.max(now, ack.at);
      flight -= ack.bytes;
      if (ack.lost && now > recoverUntil) {
        window *= 0.7;
        isSlowStart = false;
        recoverUntil = now + 2 * link.oneWayMs;
      } else if (!ack.lost) {
        window += isSlowStart ? ack.bytes : (ack.bytes * MSS) / window;
      }
      cwnd.push([now, Math.round(window)]);
      inFlight.push([now, flight]);
      continue;
    }
    const bytes = Math.min(MSS, left.get(next.name) ?? 0);
    const backlog = Math.max(0, ((freeAt - now) * link.bandwidthBps) / 8000);
    flight += bytes;
    inFlight.push([now, flight]);
    if (backlog + bytes > link.queueLimitBytes) {
      drops.push({ time: now, direction: 'downlink', cause: 'queue' });
      acks.push({ at: now + 2 * link.oneWayMs + backlog / (link.bandwidthBps / 8000), bytes, lost: true });
    } else {
      freeAt = Math.max(freeAt, now) + ((bytes + HEADERS) * 8000) / link.bandwidthBps;
      const arrival = freeAt + link.oneWayMs;
      const entry = sent.get(next.name) ?? { at: [], arrivals: [] };
      entry.at.push(now);
      entry.arrivals.push([round(arrival), bytes]);
      sent.set(next.name, entry);
      left.set(next.name, (left.get(next.name) ?? 0) - bytes);
      total += bytes;
      queue.push([now, Math.round(backlog + bytes)], [freeAt, -1]);
      delivered.push([arrival, total]);
      acks.push({ at: arrival + link.oneWayMs, bytes, lost: false });
    }
    acks.sort((a, b) => a.at - b.at);
  }
  return {
    deliveries: new Map([...sent].map(([name, entry]) => [name, deliveryOf(entry)])),
    queue: drained(queue, link),
    cwnd: cwnd.map(rounded),
    inFlight: [...inFlight, ...acks.map(({ at }, index): Step => [at, (acks.length - index - 1) * MSS])].map(
      rounded,
    ),
    delivered: delivered.map(rounded),
    drops,
  };
}

function deliveryOf(entry: { at: number[]; arrivals: Arrival[] }): Delivery {
  const first = entry.arrivals[0]?.[0] ?? 0;
  return {
    sendStart: round(entry.at[0] ?? 0),
    sendEnd: round(entry.at.at(-1) ?? 0),
    arrivals: entry.arrivals,
    responseStart: round(first - 30),
    responseEnd: entry.arrivals.at(-1)?.[0] ?? first,
  };
}

/** Every packet leaves the queue when the link has sent it: −1 marks such a moment. */
function drained(steps: readonly Step[], link: Downlink): readonly Step[] {
  const inOrder = [...steps].sort((a, b) => a[0] - b[0]);
  let depth = 0;
  return inOrder.map(([time, value]): Step => {
    depth = value === -1 ? Math.max(0, depth - MSS) : Math.min(link.queueLimitBytes, value);
    return rounded([time, depth]);
  });
}

function rounded([time, value]: Step): Step {
  return [round(time), value];
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}

const MSS = 1448;
const HEADERS = 52;
