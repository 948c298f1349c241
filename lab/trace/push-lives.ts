import { bodyTimesSince } from './byte-times.ts';
import { pushOutcome, resetReason, wastedBytes } from './push-fate.ts';
import { streamsByUrl, type StreamEvidence } from './streams.ts';
import type { PushLife } from './waterfall.ts';

/** The life of every promised stream, in order of promise. Times from `originMs`. */
export function pushLives(streams: readonly StreamEvidence[], originMs: number, siteUrl: string): PushLife[] {
  const promised = streams.filter(
    (stream) => stream.server.promised !== undefined || stream.browser.promiseReceived !== undefined,
  );
  const byUrl = streamsByUrl(streams);
  return promised
    .map((stream) => pushLife(stream, byUrl, originMs, siteUrl))
    .sort((a, b) => a.promised - b.promised || a.promisedStreamId - b.promisedStreamId);
}

function pushLife(
  stream: StreamEvidence,
  byUrl: ReadonlyMap<string, readonly StreamEvidence[]>,
  originMs: number,
  siteUrl: string,
): PushLife {
  const { browser, server } = stream;
  const url = browser.url ?? new URL(server.path ?? '/', siteUrl).href;
  const since = (time: number | undefined) => (time === undefined ? undefined : time - originMs);
  const requests = (byUrl.get(url) ?? []).filter(({ browser: other }) => other.requested !== undefined);
  const outcome = pushOutcome(browser);
  const { origin, pathname, search } = new URL(url);
  const isSites = origin === new URL(siteUrl).origin;
  return {
    ...bodyTimesSince(stream.body, originMs),
    url,
    path: isSites ? pathname + search : url,
    connection: stream.connection,
    promisedStreamId: stream.streamId,
    associatedStreamId: browser.associatedStreamId ?? server.associatedStreamId ?? 0,
    promised: (server.promised ?? browser.promiseReceived!) - originMs,
    promiseReceived: since(browser.promiseReceived),
    sendStart: since(server.sendStart),
    sendEnd: since(server.sendEnd),
    responseStart: since(browser.responseStart),
    responseEnd: since(browser.finished ?? browser.arrivals.at(-1)?.[0]),
    ...(browser.trailers !== undefined && { trailers: browser.trailers }),
    adopted: since(browser.adopted),
    reset: since(browser.resetSent?.at ?? browser.resetReceived?.at ?? server.reset?.at),
    resetReason: reasonOf(stream),
    outcome,
    receivedBytes: browser.receivedBytes,
    wastedBytes: wastedBytes(outcome, browser.receivedBytes),
    duplicate: requests.length > 0,
    arrivals: browser.arrivals.map(([time, bytes]) => [time - originMs, bytes] as const),
  };
}

function reasonOf({ browser, server }: StreamEvidence): string | undefined {
  const reason = resetReason(browser);
  if (reason !== undefined) return reason;
  return server.reset === undefined ? undefined : `error code ${server.reset.errorCode}`;
}
