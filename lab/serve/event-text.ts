import { errorName } from '../../server/error-codes.ts';
import type { ToldEvent } from './narrator.ts';

/** `#1   12.3 ms  promise   /a.css on stream 2, with stream 1` */
export function eventText(event: ToldEvent): string {
  const time = `${event.sinceOpenMs.toFixed(1)} ms`.padStart(12);
  return `#${String(event.connection).padEnd(4)}${time}  ${event.kind.padEnd(10)} ${harmless(detailOf(event))}`.trimEnd();
}

function detailOf(event: ToldEvent): string {
  switch (event.kind) {
    case 'open':
      return `connection ${event.connection} opened`;
    case 'secure':
      return `TLS established, ${event.protocol === 'h1' ? 'HTTP/1.1' : 'HTTP/2'}${event.host === undefined ? '' : `, for ${event.host}`}`;
    case 'tls-failed':
      return event.reason;
    case 'settings':
      return event.enablePush ? 'the client takes pushes' : 'the client takes no pushes';
    case 'request':
      return `${event.method} ${event.path} on stream ${event.streamId}`;
    case 'promise':
      return `${event.path} on stream ${event.streamId}, promised on stream ${event.associatedStreamId}`;
    case 'gated':
      return `${event.path} kept back by ${event.gate}`;
    case 'hint':
      return `${event.how === 'early-hints' ? '103' : event.how} on stream ${event.streamId} names ${event.paths.join(', ')}`;
    case 'headers':
      return `${event.status} on stream ${event.streamId}`;
    case 'end':
      return `${event.path ?? '?'} on stream ${event.streamId}, ${event.bytes} B`;
    case 'trailers':
      return `${event.names.join(', ')} behind the body on stream ${event.streamId}`;
    case 'reset':
      return `${event.path ?? '?'} on stream ${event.streamId} by the ${event.by}, ${errorName(event.errorCode)}, after ${event.bytes} B`;
    case 'abuse':
      return event.what;
    case 'closed':
      return `connection ${event.connection} closed`;
  }
}

/** Paths come from outside and could steer a terminal. */
function harmless(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?');
}
