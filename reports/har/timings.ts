import type { Timings } from 'har-format';
import type { ConnectionTimeline, PushLife, ResourceTimeline } from '../../lab/trace/waterfall.ts';

/** HAR's phases of an entry that began at `startTime`, ms since the page's timeOrigin. */
export interface EntryTiming {
  readonly startTime: number;
  /** The sum of the phases; `ssl` is part of `connect` (HAR 1.2). */
  readonly time: number;
  readonly timings: Timings;
}

/** A connection that was opened for this entry. */
export interface Opening {
  readonly connection: ConnectionTimeline;
  /** The TLS handshake is over for the browser. */
  readonly tlsEnd: number | undefined;
}

/**
 * From the browser's wish to the last byte. Where witnesses disagree by a fraction of a ms, a phase ends no earlier than
 * the one before it.
 */
export function requestTiming(row: ResourceTimeline, opening: Opening | undefined): EntryTiming {
  const { startTime, requestStart, responseStart, arrivals } = row;
  const end = row.responseEnd ?? arrivals.at(-1)?.[0] ?? responseStart ?? requestStart ?? startTime;
  // Never on the wire: answered by a cache, or failed.
  if (requestStart === undefined) return phases(startTime, { blocked: end });
  return phases(startTime, {
    ...(opening !== undefined && {
      blocked: opening.connection.connectStart,
      connectEnd: opening.connection.connectEnd,
      tlsEnd: opening.tlsEnd ?? requestStart,
    }),
    sent: requestStart,
    responseStart: responseStart ?? end,
    end,
  });
}

/** From the arrival of the promise to the last byte: the push's own time on the wire, whenever the page came to ask. */
export function pushTiming(push: PushLife): EntryTiming {
  const start = push.promiseReceived ?? push.promised;
  const end = push.responseEnd ?? push.arrivals.at(-1)?.[0] ?? push.reset ?? start;
  return phases(start, { responseStart: push.responseStart ?? end, end });
}

interface Moments {
  /** End of queueing. */
  readonly blocked?: number;
  readonly connectEnd?: number | undefined;
  readonly tlsEnd?: number;
  /** HEADERS written. */
  readonly sent?: number;
  readonly responseStart?: number;
  readonly end?: number;
}

function phases(startTime: number, moments: Moments): EntryTiming {
  let at = startTime;
  const until = (moment: number | undefined): number => {
    const next = Math.max(at, moment ?? at);
    const passed = next - at;
    at = next;
    return roundMs(passed);
  };
  const opens = moments.tlsEnd !== undefined;
  // Without a connection to open a request waits in one go, until its HEADERS are written.
  const blocked = until(opens ? moments.blocked : (moments.blocked ?? moments.sent));
  const tcp = until(moments.connectEnd);
  const ssl = until(moments.tlsEnd);
  // From the end of the handshake to the HEADERS, which are written at once.
  const send = until(moments.sent);
  const wait = until(moments.responseStart);
  const receive = until(moments.end);
  return {
    startTime,
    time: roundMs(blocked + tcp + ssl + send + wait + receive),
    timings: {
      blocked,
      dns: -1,
      connect: opens ? roundMs(tcp + ssl) : -1,
      ssl: opens ? ssl : -1,
      send,
      wait,
      receive,
    },
  };
}

/** To the microsecond: clocks are no finer. */
function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
