import type { PageMetrics } from './waterfall.ts';

/**
 * What the browser says about one page load: translated from NetLog, CDP and the trace into our words, and not
 * interpreted. In particular an adopted push is not yet a used one (see AdoptedPush), and `fromDiskCache` does not mean
 * cached (see RequestRecord). JSON-serialisable.
 *
 * Every `…MonotonicMs` is milliseconds on CLOCK_MONOTONIC, the clock of `process.hrtime` and of the emulator's log, so
 * nothing needs converting between processes of one machine.
 */
export interface BrowserEvidence {
  /** As the browser reports it, e.g. `106.0.5249.0`. */
  readonly browserVersion: string;
  /** The document that was loaded, after redirects. */
  readonly url: string;
  /** navigationStart of that document. */
  readonly timeOriginMonotonicMs: number;
  /** From the page's own performance timeline; ms since navigationStart, rounded by the browser to 0.1 ms. */
  readonly metrics: PageMetrics;
  /** The same from the trace, in whole microseconds: a second witness, to be compared with `metrics`. */
  readonly traceMetrics: PageMetrics;
  /** In order of time; of every HTTP/2 connection of the whole browser while it was traced. */
  readonly http2: readonly Http2Event[];
  /** In order of sending; of every HTTP/1.1 connection of the whole browser while it was traced. Absent: none. */
  readonly http1?: readonly Http1Exchange[] | undefined;
  /** In order of start. `data:` URLs are left out. Requests made for 103 Early Hints are not here, only in `http2`. */
  readonly requests: readonly RequestRecord[];
}

/** One request over HTTP/1.1 and what came back. A connection carries one at a time, in order. */
export interface Http1Exchange {
  /** NetLog source id of the socket: CDP's `connectionId`. */
  readonly socketId: number;
  /** The browser's ephemeral port, and the address and port it connected to. */
  readonly localPort?: number | undefined;
  readonly peerAddress?: string | undefined;
  readonly peerPort?: number | undefined;
  readonly url: string;
  readonly method: string;
  /** The request left. */
  readonly requestedMonotonicMs: number;
  /** The headers of the response were there; interim ones do not count. */
  readonly responseMonotonicMs?: number | undefined;
  readonly status?: number | undefined;
  /** Body bytes as sent, before any decoding, as the browser read them. */
  readonly arrivals: readonly (readonly [timeMonotonicMs: number, bytes: number])[];
  /** All of it was there. */
  readonly finishedMonotonicMs?: number | undefined;
}

/** One thing that happened on an HTTP/2 connection. Streams are told apart by `sessionId` and `streamId` together. */
export type Http2Event =
  | SessionStarted
  | SessionInitialised
  | SessionClosed
  | SettingsSent
  | SettingReceived
  | HeadersSent
  | HeadersReceived
  | DataReceived
  | PushPromiseReceived
  | AdoptedPush
  | RejectedPush
  | PrioritySent
  | RstStreamSent
  | RstStreamReceived
  | StreamError
  | GoAway;

interface OnSession {
  /** NetLog source id of the HTTP/2 session: unique while the browser process lives, also across captures. */
  readonly sessionId: number;
  readonly timeMonotonicMs: number;
}

interface OnStream extends OnSession {
  readonly streamId: number;
}

export interface SessionStarted extends OnSession {
  readonly type: 'session-started';
  /** The authority it was made for, e.g. `clean-blog.test:443`. */
  readonly authority: string;
}

/**
 * The session has its socket. Missing in a capture that began after the connection did; the lab's begin before.
 */
export interface SessionInitialised extends OnSession {
  readonly type: 'session-initialised';
  /** NetLog source id of the socket: CDP's `connectionId`. */
  readonly socketId: number;
  /** The browser's ephemeral port: the peer port of the same connection at the server. */
  readonly localPort?: number | undefined;
  readonly peerAddress?: string | undefined;
  readonly peerPort?: number | undefined;
  /** When the browser called connect(). On loopback it returns at once, whatever the emulated path. */
  readonly connectStartMonotonicMs?: number | undefined;
  /** When its TLS handshake began and was done. */
  readonly tlsStartMonotonicMs?: number | undefined;
  readonly tlsEndMonotonicMs?: number | undefined;
  /** A TLS session was resumed. */
  readonly tlsResumed?: boolean | undefined;
}

export interface SessionClosed extends OnSession {
  readonly type: 'session-closed';
  /** e.g. `ERR_CONNECTION_CLOSED`. */
  readonly netError?: string | undefined;
  readonly description?: string | undefined;
}

/** The client's SETTINGS, by identifier (RFC 9113 §6.5.2). Identifier 2 absent means push is enabled (the default). */
export interface SettingsSent extends OnSession {
  readonly type: 'settings-sent';
  readonly settings: Readonly<Record<string, number>>;
}

export interface SettingReceived extends OnSession {
  readonly type: 'setting-received';
  readonly id: number;
  readonly value: number;
}

/** A request, or trailers. Priority fields are RFC 7540's, as Chromium up to 106 sends them. */
export interface HeadersSent extends OnStream {
  readonly type: 'headers-sent';
  readonly url: string;
  readonly method: string;
  /** 1 to 256. */
  readonly weight?: number | undefined;
  readonly exclusive?: boolean | undefined;
  readonly parentStreamId?: number | undefined;
}

export interface HeadersReceived extends OnStream {
  readonly type: 'headers-received';
  /** 103 and other interim responses come before the final one; undefined for trailers. */
  readonly status?: number | undefined;
  /** The Link field, where there is one. */
  readonly link?: string | undefined;
  /** The Vary field, where there is one. */
  readonly vary?: string | undefined;
  /** Of trailers: `name: value`, in order. */
  readonly trailers?: readonly string[] | undefined;
  /** END_STREAM. */
  readonly fin: boolean;
}

