/** What a client says of a stream in HEADERS or PRIORITY (RFC 7540 §5.3). */
export interface Dependency {
  readonly parent: number;
  /** 1-256. */
  readonly weight: number;
  readonly exclusive: boolean;
}

/** What a policy may know of a response when it is queued. */
export interface StreamFacts {
  /** Content-Type of the response, parameters and all; empty: none. */
  readonly contentType: string;
  /** The request's `priority` field (RFC 9218 §5), as it came. */
  readonly priorityField?: string | undefined;
  /** A pushed stream: the stream its promise went out on. */
  readonly pushedOn?: number | undefined;
}

/** Streams a client has spoken of and we have nothing to send on (not yet, or no more): how many are remembered. */
export const IDLE_STREAMS_KEPT = 1_000;

/**
 * Chooses which of the ready streams sends the next chunk. Knows nothing of bodies, windows or a strategy's order: what
 * may be sent at all is the scheduler's business and arrives here as `isReady`.
 */
export interface Policy {
  /** The stream to serve next among the opened ones that `isReady` accepts. */
  next(isReady: (streamId: number) => boolean): number | undefined;
  /** Accounts for what was sent. */
  served(streamId: number, bytes: number): void;
  /** A response is queued. */
  opened(streamId: number, facts: StreamFacts): void;
  /** Its last byte is handed over, or it was reset. */
  closed(streamId: number): void;
  /** HEADERS or PRIORITY of the client, or a promise of ours (depends on its associated stream, RFC 7540 §5.3.5). */
  prioritize(streamId: number, dependency: Dependency): void;
  /** PRIORITY_UPDATE of the client (RFC 9218 §7.1). */
  update(streamId: number, priorityField: string): void;
}

/** `Text/CSS; charset=utf-8` → `text/css`. */
export function mediaType(contentType: string): string {
  return contentType.split(';', 1)[0]!.trim().toLowerCase();
}
