import { randomBytes } from 'node:crypto';
import http2 from 'node:http2';
import tls from 'node:tls';
import { LINGER_MS, MAX_CONCURRENT_STREAMS, MAX_HEADER_LIST_BYTES, MAX_OPEN_PINGS } from './limits.ts';
import { AcceptedConnection } from './accepted-connection.ts';
import { Answers } from './answers.ts';
import { Http1Server } from './http1-server.ts';
import { OriginFetch } from './origin-fetch.ts';
import { PageMarkup } from './page-markup.ts';
import { PlaintextTap } from './plaintext-tap.ts';
import { PushConnection } from './push-connection.ts';
import { hostsOfConnection } from './site/origins.ts';
import type { Site } from './site/site.ts';
import type { CurrentTask, ServerEnvironment, ServerTask, ServerTransport } from './server-task.ts';
import type { Http2Terms } from './strategies/strategy.ts';

/** RFC 5077-style ticket keys of node:tls: 48 bytes. */
const TICKET_KEY_BYTES = 48;

/** ALPN names (RFC 7301). */
const ALPN = { h2: 'h2', h1: 'http/1.1' } as const;

export interface ServerCertificate {
  /** Of every certificate here. */
  readonly keyPem: string;
  /** Of the site, and of the hosts that share it. */
  readonly certPem: string;
  /** Of the hosts that have one of their own. */
  readonly ownCertPems?: Readonly<Record<string, string>> | undefined;
}

/**
 * The push server: TLS 1.3 over any duplex, and on it HTTP/2 with every response under our own scheduler, or HTTP/1.1
 * where the strategy says so. It listens on nothing; connections are handed to it.
 */
export class PushServer {
  readonly #task: CurrentTask;
  #isPrelude: boolean;
  readonly #environment: ServerEnvironment;
  readonly #parts: { readonly answers: Answers; readonly origin: OriginFetch };
  readonly #http1: Http1Server;
  readonly #tls: tls.Server;
  /** By each one's view of `#tls`. */
  readonly #accepted = new WeakMap<tls.Server, AcceptedConnection>();
  readonly #http2: http2.Http2Server;
  readonly #connections = new Set<PushConnection>();
  #nextConnection: PushConnection | undefined;
  #openTransports = 0;

  constructor(task: ServerTask, certificate: ServerCertificate, environment: ServerEnvironment) {
    this.#isPrelude = task.prelude === true;
    this.#task = { ...task, isPrelude: () => this.#isPrelude };
    this.#environment = environment;
    const { site, strategy } = task;
    this.#parts = {
      answers: new Answers(task, new PageMarkup(site, strategy)),
      origin: new OriginFetch(task, environment),
    };
    this.#http1 = new Http1Server(this.#task, environment, this.#parts);
    this.#http2 = http2.createServer(http2Options(strategy.http2));
    // One for all connections: to read the key and certificate takes longer than a handshake.
    this.#tls = tls.createServer({
      key: certificate.keyPem,
      cert: certificate.certPem,
      ALPNProtocols: [ALPN[strategy.protocol]],
      minVersion: 'TLSv1.3',
      // Shared by all connections of a trial, so that a second one can resume the first one's session.
      ticketKeys: randomBytes(TICKET_KEY_BYTES),
    });
    for (const [host, cert] of Object.entries(certificate.ownCertPems ?? {}))
      this.#tls.addContext(host, { key: certificate.keyPem, cert });
    const accepted = this.#accepted;
    const start = (secure: tls.TLSSocket, connection: AcceptedConnection) => {
      const host = hostOpenedFor(secure, site);
      const hosts = hostsOfConnection(host, site);
      connection.secured(strategy.protocol, host);
      if (strategy.protocol === 'h1') this.#http1.start(secure, connection.transport, hosts);
      else this.#startHttp2(secure, connection.transport, hosts);
    };
    this.#tls.on('secureConnection', function (this: tls.Server, secure) {
      start(secure, accepted.get(this)!);
    });
    this.#tls.on('tlsClientError', function (this: tls.Server, error) {
      accepted.get(this)!.failed(error);
    });
    const { onKeyLog } = environment;
    if (onKeyLog !== undefined) {
      this.#tls.on('keylog', (line) => onKeyLog(line.toString('latin1').trimEnd()));
    }
    // `emit('connection')` announces the session synchronously, so it can be matched to its connection here.
    this.#http2.on('session', (session) => this.#nextConnection?.attach(session));
  }

  /** Everything promised and requested so far has been handed over. */
  get isIdle(): boolean {
    return this.#http1.isIdle && [...this.#connections].every((connection) => connection.isIdle);
  }

  /** Connections that were accepted and have not ended, TLS handshake or not. */
  get openConnections(): number {
    return this.#openTransports;
  }

  /** From now on the strategy acts, on connections that are open as well. */
  endPrelude(): void {
    this.#isPrelude = false;
  }

  accept(transport: ServerTransport): void {
    const accepted = new AcceptedConnection(transport, this.#environment);
    this.#openTransports++;
    transport.socket.once('close', () => this.#openTransports--);
    // A tls.Server does not tell which duplex a socket stands on. One that has the shared one as its prototype does: its
    // events are of this connection. An AsyncLocalStorage would too, and make every callback of the process dearer.
    const view = Object.create(this.#tls) as tls.Server;
    this.#accepted.set(view, accepted);
    view.emit('connection', transport.socket);
  }

  #startHttp2(secure: tls.TLSSocket, transport: ServerTransport, hosts: ReadonlySet<string>): void {
    const parts = { ...this.#parts, hosts };
    const connection = new PushConnection(transport, this.#task, this.#environment, parts);
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

/** What we announce (RFC 9113 §6.5.2), and the table of our own encoder. */
function http2Options({ maxConcurrentStreams, headerTableBytes }: Http2Terms = {}): http2.ServerOptions {
  return {
    settings: {
      maxConcurrentStreams: maxConcurrentStreams ?? MAX_CONCURRENT_STREAMS,
      maxHeaderListSize: MAX_HEADER_LIST_BYTES,
      ...(headerTableBytes !== undefined && { headerTableSize: headerTableBytes }),
    },
    maxOutstandingPings: MAX_OPEN_PINGS,
    ...(headerTableBytes !== undefined && { maxDeflateDynamicTableSize: headerTableBytes }),
  };
}

/** The site itself where a client names no host, or none that is known. */
function hostOpenedFor({ servername }: tls.TLSSocket & { servername?: unknown }, site: Site): string {
  return site.origins.find(({ hostname }) => hostname === servername)?.hostname ?? site.hostname;
}
