import { mediaType, type Dependency, type Policy, type StreamFacts } from './policy.ts';
import { WeightedQueue, type Share } from './weighted-queue.ts';

/** What H2O marks `priority: highest` (h2o_mimemap_get_default_attributes in lib/handler/mimemap.c). */
const BLOCKING_TYPES: ReadonlySet<string> = new Set([
  'text/css',
  'application/ecmascript',
  'application/javascript',
  'text/ecmascript',
  'text/javascript',
]);

/**
 * H2O's http2-reprioritize-blocking-assets: style sheets and scripts overtake everything else whatever the client says,
 * and take turns with each other (weight 257 in lib/http2/scheduler.c). The rest goes by `others`.
 *
 * H2O spares requested (not pushed) assets of clients that build a tree of their own; this does not.
 */
export class BlockingFirstPolicy implements Policy {
  readonly #others: Policy;
  readonly #blocking = new WeightedQueue<Share>();
  readonly #open = new Map<number, Share>();

  constructor(others: Policy) {
    this.#others = others;
  }

  next(isReady: (streamId: number) => boolean): number | undefined {
    const blocking = this.#blocking.find(({ streamId }) => (isReady(streamId) ? streamId : undefined));
    return blocking ?? this.#others.next(isReady);
  }

  served(streamId: number, bytes: number): void {
    const share = this.#open.get(streamId);
    if (share !== undefined) this.#blocking.served(share, bytes);
    else this.#others.served(streamId, bytes);
  }

  opened(streamId: number, facts: StreamFacts): void {
    if (!BLOCKING_TYPES.has(mediaType(facts.contentType))) {
      this.#others.opened(streamId, facts);
    } else if (!this.#open.has(streamId)) {
      const share: Share = { streamId, weight: 1, virtualTime: 0, position: -1 };
      this.#open.set(streamId, share);
      this.#blocking.add(share);
    }
  }

  closed(streamId: number): void {
    const share = this.#open.get(streamId);
    if (share !== undefined) {
      this.#open.delete(streamId);
      this.#blocking.remove(share);
    }
    this.#others.closed(streamId);
  }

  prioritize(streamId: number, dependency: Dependency): void {
    this.#others.prioritize(streamId, dependency);
  }

  update(streamId: number, priorityField: string): void {
    this.#others.update(streamId, priorityField);
  }
}
