import type { z } from 'zod';
import type { pushOutcomeSchema } from './push-outcome.ts';

/**
 * One page load, reconciled from the browser's, the server's and the emulator's evidence.
 * Every time is milliseconds since the page's `timeOrigin` (navigationStart); `undefined` means it never happened.
 * Byte counts are HTTP/2 DATA payload unless a name says otherwise.
 */
export interface Waterfall {
  readonly url: string;
  /** navigationStart on CLOCK_MONOTONIC, in ms: the zero of every other time here. */
  readonly timeOriginMonotonicMs: number;
  /** The same in ms since the Unix epoch, within a ms. */
  readonly timeOriginEpochMs?: number | undefined;
  readonly metrics: PageMetrics;
  readonly connections: readonly ConnectionTimeline[];
  /** In order of startTime. */
  readonly resources: readonly ResourceTimeline[];
  /** In order of promise. */
  readonly pushes: readonly PushLife[];
  readonly hints: readonly HintLife[];
  readonly lanes: NetworkLanes;
  /** What pushed and hinted bytes cost others; absent where the emulator did not record the bottleneck. */
  readonly contention?: Contention | undefined;
  /** What the vantage points do not agree on, in words. Reported, never smoothed over. */
  readonly disagreements: readonly string[];
}

/** Paint Timing, Largest Contentful Paint, Layout Instability and Navigation Timing, by their own names. */
export interface PageMetrics {
  readonly firstPaint?: number | undefined;
  readonly firstContentfulPaint?: number | undefined;
  readonly largestContentfulPaint?: number | undefined;
  /** Unitless (Layout Instability: sum of shifts without recent input). */
  readonly cumulativeLayoutShift?: number | undefined;
  readonly domContentLoadedEventEnd?: number | undefined;
  readonly loadEventEnd?: number | undefined;
}

export interface ConnectionTimeline {
  /** Counts from 1 within the trial. */
  readonly id: number;
  /** That it was opened for; absent: TLS did not come about, or in older waterfalls. */
  readonly host?: string | undefined;
  /** SYN sent, in the emulated network; negative: an earlier page had opened it. */
  readonly connectStart: number;
  /** SYN-ACK received by the client. */
  readonly connectEnd?: number | undefined;
  /** TLS handshake finished, as the server saw it. */
  readonly secureConnectionEnd?: number | undefined;
  readonly closed?: number | undefined;
  /** `h1`: HTTP/1.1; its streams are the numbers of the requests. Absent: TLS did not come about. */
  readonly protocol?: 'h2' | 'h1' | undefined;
  /** Streams the client opened on it: 0 for a spare connection. */
  readonly requestCount: number;
}

export type ResourceType = 'document' | 'stylesheet' | 'script' | 'image' | 'font' | 'fetch' | 'other';

/** [time, bytes]: one arrival of body bytes at the browser. */
export type Arrival = readonly [timeMs: number, bytes: number];

/**
 * The way of a body's first and last byte to the browser, by the emulator: taken by the server's socket buffer, put on
 * the wire (`send…`), out of the bottleneck's queue (`pass…`), at the browser's socket with all before it (`arrive…`).
 */
export interface BodyTimes {
  readonly bufferStart?: number | undefined;
  readonly bufferEnd?: number | undefined;
  readonly passStart?: number | undefined;
  readonly passEnd?: number | undefined;
  readonly arriveStart?: number | undefined;
  readonly arriveEnd?: number | undefined;
  /** Which flight of the connection's response bodies its last byte left in, from 1: see flights.ts. */
  readonly flight?: number | undefined;
}

export interface ResourceTimeline extends BodyTimes {
  readonly url: string;
  /** Path and query within the site; the whole URL where it is not the site's. */
  readonly path: string;
  readonly type: ResourceType;
  /** `push`: a pushed response was used. `cache`: no bytes crossed the network. `none`: it failed. */
  readonly deliveredBy: 'request' | 'push' | 'cache' | 'none';
  readonly initiator: 'navigation' | 'parser' | 'script' | 'preload' | 'early-hint' | 'other';
  readonly connection?: number | undefined;
  readonly streamId?: number | undefined;
  /** Chromium's request priority: VeryHigh, High, Medium, Low, VeryLow. */
  readonly priority?: string | undefined;
  readonly status?: number | undefined;
  /** The first paint waits for it, by the site's markup. */
  readonly renderBlocking: boolean;
  /** The browser decided to fetch it. */
  readonly startTime: number;
  /** HEADERS sent by the browser, or the push adopted. */
  readonly requestStart?: number | undefined;
  /** HEADERS reached the server. */
  readonly requestReceived?: number | undefined;
  /** First and last body byte put on the wire by the server's TCP: what waits in its socket buffer is not sent yet. */
  readonly sendStart?: number | undefined;
  readonly sendEnd?: number | undefined;
  /** Response HEADERS at the browser. */
  readonly responseStart?: number | undefined;
  readonly responseEnd?: number | undefined;
  /** Fields behind the body, `name: value`; over HTTP/1.1, of which the browser does not tell, the names that were sent. */
  readonly trailers?: readonly string[] | undefined;
  /** The page's own thread was told of the response. */
  readonly pageReceived?: number | undefined;
  /** Frame bytes received for this stream (what CDP calls encodedDataLength). */
  readonly transferSize: number;
  readonly arrivals: readonly Arrival[];
  /** The same URL was pushed and also requested: one of the two was for nothing. */
  readonly duplicate: boolean;
  /** e.g. `net::ERR_NAME_NOT_RESOLVED`. */
  readonly failure?: string | undefined;
  /** Not served by the lab: an attempt to leave it, which failed by design. */
  readonly external: boolean;
}

