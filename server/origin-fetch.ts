import type { ServerEnvironment, ServerTask } from './server-task.ts';

/** A request of an edge to its origin over TCP and TLS 1.3: SYN, ClientHello, request. */
const COLD_ROUND_TRIPS = 3;

/**
 * What an edge does for a page that it may not keep: it asks the origin, which thinks. The HTML comes back whole; that it
 * may take more than one flight between the two is left out.
 */
export class OriginFetch {
  readonly #terms: Pick<ServerTask, 'thinkMs' | 'edge'>;
  readonly #environment: ServerEnvironment;
  #isConnected: boolean;

  constructor(terms: Pick<ServerTask, 'thinkMs' | 'edge'>, environment: ServerEnvironment) {
    this.#terms = terms;
    this.#environment = environment;
    this.#isConnected = terms.edge?.connection !== 'cold';
  }

  /** Resolves when the HTML is here. */
  page(): Promise<void> {
    const waitMs = this.#waitMs();
    if (waitMs === 0) return Promise.resolve();
    return new Promise((resolve) => this.#environment.delay(waitMs, resolve));
  }

  #waitMs(): number {
    const { thinkMs, edge } = this.#terms;
    const roundTrips = this.#isConnected ? 1 : COLD_ROUND_TRIPS;
    this.#isConnected = true;
    return thinkMs + roundTrips * (edge?.rttMs ?? 0);
  }
}

/** Of the first page of a trial, before its first byte. */
export function firstPageWaitMs({ thinkMs, edge }: Pick<ServerTask, 'thinkMs' | 'edge'>): number {
  return thinkMs + (edge?.connection === 'cold' ? COLD_ROUND_TRIPS : 1) * (edge?.rttMs ?? 0);
}
