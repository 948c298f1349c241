import type { Protocol } from './strategies/strategy.ts';

/** Where a hint stands: in a 103, in the Link field of the HTML's headers, or in its markup. */
export type HintHow = 'early-hints' | 'preload-header' | 'preload-tag' | 'prefetch';

/**
 * What the push server did, in order. `atMs` is CLOCK_MONOTONIC ms; `connection` counts accepted connections from 1;
 * `atOffset`: bytes of its TCP stream handed over by then, so that what the event writes begins there. A `path` is what
 * the site calls it: of another of its hosts, the whole URL. Over HTTP/1.1
 * `streamId` is the number of the request on its connection, from 1, and a reset the end of the connection in
 * mid-response.
 */
export type ServerEvent = {
  readonly atMs: number;
  readonly connection: number;
  readonly atOffset?: number | undefined;
} & (
  | { readonly kind: 'open' }
  /** TLS did not come about: no HTTP/2 offered, plain text, a certificate not trusted. */
  | { readonly kind: 'tls-failed'; readonly reason: string }
  | {
      readonly kind: 'secure';
      readonly protocol: Protocol;
      /** That the client opened it for. Absent in older evidence. */
      readonly host?: string;
    }
  | { readonly kind: 'settings'; readonly enablePush: boolean }
  | { readonly kind: 'request'; readonly streamId: number; readonly path: string; readonly method: string }
  | {
      readonly kind: 'promise';
      readonly streamId: number;
      readonly path: string;
      /** The stream the promise was sent on. */
      readonly associatedStreamId: number;
    }
  /**
   * A resource the strategy wanted to send ahead and a gate kept back; `concurrency`: the client allows no more streams
   * (its SETTINGS_MAX_CONCURRENT_STREAMS).
   */
  | { readonly kind: 'gated'; readonly path: string; readonly gate: string }
  | {
      readonly kind: 'hint';
      readonly streamId: number;
      readonly how: HintHow;
      readonly paths: readonly string[];
    }
  | { readonly kind: 'headers'; readonly streamId: number; readonly status: number }
  /** DATA taken by the socket; it occupies [offsetStart, offsetEnd) of the connection's TCP stream to the client. */
  | {
      readonly kind: 'data';
      readonly streamId: number;
      /** When it was handed over; `atMs` is when the socket had taken all of it. */
      readonly startedMs: number;
      readonly bytes: number;
      readonly offsetStart: number;
      readonly offsetEnd: number;
    }
  | { readonly kind: 'end'; readonly streamId: number }
  /** Fields behind the last byte of the body. */
  | { readonly kind: 'trailers'; readonly streamId: number; readonly names: readonly string[] }
  | {
      readonly kind: 'reset';
      readonly streamId: number;
      readonly errorCode: number;
      readonly by: 'client' | 'server';
    }
  /** The client went beyond a limit of limits.ts or broke the protocol; the connection is being closed. */
  | { readonly kind: 'abuse'; readonly what: string }
  | { readonly kind: 'closed' }
);

/** An event before it is stamped. */
export type ServerEventBody = ServerEvent extends infer E
  ? E extends ServerEvent
    ? Omit<E, 'atMs' | 'connection' | 'atOffset'>
    : never
  : never;