export type PushOutcome = z.infer<typeof pushOutcomeSchema>;

/** Why a push ended as it did, where more is known than its outcome. */
export interface PushCause {
  readonly kind:
    'already-cached' | 'left-over' | 'asked-before' | 'asked-apart' | 'vary' | 'refused' | 'page-left';
  readonly text: string;
}

/** The life of one pushed stream: promised → buffered → sent → past the bottleneck → arrived → adopted → used. */
export interface PushLife extends BodyTimes {
  readonly url: string;
  /** As a resource has it. */
  readonly path: string;
  readonly connection: number;
  readonly promisedStreamId: number;
  /** The client-initiated stream the promise came on (RFC 9113 §8.4). */
  readonly associatedStreamId: number;
  /** PUSH_PROMISE written by the server. */
  readonly promised: number;
  /** PUSH_PROMISE at the browser. */
  readonly promiseReceived?: number | undefined;
  /** First and last body byte put on the wire by the server's TCP. */
  readonly sendStart?: number | undefined;
  readonly sendEnd?: number | undefined;
  /** Response HEADERS of the push at the browser. */
  readonly responseStart?: number | undefined;
  /** Last DATA frame at the browser. */
  readonly responseEnd?: number | undefined;
  /** Fields behind the body: `name: value`. */
  readonly trailers?: readonly string[] | undefined;
  /** The page asked for it and the browser matched it. */
  readonly adopted?: number | undefined;
  /** The page was given it. */
  readonly used?: number | undefined;
  readonly reset?: number | undefined;
  /** RST_STREAM error code and reason, e.g. `REFUSED_STREAM: Duplicate pushed stream`. */
  readonly resetReason?: string | undefined;
  readonly outcome: PushOutcome;
  readonly cause?: PushCause | undefined;
  readonly receivedBytes: number;
  /** Bytes that served no one: all of them unless the push was used. */
  readonly wastedBytes: number;
  /** The page requested the same URL on a stream of its own as well. */
  readonly duplicate: boolean;
  readonly arrivals: readonly Arrival[];
  /** It was promised before this page began, and this page took it: times before navigationStart are negative. */
  readonly promisedTo?: 'earlier-page' | undefined;
  /** It was left over, and a later page of the journey took it. */
  readonly takenBy?: 'later-page' | undefined;
}

/** One preload the server announced, by 103 or by Link header. */
export interface HintLife {
  readonly path: string;
  readonly how: 'early-hints' | 'preload-header' | 'preload-tag' | 'prefetch';
  /** The 103, or the final response carrying the Link field, was written by the server. */
  readonly sent: number;
  /** Its first byte left the bottleneck, and was at the browser's socket. */
  readonly passed?: number | undefined;
  readonly arrived?: number | undefined;
  /** The browser had read it. */
  readonly received?: number | undefined;
  /** The hinted request left the browser. */
  readonly requestStart?: number | undefined;
  /** The hinted request reached the server. */
  readonly requested?: number | undefined;
  /**
   * Of a 103: the page itself wanted it, and how much later that was than the hinted request, or than the SYN of the
   * connection that the hint had opened for it.
   */
  readonly wanted?: number | undefined;
  readonly headStartMs?: number | undefined;
  /** The page used what was hinted. */
  readonly used: boolean;
  /** Where it was requested first. */
  readonly connection?: number | undefined;
  readonly streamId?: number | undefined;
  readonly receivedBytes?: number | undefined;
  /** All of them if the page never wanted it. */
  readonly wastedBytes?: number | undefined;
}

/** Time the bottleneck served bytes of one kind while others waited for it, ms: see contention.ts. */
export interface Contention {
  /** Pushed or hinted and never used, while the document or something the first paint waits for did wait. */
  readonly wastedMs: number;
  /** Pushed, while the document waited. */
  readonly pushedBeforeDocumentMs: number;
  /** Pushed and not needed for the first paint, while the document or something it needs waited. */
  readonly pushedBeforeBlockingMs: number;
}

/** [from, to]: the bottleneck served this stream. Stream 0: TLS and frames of no body; connection 0: background traffic. */
export type BottleneckUse = readonly [startMs: number, endMs: number, connection: number, streamId: number];

/** A value that holds from its time until the next one. */
export type Step = readonly [timeMs: number, value: number];

/** What happened inside the emulated network, over the same time axis. */
export interface NetworkLanes {
  readonly downlinkQueueBytes: readonly Step[];
  readonly uplinkQueueBytes: readonly Step[];
  /** Who held the downlink's bottleneck, in order and without overlap. Absent in older waterfalls. */
  readonly bottleneck?: readonly BottleneckUse[] | undefined;
  /** Server side of each connection. */
  readonly connections: readonly {
    readonly connection: number;
    readonly cwndBytes: readonly Step[];
    readonly flightBytes: readonly Step[];
    /** Cumulative in-order bytes handed to the browser. */
    readonly deliveredBytes: readonly Step[];
  }[];
  readonly drops: readonly {
    readonly time: number;
    readonly direction: 'downlink' | 'uplink';
    /** `queue`: the queue was full; `aqm`: CoDel dropped it; `link`: lost behind the queue. */
    readonly cause: 'queue' | 'aqm' | 'link';
  }[];
}
