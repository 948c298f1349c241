import type { Dependency, Policy, StreamFacts } from './policy.ts';
import { PriorityTree } from './priority-tree.ts';

/** By the client's dependency tree (RFC 7540 §5.3). */
export class TreePolicy implements Policy {
  protected readonly tree = new PriorityTree();

  next(isReady: (streamId: number) => boolean): number | undefined {
    return this.tree.next(isReady);
  }

  served(streamId: number, bytes: number): void {
    this.tree.served(streamId, bytes);
  }

  opened(streamId: number, _facts?: StreamFacts): void {
    this.tree.open(streamId);
  }

  closed(streamId: number): void {
    this.tree.close(streamId);
  }

  prioritize(streamId: number, dependency: Dependency): void {
    this.tree.prioritize(streamId, dependency);
  }

  update(): void {
    // RFC 9218 knows no tree.
  }
}
