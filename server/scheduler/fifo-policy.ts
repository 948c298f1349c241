import { BoundedMap } from './bounded-map.ts';
import { IDLE_STREAMS_KEPT, type Dependency, type Policy, type StreamFacts } from './policy.ts';

interface Arrival {
  readonly streamId: number;
  /** The last request that had arrived by then; for a request, itself. */
  readonly afterRequest: number;
}

/** In order of arrival, of the request or the promise; one after the other. What the client prioritises is ignored. */
export class FifoPolicy implements Policy {
  readonly #line: Arrival[] = [];
  readonly #promised = new BoundedMap<number, Arrival>(IDLE_STREAMS_KEPT);
  #lastRequest = 0;

  next(isReady: (streamId: number) => boolean): number | undefined {
    return this.#line.find(({ streamId }) => isReady(streamId))?.streamId;
  }

  served(): void {
    // Who came first stays first.
  }

  opened(streamId: number, facts: StreamFacts): void {
    const arrival = this.#promised.take(streamId) ?? this.#arrive(streamId, facts.pushedOn ?? 0);
    // Almost always at the end: a page is queued late only while its origin thinks.
    let at = this.#line.length;
    while (at > 0 && isEarlier(arrival, this.#line[at - 1]!)) at--;
    this.#line.splice(at, 0, arrival);
  }

  closed(streamId: number): void {
    const at = this.#line.findIndex((arrival) => arrival.streamId === streamId);
    if (at >= 0) this.#line.splice(at, 1);
  }

  /** A promise arrives when it is made, not when its response is queued. */
  prioritize(streamId: number, dependency: Dependency): void {
    if (!isPromised(streamId) || this.#promised.get(streamId) !== undefined) return;
    if (this.#line.some((arrival) => arrival.streamId === streamId)) return;
    this.#promised.set(
      streamId,
      this.#arrive(streamId, isPromised(dependency.parent) ? 0 : dependency.parent),
    );
  }

  update(): void {
    // See prioritize.
  }

  #arrive(streamId: number, pushedOn: number): Arrival {
    // Clients number their requests upwards (RFC 9113 §5.1.1), so an id is as good as a clock.
    this.#lastRequest = Math.max(this.#lastRequest, isPromised(streamId) ? pushedOn : streamId);
    return { streamId, afterRequest: isPromised(streamId) ? this.#lastRequest : streamId };
  }
}

function isEarlier(a: Arrival, b: Arrival): boolean {
  if (a.afterRequest !== b.afterRequest) return a.afterRequest < b.afterRequest;
  // The request itself, then the promises made after it, which a server numbers upwards too.
  if (isPromised(a.streamId) !== isPromised(b.streamId)) return isPromised(b.streamId);
  return a.streamId < b.streamId;
}

function isPromised(streamId: number): boolean {
  return streamId % 2 === 0;
}
