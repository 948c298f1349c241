import type { TlsRecordSpec } from '../scheduler/record-size.ts';
import type { Personality } from '../link/personalities.ts';
import type { SchedulerSpec } from '../scheduler/create-policy.ts';

/**
 * A strategy is data: *what* is delivered ahead of the request, *when*, *how*, and behind which *gates*.
 * It decides nothing by itself; `decide.ts` reads it against a request and a site.
 */
export interface Strategy {
  readonly name: string;
  /** One sentence: exactly what happens on the wire. */
  readonly description: string;
  readonly protocol: Protocol;
  readonly what: What;
  readonly order: Order;
  readonly when: When;
  /** Where `interleaved` stops the HTML: behind its `</head>`, or after so many bytes of its body as sent. */
  readonly interleaveAt: 'head' | number;
  readonly how: How;
  /** Whose reading of Link fields `origin-link` follows. */
  readonly personality: Personality;
  readonly gate: readonly Gate[];
  /** What may be pushed with one page; undefined: no limit. */
  readonly budget: Budget | undefined;
  /** Which ready stream goes next. */
  readonly scheduler: SchedulerSpec;
  /**
   * How much of each image goes before any image goes on: `first-scan` of every progressive JPEG, or so many bytes of it;
   * `none`: images are sent whole.
   */
  readonly firstSlice: 'none' | 'first-scan' | number;
  /** Undefined: every record is as full as what is to be sent makes it, up to 16 kB. */
  readonly tlsRecord: TlsRecordSpec | undefined;
  /** What the server's kernel takes ahead of the network; undefined: as the network says. */
  readonly sendBufferBytes: number | 'auto' | undefined;
  /** TCP_NOTSENT_LOWAT; undefined: as the network says. */
  readonly notSentLowatBytes: number | 'off' | undefined;
  /** Undefined: the windows are the client's, the rest as servers have it. */
  readonly http2: Http2Terms | undefined;
}

/** HTTP/2's own knobs (RFC 9113); what is left out stays as it is. */
export interface Http2Terms {
  /** Receive window of every stream that the server keeps to, as if the client had announced no more. */
  readonly streamWindowBytes?: number | undefined;
  /** The same for all streams together. */
  readonly connectionWindowBytes?: number | undefined;
  /** The server's SETTINGS_MAX_CONCURRENT_STREAMS: requests open at once. */
  readonly maxConcurrentStreams?: number | undefined;
  /** Most that the server puts into one DATA frame. */
  readonly dataFrameBytes?: number | undefined;
  /** HPACK tables: the server's SETTINGS_HEADER_TABLE_SIZE for requests, and its own for responses and promises. */
  readonly headerTableBytes?: number | undefined;
}

/** `h2`: HTTP/2 (RFC 9113); `h1`: HTTP/1.1 (RFC 9112), for which a browser opens up to six connections to a host. */
export type Protocol = 'h2' | 'h1';

/**
 * - `critical`: every render-blocking resource of the entry page, in document order;
 * - `all`: everything the page and its style sheets refer to;
 * - `children`: what a requested resource itself refers to, recursively (a style sheet's imports, fonts, images);
 * - `graph`: what a recorded load of the page asked for, in that order, of which a script may be the reason;
 * - `next-page`: the page that follows and its critical resources;
 * - types: those of `all` that are of one of these kinds;
 * - a list: these paths, in this order; of another host, URLs with or without their scheme.
 */
export type What =
  | 'critical'
  | 'all'
  | 'children'
  | 'graph'
  | 'next-page'
  | { readonly types: readonly ResourceKind[] }
  | readonly string[];

/** By media type; `other` is what no Fetch destination fits. */
export type ResourceKind = 'style' | 'script' | 'image' | 'font' | 'other';

/** `given`: as `what` yields them. Sizes are those of the bodies as sent. */
export type Order = 'given' | 'critical-first' | 'smallest-first';

/**
 * When the bodies of pushes go out. Promises always precede the bytes that mention the resource (RFC 9113 §8.4.1).
 * - `before-html`: once the HTML is ready, before its first byte;
 * - `while-thinking`: as soon as the page is requested, while the origin still works on the HTML;
 * - `after-html`: behind the HTML's last byte;
 * - `interleaved`: the HTML up to `interleaveAt`, the pushes, the rest of the HTML;
 * - `with-html`: beside the HTML, as the scheduler chooses;
 * - `with-resource`: when a resource is requested, what it refers to is promised before its headers and sent behind its
 *   last byte; the page itself pushes nothing;
 * - `during-interactive`: after the page's load event, on the stream of a beacon that the page then sends.
 */
export type When =
  | 'before-html'
  | 'while-thinking'
  | 'after-html'
  | 'interleaved'
  | 'with-html'
  | 'with-resource'
  | 'during-interactive';

/**
 * - `none`: the browser discovers everything itself;
 * - `push`: PUSH_PROMISE;
 * - `preload-header`: `Link: rel=preload` on the HTML response;
 * - `preload-tag`: `<link rel=preload>` as the first elements of the HTML's head;
 * - `early-hints`: the Link field in a 103 response (RFC 8297), sent while the origin still thinks;
 * - `origin-link`: pushes what the `Link: rel=preload` fields of the origin's HTML ask for, as `personality` reads them;
 * - `prefetch`: `Link: rel=prefetch` on the HTML response: fetched when the page is idle, for the next one.
 */
export type How =
  'none' | 'push' | 'origin-link' | 'preload-header' | 'preload-tag' | 'early-hints' | 'prefetch';

/** A condition that must hold before anything is sent ahead. */
export type Gate =
  /** The client has not set SETTINGS_ENABLE_PUSH to 0 (RFC 9113 §6.5.2). */
  | 'push-allowed'
  /** Each resource at most once per connection. */
  | 'once-per-connection'
  /** The cookie of earlier answers does not name it; each page that pushes renews the cookie. */
  | 'push-cookie'
  /** The client's `Cache-Digest` field or CASPER cookie does not contain it (draft-ietf-httpbis-cache-digest-05). */
  | 'cache-digest'
  /** The client does not ask for `Save-Data: on`. */
  | 'save-data';

/** Of bodies as sent, in the order of the strategy; what does not fit any more is kept back. */
export type Budget =
  /** What the congestion window holds beyond the HTML when the page is requested: it costs no round trip. */
  | 'cwnd-html'
  | { readonly bytes: number }
  /** Share of the path's bandwidth-delay product. */
  | { readonly bdpShare: number };
