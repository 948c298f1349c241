import { IDLE_STREAMS_KEPT, type Dependency } from './policy.ts';
import { WeightedQueue, type Share } from './weighted-queue.ts';

interface Node extends Share {
  parent: Node | undefined;
  readonly children: Set<Node>;
  /** Those of the children with an open stream in their subtree. */
  readonly queue: WeightedQueue<Node>;
  isOpen: boolean;
  /** Open streams in this subtree, the node itself included. */
  openBelow: number;
}

/** RFC 7540 §5.3.5. */
export const DEFAULT_WEIGHT = 16;

/**
 * The dependency tree of RFC 7540 §5.3, as Chromium up to 106 sends it (a chain of exclusive dependencies by priority).
 * A stream goes before everything that depends on it; siblings share by weight.
 *
 * Idle and closed streams stay as places to depend on, the last IDLE_STREAMS_KEPT of them (§5.3.4).
 */
export class PriorityTree {
  readonly #root = makeNode(0);
  readonly #nodes = new Map<number, Node>([[0, this.#root]]);
  /** Nodes without an open stream, the longest so first. */
  readonly #idle = new Set<Node>();

  /** Streams known, the root not counted. */
  get size(): number {
    return this.#nodes.size - 1;
  }

  prioritize(streamId: number, dependency: Dependency): void {
    // A stream cannot depend on itself (§5.3.1).
    if (streamId === 0 || dependency.parent === streamId) return;
    const node = this.#node(streamId);
    const parent = this.#node(dependency.parent);
    // §5.3.3: a new parent from below first takes the stream's old place.
    if (isAncestor(node, parent)) this.#move(parent, node.parent ?? this.#root);
    node.weight = dependency.weight;
    this.#move(node, parent);
    // Only now: one of them may have been above the stream.
    if (dependency.exclusive)
      for (const child of [...parent.children]) if (child !== node) this.#move(child, node);
    this.#dropIdle();
  }

  /** There is something to send on the stream. */
  open(streamId: number): void {
    const node = this.#node(streamId);
    if (node.isOpen || streamId === 0) return;
    node.isOpen = true;
    this.#idle.delete(node);
    addOpen(node, 1);
    this.#dropIdle();
  }

  /** There is nothing more to send on the stream. */
  close(streamId: number): void {
    const node = this.#nodes.get(streamId);
    if (node === undefined || !node.isOpen) return;
    node.isOpen = false;
    this.#idle.add(node);
    addOpen(node, -1);
    this.#dropIdle();
  }

  /** The stream to serve next among the open ones `isReady` accepts. */
  next(isReady: (streamId: number) => boolean): number | undefined {
    return nextBelow(this.#root, isReady);
  }

  /** Accounts for what was sent, with the stream and everything it depends on. */
  served(streamId: number, bytes: number): void {
    const served = this.#nodes.get(streamId);
    if (served === undefined || !served.isOpen) return;
    for (let node = served; node.parent !== undefined; node = node.parent) {
      node.parent.queue.served(node, bytes);
    }
  }

  /** What the stream depends on; 0, the root, for a stream unknown. */
  parentOf(streamId: number): number {
    return this.#nodes.get(streamId)?.parent?.streamId ?? 0;
  }

  weightOf(streamId: number): number {
    return this.#nodes.get(streamId)?.weight ?? DEFAULT_WEIGHT;
  }

  /** §5.3.5: a stream nobody has prioritised, or a parent long gone, stands directly below the root. */
  #node(streamId: number): Node {
    let node = this.#nodes.get(streamId);
    if (node === undefined) {
      node = makeNode(streamId);
      this.#nodes.set(streamId, node);
      this.#idle.add(node);
      this.#move(node, this.#root);
    }
    return node;
  }

  #move(node: Node, parent: Node): void {
    if (node.parent === parent) return;
    const { openBelow } = node;
    if (node.parent !== undefined) {
      addOpen(node, -openBelow);
      node.parent.children.delete(node);
    }
    node.parent = parent;
    parent.children.add(node);
    addOpen(node, openBelow - node.openBelow);
  }

  #dropIdle(): void {
    while (this.#idle.size > IDLE_STREAMS_KEPT) {
      const node = this.#idle.values().next().value!;
      this.#idle.delete(node);
      this.#nodes.delete(node.streamId);
      // §5.3.4: its dependents move up and share its weight in proportion to their own.
      const children = [...node.children];
      const sum = children.reduce((total, child) => total + child.weight, 0);
      for (const child of children) {
        child.weight *= node.weight / sum;
        this.#move(child, node.parent!);
      }
      node.parent!.children.delete(node);
    }
  }
}

function makeNode(streamId: number): Node {
  return {
    streamId,
    parent: undefined,
    children: new Set(),
    queue: new WeightedQueue(),
    weight: DEFAULT_WEIGHT,
    virtualTime: 0,
    position: -1,
    isOpen: false,
    openBelow: 0,
  };
}

/** `count` more open streams at this node, so below all its ancestors too; those that have any stand in a queue. */
function addOpen(node: Node, count: number): void {
  if (count === 0) return;
  for (let at: Node | undefined = node; at !== undefined; at = at.parent) {
    at.openBelow += count;
    const queued = at.position >= 0;
    if (at.openBelow > 0 && !queued) at.parent?.queue.add(at);
    else if (at.openBelow === 0 && queued) at.parent?.queue.remove(at);
  }
}

function nextBelow(top: Node, isReady: (streamId: number) => boolean): number | undefined {
  let node = top;
  for (;;) {
    if (node.isOpen && isReady(node.streamId)) return node.streamId;
    // The usual case, a chain of thousands perhaps, without recursion.
    if (node.queue.size !== 1) return node.queue.find((child) => nextBelow(child, isReady));
    node = node.queue.first!;
  }
}

function isAncestor(candidate: Node, node: Node): boolean {
  for (let above = node.parent; above !== undefined; above = above.parent)
    if (above === candidate) return true;
  return false;
}
