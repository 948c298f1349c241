import type { ServerEvent } from '../../server/server-log.ts';

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** A server event as it is told: in ms since its connection began; the bytes of a response are summed up at its end. */
export type ToldEvent = { readonly sinceOpenMs: number } & (
  | Without<Exclude<ServerEvent, { kind: 'data' | 'end' | 'reset' }>, 'atMs'>
  | (Without<Extract<ServerEvent, { kind: 'end' | 'reset' }>, 'atMs'> & {
      readonly path: string | undefined;
      /** Of the body. */
      readonly bytes: number;
    })
);

interface OpenConnection {
  readonly openedMs: number;
  readonly streams: Map<number, { path: string; bytes: number }>;
}

/** Turns the server's log into what a person wants to read. Remembers only connections and streams that are open. */
export class Narrator {
  readonly #connections = new Map<number, OpenConnection>();

  /** Undefined where there is nothing to tell yet. */
  tell(event: ServerEvent): ToldEvent | undefined {
    const { atMs, ...rest } = event;
    if (event.kind === 'open') {
      this.#connections.set(event.connection, { openedMs: atMs, streams: new Map() });
    }
    const connection = this.#connections.get(event.connection);
    const sinceOpenMs = connection === undefined ? 0 : atMs - connection.openedMs;
    const streams = connection?.streams;
    switch (rest.kind) {
      case 'request':
      case 'promise':
        streams?.set(rest.streamId, { path: rest.path, bytes: 0 });
        break;
      case 'data': {
        const stream = streams?.get(rest.streamId);
        if (stream !== undefined) stream.bytes += rest.bytes;
        return undefined;
      }
      case 'end':
      case 'reset': {
        const stream = streams?.get(rest.streamId);
        streams?.delete(rest.streamId);
        // Its end was told, and then it was reset with nothing left of it.
        if (rest.kind === 'end' && stream === undefined) return undefined;
        return { sinceOpenMs, ...rest, path: stream?.path, bytes: stream?.bytes ?? 0 };
      }
      case 'closed':
        this.#connections.delete(event.connection);
        break;
      case 'open':
      case 'secure':
      case 'tls-failed':
      case 'settings':
      case 'gated':
      case 'hint':
      case 'headers':
      case 'trailers':
      case 'abuse':
        break;
    }
    return { sinceOpenMs, ...rest };
  }
}
