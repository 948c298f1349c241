interface Node {
  readonly streamId: number;
  parent: Node | undefined;
  readonly children: Set<Node>;
  weight: number;
  /** Bytes served in this subtree, over the weight: the sibling with the least goes next. */
  virtualTime: number;
}

/** RFC 7540 §5.3.5. */
export const DEFAULT_WEIGHT = 16;

/**
 * The dependency tree of RFC 7540 §5.3, as Chromium up to 106 sends it (a chain of exclusive dependencies by priority).
 * A stream goes before everything that depends on it; siblings share by weight.
 */
export class PriorityTree {
  readonly #root: Node = {
    streamId: 0,
    parent: undefined,
    children: new Set(),
    weight: DEFAULT_WEIGHT,
    virtualTime: 0,
  };
  readonly #nodes = new Map<number, Node>([[0, this.#root]]);

  /** HEADERS or PRIORITY of the client, or a promise of ours (depends on its associated stream). */
  prioritize(streamId: number, priority: { parent: number; weight: number; exclusive: boolean }): void {
    // A stream cannot depend on itself (§5.3.1).
    if (streamId === 0 || priority.parent === streamId) return;
    const node = this.#node(streamId);
    const parent = this.#node(priority.parent);
    // §5.3.3: a new parent from below first takes the stream's old place.
    if (this.#isAncestor(node, parent)) this.#attach(parent, node.parent ?? this.#root);
    if (priority.exclusive)
      for (const child of [...parent.children]) if (child !== node) this.#attach(child, node);
    node.weight = priority.weight;
    this.#attach(node, parent);
  }

  /** The stream to serve next among those `isReady` accepts. */
  next(isReady: (streamId: number) => boolean): number | undefined {
    return this.#nextBelow(this.#root, isReady);
  }

  /** Accounts for what was sent. */
  served(streamId: number, bytes: number): void {
    for (let node = this.#nodes.get(streamId); node !== undefined; node = node.parent) {
      node.virtualTime += bytes / node.weight;
    }
  }

  #nextBelow(node: Node, isReady: (streamId: number) => boolean): number | undefined {
    if (node !== this.#root && isReady(node.streamId)) return node.streamId;
    const siblings = [...node.children].sort(
      (a, b) => a.virtualTime - b.virtualTime || a.streamId - b.streamId,
    );
    for (const child of siblings) {
      const found = this.#nextBelow(child, isReady);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** §5.3.4: a stream nobody has prioritised, or a parent long gone, stands directly below the root. */
  #node(streamId: number): Node {
    let node = this.#nodes.get(streamId);
    if (node === undefined) {
      node = { streamId, parent: undefined, children: new Set(), weight: DEFAULT_WEIGHT, virtualTime: 0 };
      this.#nodes.set(streamId, node);
      this.#attach(node, this.#root);
    }
    return node;
  }

  #attach(node: Node, parent: Node): void {
    if (node.parent === parent) return;
    node.parent?.children.delete(node);
    // A newcomer starts level with the sibling that has had least: it may not claim the past.
    node.virtualTime = Math.max(
      node.virtualTime,
      Math.min(...[...parent.children].map((other) => other.virtualTime), Infinity),
    );
    if (!Number.isFinite(node.virtualTime)) node.virtualTime = 0;
    node.parent = parent;
    parent.children.add(node);
  }

  #isAncestor(candidate: Node, node: Node): boolean {
    for (let above = node.parent; above !== undefined; above = above.parent)
      if (above === candidate) return true;
    return false;
  }
}