/** Goes on being logged after a RST_STREAM of ours: those bytes were for nothing. */
export interface DataReceived extends OnStream {
  readonly type: 'data-received';
  readonly bytes: number;
  /** END_STREAM. Comes in an event of its own, with 0 bytes. */
  readonly fin: boolean;
}

export interface PushPromiseReceived extends OnSession {
  readonly type: 'push-promise-received';
  /** The client-initiated stream it came on. */
  readonly associatedStreamId: number;
  readonly promisedStreamId: number;
  readonly method: string;
  readonly url: string;
  /** Path and query. */
  readonly path: string;
}

/** A request was matched to the pushed stream. It is used only if no `rst-stream-sent` for it follows. */
export interface AdoptedPush extends OnStream {
  readonly type: 'adopted-push';
  readonly url: string;
}

/** The response of the adopted push does not answer the request (its `Vary`): reset, and requested again. */
export interface RejectedPush extends OnStream {
  readonly type: 'push-rejected';
}

export interface PrioritySent extends OnStream {
  readonly type: 'priority-sent';
  readonly weight: number;
  readonly exclusive: boolean;
  readonly parentStreamId: number;
}

export interface RstStreamSent extends OnStream {
  readonly type: 'rst-stream-sent';
  /** RFC 9113 §7, e.g. 7 and REFUSED_STREAM. */
  readonly errorCode: number;
  readonly errorName?: string | undefined;
  /** The browser's reason in words, e.g. `Duplicate pushed stream with url: …`; often empty. */
  readonly description: string;
}

export interface RstStreamReceived extends OnStream {
  readonly type: 'rst-stream-received';
  readonly errorCode: number;
  readonly errorName?: string | undefined;
}

/** The browser gave the stream up. `ERR_ABORTED` with `Abandoned.`: an unclaimed push when its connection closed. */
export interface StreamError extends OnStream {
  readonly type: 'stream-error';
  readonly netError: string;
  readonly description: string;
}

export interface GoAway extends OnSession {
  readonly type: 'goaway-sent' | 'goaway-received';
  readonly lastStreamId?: number | undefined;
  readonly errorCode?: number | undefined;
  readonly errorName?: string | undefined;
}

/** One request of the page, as CDP's Network domain tells it. A redirect makes one record per hop. */
export interface RequestRecord {
  /** CDP's; hops of one redirect chain share it. */
  readonly requestId: string;
  readonly url: string;
  readonly method: string;
  /** CDP's ResourceType: Document, Stylesheet, Script, Image, Font, Fetch, … */
  readonly resourceType: string;
  /** CDP's Initiator.type: parser, script, preload, SignedExchange, preflight, other. */
  readonly initiatorType: string;
  /** Of the page, sheet or script that asked for it. */
  readonly initiatorUrl?: string | undefined;
  /** The document of the page itself, not of a frame in it. */
  readonly isMainDocument: boolean;
  /** When the page decided to fetch it. */
  readonly startMonotonicMs: number;
  /** VeryHigh, High, Medium, Low, VeryLow. */
  readonly initialPriority: string;
  readonly priorityChanges: readonly { readonly timeMonotonicMs: number; readonly priority: string }[];
  readonly response?: ResponseRecord | undefined;
  /** The body was complete. CDP may report it earlier than `response.receivedMonotonicMs`: threads differ. */
  readonly finishedMonotonicMs?: number | undefined;
  /** HTTP/2 frame bytes of header and body, 0 where nothing crossed the network; known once finished. */
  readonly encodedDataLength?: number | undefined;
  /** Served from the renderer's memory cache, without a request. */
  readonly fromMemoryCache: boolean;
  readonly failure?: RequestFailure | undefined;
  /** Where this hop led, if it was a redirect. */
  readonly redirectedTo?: string | undefined;
}

export interface ResponseRecord {
  /** The page was told. */
  readonly receivedMonotonicMs: number;
  readonly status: number;
  readonly mimeType: string;
  /** ALPN name: `h2`, `http/1.1`. */
  readonly protocol: string;
  /** Also true for a push that was complete before it was adopted: alone it does not mean "cached". */
  readonly fromDiskCache: boolean;
  readonly fromPrefetchCache: boolean;
  readonly fromServiceWorker: boolean;
  readonly fromEarlyHints: boolean;
  /** NetLog source id of the socket (see SessionInitialised). */
  readonly socketId?: number | undefined;
  readonly connectionReused: boolean;
  readonly timing?: RequestTiming | undefined;
}

/** CDP's ResourceTiming in absolute time; undefined where the phase did not happen. */
export interface RequestTiming {
  readonly requestMonotonicMs: number;
  readonly connectStartMonotonicMs?: number | undefined;
  readonly connectEndMonotonicMs?: number | undefined;
  readonly sslStartMonotonicMs?: number | undefined;
  readonly sslEndMonotonicMs?: number | undefined;
  readonly sendStartMonotonicMs?: number | undefined;
  readonly sendEndMonotonicMs?: number | undefined;
  readonly receiveHeadersEndMonotonicMs?: number | undefined;
  /** Set where a pushed stream was adopted and used, but also on some cache hits. */
  readonly pushStartMonotonicMs?: number | undefined;
  /** Undefined while the push was still arriving when it was adopted. */
  readonly pushEndMonotonicMs?: number | undefined;
}

export interface RequestFailure {
  readonly timeMonotonicMs: number;
  /** e.g. `net::ERR_NAME_NOT_RESOLVED`: an attempt to leave the lab. Empty where `blockedReason` says why. */
  readonly errorText: string;
  /** e.g. `mixed-content`. */
  readonly blockedReason?: string | undefined;
  readonly canceled: boolean;
}
