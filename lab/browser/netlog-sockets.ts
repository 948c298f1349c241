import type { SessionInitialised } from '../trace/browser-evidence.ts';
import type { NetLogEvent } from './netlog-event.ts';
import { asBoolean, asNumber, asRecord, asString, type Untyped } from './untyped.ts';

/** What NetLog says of a socket. */
export type Socket = Partial<
  Omit<
    { -readonly [Key in keyof SessionInitialised]: SessionInitialised[Key] },
    'type' | 'sessionId' | 'timeMonotonicMs' | 'socketId'
  >
>;

/** By name alone: an end event does not repeat the type of its source. */
export function noteSocket(sockets: Map<number, Socket>, event: NetLogEvent): void {
  const { name, sourceId, params, phase, timeMonotonicMs } = event;
  if (name !== 'TCP_CONNECT' && name !== 'SSL_CONNECT') return;
  const socket = sockets.get(sourceId) ?? {};
  sockets.set(sourceId, socket);
  if (name === 'SSL_CONNECT') {
    if (phase === 'begin') socket.tlsStartMonotonicMs = timeMonotonicMs;
    if (phase === 'end') socket.tlsEndMonotonicMs = timeMonotonicMs;
    // The parameters of the end may have been moved to the begin event.
    socket.tlsResumed ??= asBoolean(params['is_resumed']);
    return;
  }
  if (phase === 'begin') socket.connectStartMonotonicMs = timeMonotonicMs;
  const peer = parseEndpoint(asString(params['remote_address']));
  socket.localPort ??= parseEndpoint(asString(params['local_address']))?.port;
  socket.peerAddress ??= peer?.address;
  socket.peerPort ??= peer?.port;
}

/** `127.0.0.1:443` or `[::1]:443` */
function parseEndpoint(text: string | undefined): { address: string; port: number } | undefined {
  const match = /^\[?(.*?)\]?:(\d+)$/.exec(text ?? '');
  return match ? { address: match[1] ?? '', port: Number(match[2]) } : undefined;
}

/** The source that an event of another one names. */
export function dependencyOf(params: Untyped): number | undefined {
  return asNumber(asRecord(params['source_dependency'])['id']);
}
