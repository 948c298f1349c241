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
  /** SYN sent, in the emulated network; negative: an earlier page had opened it. */
  readonly connectStart: number;
  /** SYN-ACK received by the client. */
  readonly connectEnd?: number | undefined;
  /** TLS handshake finished, as the server saw it. */
  readonly secureConnectionEnd?: number | undefined;
  readonly closed?: number | undefined;
  /** Streams the client opened on it: 0 for a spare connection. */
  readonly requestCount: number;
}

export type ResourceType = 'document' | 'stylesheet' | 'script' | 'image' | 'font' | 'fetch' | 'other';

/** [time, bytes]: one arrival of body bytes at the browser. */
export type Arrival = readonly [timeMs: number, bytes: number];

export interface ResourceTimeline {
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

/** The life of one pushed stream: promised → sending → received → adopted | unclaimed | reset. */
export interface PushLife {
  readonly url: string;
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
  /** The page asked for it and the browser matched it. */
  readonly adopted?: number | undefined;
  readonly reset?: number | undefined;
  /** RST_STREAM error code and reason, e.g. `REFUSED_STREAM: Duplicate pushed stream`. */
  readonly resetReason?: string | undefined;
  readonly outcome: PushOutcome;
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
  /** The same at the browser. */
  readonly received?: number | undefined;
  /** The hinted request reached the server. */
  readonly requested?: number | undefined;
  /** The page used what was hinted. */
  readonly used: boolean;
}

/** A value that holds from its time until the next one. */
export type Step = readonly [timeMs: number, value: number];

/** What happened inside the emulated network, over the same time axis. */
export interface NetworkLanes {
  readonly downlinkQueueBytes: readonly Step[];
  readonly uplinkQueueBytes: readonly Step[];
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
