import type { Dependency, Policy, StreamFacts } from './policy.ts';
import { TreePolicy } from './tree-policy.ts';
import { UrgencyPolicy } from './urgency-policy.ts';

/**
 * As the client says: by the tree of RFC 7540 §5.3 until it speaks of urgency (RFC 9218, a `priority` field or a
 * PRIORITY_UPDATE), from then on by urgency alone. Both are kept, so the change can come in the middle of a response.
 */
export class ClientPolicy implements Policy {
  readonly #tree = new TreePolicy();
  readonly #urgency = new UrgencyPolicy();
  #speaksOfUrgency = false;

  next(isReady: (streamId: number) => boolean): number | undefined {
    return (this.#speaksOfUrgency ? this.#urgency : this.#tree).next(isReady);
  }

  served(streamId: number, bytes: number): void {
    this.#tree.served(streamId, bytes);
    this.#urgency.served(streamId, bytes);
  }

  opened(streamId: number, facts: StreamFacts): void {
    // The field of a push's request would be ours, not the client's.
    if (facts.priorityField !== undefined && facts.pushedOn === undefined) this.#speaksOfUrgency = true;
    this.#tree.opened(streamId);
    this.#urgency.opened(streamId, facts);
  }

  closed(streamId: number): void {
    this.#tree.closed(streamId);
    this.#urgency.closed(streamId);
  }

  prioritize(streamId: number, dependency: Dependency): void {
    this.#tree.prioritize(streamId, dependency);
  }

  update(streamId: number, priorityField: string): void {
    this.#speaksOfUrgency = true;
    this.#urgency.update(streamId, priorityField);
  }
}
