import { BoundedMap } from './bounded-map.ts';
import { IDLE_STREAMS_KEPT, type Policy, type StreamFacts } from './policy.ts';
import { parseUrgency, pushedUrgency, URGENCY_LEVELS, type Urgency } from './urgency.ts';
import { WeightedQueue, type Share } from './weighted-queue.ts';

/**
 * RFC 9218 §10: the lower urgency first. At one urgency the non-incremental streams go one after the other in order of
 * their ids, and the incremental ones take turns; the line of the former takes its turn as one more of the latter, so
 * that neither starves.
 */
export class UrgencyPolicy implements Policy {
  readonly #levels = Array.from({ length: URGENCY_LEVELS }, () => new Level());
  readonly #open = new Map<number, Urgency>();
  /** §7: an update may come before its request, and then holds against the request's own field. */
  readonly #updates = new BoundedMap<number, Urgency>(IDLE_STREAMS_KEPT);

  next(isReady: (streamId: number) => boolean): number | undefined {
    for (const level of this.#levels) {
      const found = level.next(isReady);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  served(streamId: number, bytes: number): void {
    const urgency = this.#open.get(streamId);
    if (urgency !== undefined) this.#level(urgency).served(streamId, bytes);
  }

  opened(streamId: number, facts: StreamFacts): void {
    if (this.#open.has(streamId)) return;
    this.#enter(
      streamId,
      this.#updates.take(streamId) ??
        (facts.pushedOn === undefined
          ? parseUrgency(facts.priorityField ?? '')
          : pushedUrgency(facts.contentType)),
    );
  }

  closed(streamId: number): void {
    const urgency = this.#open.get(streamId);
    if (urgency === undefined) return;
    this.#open.delete(streamId);
    this.#level(urgency).remove(streamId);
  }

  prioritize(): void {
    // RFC 7540 §5.3 is obsolete for a client that speaks of urgency.
  }

  /** §7: an update says all; what it omits takes its default. */
  update(streamId: number, priorityField: string): void {
    const urgency = parseUrgency(priorityField);
    if (!this.#open.has(streamId)) {
      this.#updates.set(streamId, urgency);
      return;
    }
    this.closed(streamId);
    this.#enter(streamId, urgency);
  }

  #enter(streamId: number, urgency: Urgency): void {
    this.#open.set(streamId, urgency);
    this.#level(urgency).add(streamId, urgency.incremental);
  }

  #level({ urgency }: Urgency): Level {
    return this.#levels[urgency]!;
  }
}

/** The streams of one urgency. */
class Level {
  /** Non-incremental, lowest id first. */
  readonly #line: number[] = [];
  readonly #lineShare = makeShare(0);
  readonly #incremental = new Map<number, Share>();
  readonly #turns = new WeightedQueue<Share>();

  next(isReady: (streamId: number) => boolean): number | undefined {
    return this.#turns.find((share) => {
      if (share === this.#lineShare) return this.#line.find(isReady);
      return isReady(share.streamId) ? share.streamId : undefined;
    });
  }

  served(streamId: number, bytes: number): void {
    this.#turns.served(this.#incremental.get(streamId) ?? this.#lineShare, bytes);
  }

  add(streamId: number, incremental: boolean): void {
    if (incremental) {
      const share = makeShare(streamId);
      this.#incremental.set(streamId, share);
      this.#turns.add(share);
      return;
    }
    if (this.#line.length === 0) this.#turns.add(this.#lineShare);
    let at = this.#line.length;
    while (at > 0 && streamId < this.#line[at - 1]!) at--;
    this.#line.splice(at, 0, streamId);
  }

  remove(streamId: number): void {
    const share = this.#incremental.get(streamId);
    if (share !== undefined) {
      this.#incremental.delete(streamId);
      this.#turns.remove(share);
      return;
    }
    this.#line.splice(this.#line.indexOf(streamId), 1);
    if (this.#line.length === 0) this.#turns.remove(this.#lineShare);
  }
}

function makeShare(streamId: number): Share {
  return { streamId, weight: 1, virtualTime: 0, position: -1 };
}
