import type { StreamEvidence } from './streams.ts';
import type { PushLife, PushOutcome } from './waterfall.ts';

/** The life of every promised stream, in order of promise. Times from `originMs`. */
export function pushLives(streams: readonly StreamEvidence[], originMs: number, siteUrl: string): PushLife[] {
  const promised = streams.filter(
    (stream) => stream.server.promised !== undefined || stream.browser.promiseReceived !== undefined,
  );
  return promised
    .map((stream) => pushLife(stream, streams, originMs, siteUrl))
    .sort((a, b) => a.promised - b.promised || a.promisedStreamId - b.promisedStreamId);
}

function pushLife(
  stream: StreamEvidence,
  streams: readonly StreamEvidence[],
  originMs: number,
  siteUrl: string,
): PushLife {
  const { browser, server } = stream;
  const url = browser.url ?? new URL(server.path ?? '/', siteUrl).href;
  const since = (time: number | undefined) => (time === undefined ? undefined : time - originMs);
  const requests = streams.filter(
    (other) => other.browser.url === url && other.browser.requested !== undefined,
  );
  const outcome = outcomeOf(stream, requests);
  const { pathname, search } = new URL(url);
  return {
    url,
    path: pathname + search,
    connection: stream.connection,
    promisedStreamId: stream.streamId,
    associatedStreamId: browser.associatedStreamId ?? server.associatedStreamId ?? 0,
    promised: (server.promised ?? browser.promiseReceived!) - originMs,
    promiseReceived: since(browser.promiseReceived),
    sendStart: since(server.sendStart),
    sendEnd: since(server.sendEnd),
    responseStart: since(browser.responseStart),
    responseEnd: since(browser.finished ?? browser.arrivals.at(-1)?.[0]),
    adopted: since(browser.adopted),
    reset: since(browser.resetSent?.at ?? browser.resetReceived?.at ?? server.reset?.at),
    resetReason: resetReason(stream),
    outcome,
    receivedBytes: browser.receivedBytes,
    wastedBytes: outcome === 'adopted' ? 0 : browser.receivedBytes,
    duplicate: requests.length > 0,
    arrivals: browser.arrivals.map(([time, bytes]) => [time - originMs, bytes] as const),
  };
}

/**
 * Adopted alone is not used: Chromium adopts a push whose `Vary` does not match, resets it and asks again. A reset of an
 * adopted push without a request of its own means the page went away.
 */
function outcomeOf({ browser }: StreamEvidence, requests: readonly StreamEvidence[]): PushOutcome {
  if (browser.promiseReceived === undefined) return 'not-received';
  if (browser.adopted !== undefined) {
    if (browser.resetReceived !== undefined) return 'cancelled-by-server';
    if (browser.resetSent === undefined) return 'adopted';
    const adopted = browser.adopted;
    return requests.some((request) => request.browser.requested! >= adopted)
      ? 'mismatch'
      : 'cancelled-by-client';
  }
  if (browser.resetSent !== undefined) {
    return browser.resetSent.code.includes('REFUSED_STREAM') ? 'refused' : 'cancelled-by-client';
  }
  return browser.resetReceived === undefined ? 'unclaimed' : 'cancelled-by-server';
}

function resetReason({ browser, server }: StreamEvidence): string | undefined {
  if (browser.resetSent !== undefined) {
    const { code, description } = browser.resetSent;
    return description === '' ? code : `${code}: ${description}`;
  }
  if (browser.resetReceived !== undefined) return browser.resetReceived.code;
  return server.reset === undefined ? undefined : `error code ${server.reset.errorCode}`;
}
