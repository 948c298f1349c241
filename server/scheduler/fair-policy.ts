import { BoundedMap } from './bounded-map.ts';
import { IDLE_STREAMS_KEPT, type Dependency, type Policy } from './policy.ts';
import { DEFAULT_WEIGHT } from './priority-tree.ts';
import { WeightedQueue, type Share } from './weighted-queue.ts';

/** All ready streams at once, by the weights the client gives them (RFC 7540 §5.3.2), as if none depended on another. */
export class FairPolicy implements Policy {
  readonly #queue = new WeightedQueue<Share>();
  readonly #open = new Map<number, Share>();
  readonly #weights = new BoundedMap<number, number>(IDLE_STREAMS_KEPT);

  next(isReady: (streamId: number) => boolean): number | undefined {
    return this.#queue.find(({ streamId }) => (isReady(streamId) ? streamId : undefined));
  }

  served(streamId: number, bytes: number): void {
    const share = this.#open.get(streamId);
    if (share !== undefined) this.#queue.served(share, bytes);
  }

  opened(streamId: number): void {
    if (this.#open.has(streamId)) return;
    const weight = this.#weights.take(streamId) ?? DEFAULT_WEIGHT;
    const share: Share = { streamId, weight, virtualTime: 0, position: -1 };
    this.#open.set(streamId, share);
    this.#queue.add(share);
  }

  closed(streamId: number): void {
    const share = this.#open.get(streamId);
    if (share === undefined) return;
    this.#open.delete(streamId);
    this.#queue.remove(share);
  }

  prioritize(streamId: number, dependency: Dependency): void {
    const share = this.#open.get(streamId);
    if (share !== undefined) share.weight = dependency.weight;
    else this.#weights.set(streamId, dependency.weight);
  }

  update(): void {
    // RFC 9218 knows no weights.
  }
}
