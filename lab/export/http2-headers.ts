import type { TraceEvent } from '../browser/trace-event.ts';
import type { EmulatorEvidence } from '../emulator/evidence.ts';
import type { BrowserEvidence } from '../trace/browser-evidence.ts';
import { connectionsOfSessions } from '../trace/connections.ts';
import { messageKey, type HeaderField, type Http2Messages } from '../../reports/http2-messages.ts';

type MutableMessages = { -readonly [Key in keyof Http2Messages]: Http2Messages[Key] };

/**
 * The header fields of every stream, by connection, as NetLog has them in a trace. NetLog leaves out what is secret:
 * values of cookies are replaced by a note of their length.
 */
export function http2Messages(
  trace: readonly TraceEvent[],
  connectionOfSession: ReadonlyMap<number, number>,
): ReadonlyMap<string, Http2Messages> {
  const messages = new Map<string, MutableMessages>();
  const at = (connection: number, streamId: number): MutableMessages => {
    const key = messageKey(connection, streamId);
    const known = messages.get(key) ?? {};
    messages.set(key, known);
    return known;
  };
  for (const { cat, name, id, args } of trace) {
    const connection = connectionOfSession.get(Number(id));
    const params = args['params'] as Readonly<Record<string, unknown>> | undefined;
    if (cat !== 'netlog' || connection === undefined || params === undefined) continue;
    const fields = readFields(params['headers']);
    const streamId = params[name === 'HTTP2_SESSION_RECV_PUSH_PROMISE' ? 'promised_stream_id' : 'stream_id'];
    if (fields === undefined || typeof streamId !== 'number') continue;
    const message = at(connection, streamId);
    if (name === 'HTTP2_SESSION_SEND_HEADERS' || name === 'HTTP2_SESSION_RECV_PUSH_PROMISE') {
      message.request ??= fields;
    } else if (name === 'HTTP2_SESSION_RECV_HEADERS') {
      const status = fields.find(({ name: field }) => field === ':status')?.value;
      if (status?.startsWith('1')) message.interim = [...(message.interim ?? []), fields];
      // Trailers have no status.
      else if (status !== undefined) message.response ??= fields;
    }
  }
  return messages;
}

export function connectionsBySession(
  { http2 }: BrowserEvidence,
  { connections }: EmulatorEvidence,
): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const [sessionId, connection] of connectionsOfSessions(http2, connections))
    if (connection !== undefined) found.set(sessionId, connection);
  return found;
}

/** When the TLS handshake of each connection was over for the browser, ms since `originMs`. */
export function tlsEnds(
  { http2 }: BrowserEvidence,
  connectionOfSession: ReadonlyMap<number, number>,
  originMs: number,
): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  for (const event of http2) {
    if (event.type !== 'session-initialised' || event.tlsEndMonotonicMs === undefined) continue;
    const connection = connectionOfSession.get(event.sessionId);
    if (connection !== undefined) ends.set(connection, event.tlsEndMonotonicMs - originMs);
  }
  return ends;
}

/** NetLog writes `name: value`; pseudo-header fields begin with a colon. */
function readFields(lines: unknown): HeaderField[] | undefined {
  if (!Array.isArray(lines)) return undefined;
  return lines.flatMap((line) => {
    const match = typeof line === 'string' ? /^(:?[^:]+): ?(.*)$/s.exec(line) : null;
    return match ? [{ name: match[1]!, value: match[2]! }] : [];
  });
}
