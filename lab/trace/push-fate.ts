import type { BrowserStream } from './browser-streams.ts';
import type { PushOutcome } from './waterfall.ts';

/**
 * How a promised stream ended, from what the browser logged of it; every reader of pushes decides here.
 *
 * - ADOPTED alone is not used: a push whose `Vary` does not match is adopted, reset with CANCEL and requested again, and
 *   a page that goes away resets what it had adopted in the very same way. Only the browser's own word that the
 *   response did not match tells the two apart (`push-rejected`): the page that follows may ask for the same URL at once.
 * - Who reset first counts, and only before the end of the response.
 * - A reset that refuses the promise itself is `refused`, whatever its code; giving up an unclaimed push after five
 *   minutes also has the code REFUSED_STREAM.
 * - A promise whose response never began is `not-received`, unless it was adopted or reset.
 */
export function pushOutcome(stream: BrowserStream): PushOutcome {
  const { promiseReceived, adopted, rejected } = stream;
  if (promiseReceived === undefined && adopted === undefined && !responded(stream)) return 'not-received';
  if (rejected !== undefined) return 'mismatch';
  const reset = firstReset(stream);
  if (adopted !== undefined) {
    if (reset === 'server') return 'cancelled-by-server';
    // A redirect is followed, and its body of no interest.
    if (reset === 'client') return isRedirect(stream.status) ? 'adopted' : 'cancelled-by-client';
    return brokenConnection(stream) ?? 'adopted';
  }
  if (reset === 'server') return 'cancelled-by-server';
  if (reset === 'client') return ownReset(stream);
  return responded(stream) ? 'unclaimed' : 'not-received';
}

/** Nobody had taken it, dropped it or given it up: what came after the last event may have been anything. */
export function isOpen({ adopted, resetSent, resetReceived, error }: BrowserStream): boolean {
  return (adopted ?? resetSent ?? resetReceived ?? error) === undefined;
}

/** Bytes that served no one: all of them, unless the push was used. */
export function wastedBytes(outcome: PushOutcome, receivedBytes: number): number {
  return outcome === 'adopted' ? 0 : receivedBytes;
}

/** Why it ended early, in the browser's words, e.g. `REFUSED_STREAM: Duplicate pushed stream with url: …`. */
export function resetReason({ resetSent, resetReceived, error }: BrowserStream): string | undefined {
  if (resetSent !== undefined && (resetReceived === undefined || resetSent.at <= resetReceived.at)) {
    return joined(resetSent.code, resetSent.description);
  }
  if (resetReceived !== undefined) return resetReceived.code;
  return error === undefined ? undefined : joined(error.netError, error.description);
}

function responded({ responseStart, receivedBytes }: BrowserStream): boolean {
  return responseStart !== undefined || receivedBytes > 0;
}

/** RST_STREAM with NO_ERROR behind a whole response is how servers say that they need no request body. */
function firstReset({ resetSent, resetReceived, finished }: BrowserStream): 'client' | 'server' | undefined {
  const received = resetReceived !== undefined && (finished === undefined || resetReceived.at < finished);
  if (received && (resetSent === undefined || resetReceived.at < resetSent.at)) return 'server';
  return resetSent === undefined ? undefined : 'client';
}

function ownReset({ resetSent, responseStart }: BrowserStream): PushOutcome {
  const { at, code, description } = resetSent!;
  if (description === 'Stream not claimed.') return 'unclaimed';
  if (code.includes('REFUSED_STREAM')) return 'refused';
  const beforeResponse = responseStart === undefined || at <= responseStart;
  return beforeResponse && !code.includes('CANCEL') ? 'refused' : 'cancelled-by-client';
}

/** The connection went away before the response was whole; the browser's own end is not a fate of the push. */
function brokenConnection({ error, finished }: BrowserStream): PushOutcome | undefined {
  if (error === undefined || finished !== undefined || error.netError === 'ERR_ABORTED') return undefined;
  return OWN_ERRORS.has(error.netError) ? 'cancelled-by-client' : 'cancelled-by-server';
}

/** The client's network or patience, not the server's doing. */
const OWN_ERRORS: ReadonlySet<string> = new Set([
  'ERR_NETWORK_CHANGED',
  'ERR_NETWORK_IO_SUSPENDED',
  'ERR_INTERNET_DISCONNECTED',
  'ERR_HTTP2_PING_FAILED',
  'ERR_CERT_DATABASE_CHANGED',
]);

function isRedirect(status: number | undefined): boolean {
  return status !== undefined && status >= 300 && status < 400 && status !== 304;
}

function joined(code: string, description: string): string {
  return description === '' ? code : `${code}: ${description}`;
}
