import http from 'node:http';
import type { Duplex } from 'node:stream';
import type { Answers } from './answers.ts';
import { Http1Connection } from './http1-connection.ts';
import { MAX_HEADER_BLOCK_BYTES } from './limits.ts';
import type { OriginFetch } from './origin-fetch.ts';
import type { CurrentTask, ServerEnvironment, ServerTransport } from './server-task.ts';

/** HTTP/1.1 over connections that are handed to it; node:http reads the requests and frames the responses. */
export class Http1Server {
  readonly #task: CurrentTask;
  readonly #environment: ServerEnvironment;
  readonly #parts: { answers: Answers; origin: OriginFetch };
  readonly #connections = new Map<Duplex, Http1Connection>();
  // Its timeouts are the wall clock's; ours are those of the emulated world.
  readonly #http = http.createServer({ maxHeaderSize: MAX_HEADER_BLOCK_BYTES, keepAliveTimeout: 0 });

  constructor(
    task: CurrentTask,
    environment: ServerEnvironment,
    parts: { answers: Answers; origin: OriginFetch },
  ) {
    this.#task = task;
    this.#environment = environment;
    this.#parts = parts;
    const respond: http.RequestListener = (request, response) =>
      this.#connections.get(request.socket)?.answer(request, response);
    this.#http.on('request', respond);
    // `Expect: 100-continue` is for bodies, which nobody wants here.
    this.#http.on('checkContinue', respond);
    this.#http.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      this.#connections.get(socket)?.onMalformed(error.code);
    });
  }

  get isIdle(): boolean {
    return [...this.#connections.values()].every((connection) => connection.isIdle);
  }

  /** @param hosts those it may speak for */
  start(socket: Duplex, transport: ServerTransport, hosts: ReadonlySet<string>): void {
    const parts = { ...this.#parts, hosts };
    const connection = new Http1Connection(socket, transport, this.#task, this.#environment, parts);
    this.#connections.set(socket, connection);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#connections.delete(socket));
    this.#http.emit('connection', socket);
  }
}
