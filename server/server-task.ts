import type { Duplex } from 'node:stream';
import type { ServerEventBody } from './server-log.ts';
import type { Site } from './site/site.ts';
import type { ResolvedStrategy } from './strategies/decide.ts';

/** A connection below TLS, as far as the server must know it. */
export interface ServerTransport {
  /** Counts from 1 within a trial. */
  readonly id: number;
  readonly socket: Duplex;
  /** Bytes of the TCP stream to the client handed over so far. */
  handedOverBytes(): number;
  /** The sender's congestion window now. */
  cwndBytes(): number;
}

/** How far an edge is from the origin of its pages. */
export interface EdgeTerms {
  /** Round trip between the two. */
  readonly rttMs: number;
  /** `warm`: the edge has a connection to the origin; `cold`: it opens one for the first page of a trial. */
  readonly connection: 'warm' | 'cold';
}

/** What one trial asks of the server. */
export interface ServerTask {
  readonly site: Site;
  readonly strategy: ResolvedStrategy;
  /** Origin think time before the entry page's response, ms. */
  readonly thinkMs: number;
  /** The server is an edge and asks an origin for the page; absent: it is the origin. */
  readonly edge?: EdgeTerms | undefined;
  /** Bandwidth-delay product of the path, for budgets; unknown: nothing fits into a share of it. */
  readonly bdpBytes?: number | undefined;
  /** Begins with visits during which nothing is sent ahead, until `PushServer.endPrelude`. */
  readonly prelude?: boolean | undefined;
}

/** The task as a connection sees it: what the strategy is at the moment. */
export interface CurrentTask extends ServerTask {
  readonly isPrelude: () => boolean;
}

/** The world the server lives in. */
export interface ServerEnvironment {
  /** CLOCK_MONOTONIC ms, on the clock of the emulated world. */
  readonly nowMs: () => number;
  readonly log: (connection: number, event: ServerEventBody) => void;
  /** Hears each line of the TLS key log (NSS key log format); absent: none is made. */
  readonly onKeyLog?: (line: string) => void;
  /** Runs `action` after `delayMs` on the clock of the emulated world, unless what it returns is called before. */
  readonly delay: (delayMs: number, action: () => void) => () => void;
}
