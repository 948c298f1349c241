import { randomBytes } from 'node:crypto';
import http2 from 'node:http2';
import tls from 'node:tls';
import { LINGER_MS, MAX_CONCURRENT_STREAMS, MAX_HEADER_LIST_BYTES } from './limits.ts';
import { PageMarkup } from './page-markup.ts';
import { PlaintextTap } from './plaintext-tap.ts';
import { PushConnection } from './push-connection.ts';
import type { ServerEventBody } from './server-log.ts';
import type { ServerEnvironment, ServerTask, ServerTransport } from './server-task.ts';

/** RFC 5077-style ticket keys of node:tls: 48 bytes. */
const TICKET_KEY_BYTES = 48;

/**
 * The push server: TLS 1.3 and HTTP/2 over any duplex, every response under our own scheduler. It listens on nothing;
 * connections are handed to it.
 */
export class PushServer {
  readonly #task: ServerTask;
  readonly #environment: ServerEnvironment;
  readonly #tlsOptions: tls.TlsOptions;
  readonly #markup: PageMarkup;
  readonly #http2 = http2.createServer({
    settings: { maxConcurrentStreams: MAX_CONCURRENT_STREAMS, maxHeaderListSize: MAX_HEADER_LIST_BYTES },
  });
  readonly #connections = new Set<PushConnection>();
  #nextConnection: PushConnection | undefined;
  #openTransports = 0;

  constructor(
    task: ServerTask,
    certificate: { keyPem: string; certPem: string },
    environment: ServerEnvironment,
  ) {
    this.#task = task;
    this.#environment = environment;
    this.#markup = new PageMarkup(task.site);
    this.#tlsOptions = {
      key: certificate.keyPem,
      cert: certificate.certPem,
      ALPNProtocols: ['h2'],
      minVersion: 'TLSv1.3',
      // Shared by all connections of a trial, so that a second one can resume the first one's session.
      ticketKeys: randomBytes(TICKET_KEY_BYTES),
    };
    // `emit('connection')` announces the session synchronously, so it can be matched to its connection here.
    this.#http2.on('session', (session) => this.#nextConnection?.attach(session));
  }

  /** Everything promised and requested so far has been handed over. */
  get isIdle(): boolean {
    return [...this.#connections].every((connection) => connection.isIdle);
  }

  /** Connections that were accepted and have not ended, TLS handshake or not. */
  get openConnections(): number {
    return this.#openTransports;
  }

  accept(transport: ServerTransport): void {
    const log = (event: ServerEventBody) => this.#environment.log(transport.id, event);
    let tlsState: 'pending' | 'secure' | 'failed' = 'pending';
    this.#openTransports++;
    log({ kind: 'open' });
    transport.socket.once('close', () => {
      this.#openTransports--;
      if (tlsState === 'pending')
        log({ kind: 'tls-failed', reason: 'the client went before TLS was established' });
      log({ kind: 'closed' });
    });
    // A tls.Server does not tell which duplex a socket stands on; one server per connection does.
    const server = tls.createServer(this.#tlsOptions, (secure) => {
      tlsState = 'secure';
      log({ kind: 'secure' });
      this.#startHttp2(secure, transport);
    });
    server.on('tlsClientError', (error) => {
      if (transport.socket.destroyed) return;
      tlsState = 'failed';
      log({ kind: 'tls-failed', reason: reasonOf(error) });
      // An alert tells the client why; it leaves first.
      transport.socket.end();
      this.#environment.delay(LINGER_MS, () => transport.socket.destroy());
    });
    server.emit('connection', transport.socket);
  }

  #startHttp2(secure: tls.TLSSocket, transport: ServerTransport): void {
    const connection = new PushConnection(transport, this.#task, this.#environment, this.#markup);
    this.#connections.add(connection);
    secure.on('error', () => undefined);
    secure.on('close', () => this.#connections.delete(connection));
    const tap = new PlaintextTap(secure, {
      onClientBytes: (bytes) => connection.onClientBytes(bytes),
      onServerBytes: (bytes) => connection.onServerBytes(bytes),
      lastWords: () => connection.lastWords(),
      linger: (end) => this.#environment.delay(LINGER_MS, end),
    });
    tap.on('error', () => undefined);
    this.#nextConnection = connection;
    this.#http2.emit('connection', tap);
    this.#nextConnection = undefined;
  }
}

/** `ERR_SSL_NO_SUITABLE_...` and the like, without OpenSSL's file names and numbers. */
function reasonOf(error: Error): string {
  const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : undefined;
  return reason ?? error.message;
}
