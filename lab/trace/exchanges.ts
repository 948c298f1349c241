import type { EmulatorEvidence } from '../emulator/evidence.ts';
import type { Http1Exchange } from './browser-evidence.ts';
import { connectionFinder } from './connections.ts';
import { pathOf } from './path-of.ts';
import type { StreamLookup } from './streams.ts';

/**
 * Joins the browser's HTTP/1.1 exchanges to the server's requests: by connection, and there by order and URL, for
 * HTTP/1.1 numbers nothing.
 *
 * @returns what does not fit, in words, and the connections that carried exchanges
 */
export function joinExchanges(
  exchanges: readonly Http1Exchange[],
  emulator: EmulatorEvidence,
  streamOf: StreamLookup,
): { disagreements: string[]; matched: ReadonlySet<number> } {
  const disagreements: string[] = [];
  const connectionOf = connectionFinder(emulator.connections);
  const requests = emulator.server.filter((event) => event.kind === 'request');
  /** Of each connection: the last request that found its exchange. */
  const joined = new Map<number, number>();
  for (const exchange of exchanges) {
    const connection = connectionOf(exchange);
    if (connection === undefined) {
      disagreements.push(
        `the browser sent ${exchange.url} over HTTP/1.1 from port ${exchange.localPort ?? '?'}, which the emulator never saw`,
      );
      continue;
    }
    const after = joined.get(connection) ?? 0;
    const request = requests.find(
      (event) => event.connection === connection && event.streamId > after && isOf(exchange.url, event.path),
    );
    if (request === undefined) {
      disagreements.push(`${exchange.url}: sent on connection ${connection}, never seen by the server`);
      continue;
    }
    joined.set(connection, request.streamId);
    readExchange(exchange, streamOf(connection, request.streamId).browser);
  }
  return { disagreements, matched: new Set(joined.keys()) };
}

/** The server logs a path, and the whole URL where it is not the site's own. */
function isOf(url: string, path: string): boolean {
  return url === path || pathOf(url) === path;
}

function readExchange(exchange: Http1Exchange, browser: ReturnType<StreamLookup>['browser']): void {
  browser.url = exchange.url;
  browser.requested = exchange.requestedMonotonicMs;
  if (exchange.responseMonotonicMs !== undefined) browser.responseStart = exchange.responseMonotonicMs;
  if (exchange.status !== undefined) browser.status = exchange.status;
  if (exchange.finishedMonotonicMs !== undefined) browser.finished = exchange.finishedMonotonicMs;
  for (const [time, bytes] of exchange.arrivals) {
    browser.arrivals.push([time, bytes]);
    browser.receivedBytes += bytes;
  }
}
