/**
 * What a client may ask of the server. Each bound lies far beyond what a browser does and well before what would hurt:
 * a page load never meets one, and whoever does costs a bounded amount of memory and CPU before the connection ends.
 */

/** What a client may do so and so often within a moving window of time. */
export interface RateLimit {
  readonly count: number;
  readonly windowMs: number;
}

/**
 * Streams a client makes us open and reset again, by its own RST_STREAM (rapid reset, CVE-2023-44487) or by an error it
 * provokes. Chromium cancels what is under way when a page is left: at most MAX_CONCURRENT_STREAMS at a time.
 */
export const RESETS: RateLimit = { count: 512, windowMs: 10_000 };
/** Each PING and SETTINGS makes us write an answer. Browsers send a PING per idle minute and SETTINGS once or twice. */
export const PINGS: RateLimit = { count: 200, windowMs: 10_000 };
export const SETTINGS: RateLimit = { count: 100, windowMs: 10_000 };
/** Each moves a subtree. Chromium sends one whenever an image comes into view, Firefox six per connection. */
export const PRIORITIES: RateLimit = { count: 2000, windowMs: 10_000 };
/** DATA and CONTINUATION without a byte in them move nothing forward (CVE-2019-9518). */
export const EMPTY_FRAMES: RateLimit = { count: 100, windowMs: 10_000 };

/** Of one request, compressed, over HEADERS and its CONTINUATIONs. Cookies of a real site: some kB. */
export const MAX_HEADER_BLOCK_BYTES = 65_536;
/** Of one request, decompressed (SETTINGS_MAX_HEADER_LIST_SIZE): a few bytes of HPACK may stand for many. */
export const MAX_HEADER_LIST_BYTES = 65_536;
/** Requests open at once (SETTINGS_MAX_CONCURRENT_STREAMS): nginx allows 128, Apache 100; few pages have more files. */
export const MAX_CONCURRENT_STREAMS = 256;
/** PINGs of ours without an answer: a few for each stream that is being sent, where a strategy keeps to small windows. */
export const MAX_OPEN_PINGS = 10_000;
/** HTTP/1.1: requests sent ahead of their answers. Browsers do not pipeline at all. */
export const MAX_PIPELINED_REQUESTS = 16;
/**
 * Requests of one connection; then it is closed gracefully and the client opens another, as with nginx's
 * keepalive_requests (1000). Bounds what is remembered per stream.
 */
export const MAX_REQUESTS = 10_000;

/**
 * Something waits to be sent and the client lets nothing go: windows that stay shut, a socket that is not read. Longer
 * than any round trip or serialisation the lab emulates.
 */
export const STALL_MS = 300_000;
/** Nothing asked and nothing under way. */
export const IDLE_MS = 300_000;
/** After our last bytes the connection stays for so long: they still have to cross the emulated network. */
export const LINGER_MS = 5_000;
