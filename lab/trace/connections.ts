import type { ConnectionEvidence } from '../emulator/evidence.ts';
import type { Http2Event } from './browser-evidence.ts';

/** Where a socket of the browser's begins and ends; undefined: it did not say. */
interface BrowserSocket {
  readonly localPort?: number | undefined;
  readonly peerAddress?: string | undefined;
  readonly peerPort?: number | undefined;
}

/**
 * Finds the modelled connection of a browser's socket. The kernel gives an ephemeral port twice at a time where the other
 * ends differ, so both ends count, as far as both sides know them.
 */
export function connectionFinder(
  connections: readonly Pick<ConnectionEvidence, 'id' | 'clientPort' | 'serverAddress' | 'serverPort'>[],
): (socket: BrowserSocket) => number | undefined {
  return ({ localPort, peerAddress, peerPort }) =>
    connections.findLast(
      ({ clientPort, serverAddress = peerAddress, serverPort = peerPort }) =>
        clientPort === localPort &&
        serverAddress === (peerAddress ?? serverAddress) &&
        serverPort === (peerPort ?? serverPort),
    )?.id;
}

/** NetLog session → modelled connection; undefined for one that the emulator never saw. */
export function connectionsOfSessions(
  http2: readonly Http2Event[],
  connections: Parameters<typeof connectionFinder>[0],
): ReadonlyMap<number, number | undefined> {
  const find = connectionFinder(connections);
  return new Map(
    http2.flatMap((event) => (event.type === 'session-initialised' ? [[event.sessionId, find(event)]] : [])),
  );
}
