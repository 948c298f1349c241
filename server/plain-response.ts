import type { OutgoingHttpHeaders } from 'node:http2';

export interface Response {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
  /** Fields behind a body that is not empty; absent: none. */
  readonly trailers?: Readonly<Record<string, string>> | undefined;
}

/** A site of files can be read and nothing else (RFC 9110 §9.1). */
const ALLOWED_METHODS = ['GET', 'HEAD'];

/** The answer to a method that files do not have (RFC 9110 §15.5.6); undefined where they have it. */
export function refuseMethod(method: string): Response | undefined {
  if (ALLOWED_METHODS.includes(method)) return undefined;
  return plainResponse(405, 'method not allowed\n', { allow: ALLOWED_METHODS.join(', ') });
}

/** For a host that the connection does not speak for: the client may ask on another one (RFC 9110 §15.5.20). */
export function misdirected(): Response {
  return plainResponse(421, 'this connection does not stand for that host\n');
}

export function plainResponse(status: number, text: string, headers: OutgoingHttpHeaders = {}): Response {
  const body = Buffer.from(text);
  return {
    status,
    headers: { 'content-type': 'text/plain', 'content-length': String(body.length), ...headers },
    body,
  };
}
