import { LINGER_MS } from './limits.ts';
import type { ServerEventBody } from './server-log.ts';
import type { ServerEnvironment, ServerTransport } from './server-task.ts';
import type { Protocol } from './strategies/strategy.ts';

/** A connection from its first byte to its last, as far as TLS goes: the log has its beginning, its fate and its end. */
export class AcceptedConnection {
  readonly transport: ServerTransport;
  readonly #environment: ServerEnvironment;
  #isPending = true;

  constructor(transport: ServerTransport, environment: ServerEnvironment) {
    this.transport = transport;
    this.#environment = environment;
    this.#log({ kind: 'open' });
    transport.socket.once('close', () => {
      if (this.#isPending) this.#fail('the client went before TLS was established');
      this.#log({ kind: 'closed' });
    });
  }

  /** @param host that it was opened for (SNI, RFC 6066 §3) */
  secured(protocol: Protocol, host: string): void {
    this.#isPending = false;
    this.#log({ kind: 'secure', protocol, host });
  }

  failed(error: Error): void {
    const { socket } = this.transport;
    // A client that has gone is told of by the end of its connection.
    if (!this.#isPending || socket.destroyed) return;
    this.#fail(reasonOf(error));
    // An alert tells the client why; it leaves first.
    socket.end();
    socket.once(
      'close',
      this.#environment.delay(LINGER_MS, () => socket.destroy()),
    );
  }

  #fail(reason: string): void {
    this.#isPending = false;
    this.#log({ kind: 'tls-failed', reason });
  }

  #log(event: ServerEventBody): void {
    this.#environment.log(this.transport.id, event);
  }
}

/** `no application protocol` and the like, without OpenSSL's file names and numbers. */
function reasonOf(error: Error): string {
  const reason = 'reason' in error && typeof error.reason === 'string' ? error.reason : undefined;
  return reason ?? error.message;
}
