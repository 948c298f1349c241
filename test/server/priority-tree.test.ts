import { describe, expect, it } from 'vitest';
import { PriorityTree } from '../../server/scheduler/priority-tree.ts';

/** Which streams are served, `bytes` at a time, while all of `ready` always have more. */
function serve(tree: PriorityTree, ready: readonly number[], turns: number, bytes = 1000): number[] {
  for (const streamId of ready) tree.open(streamId);
  const order: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const next = tree.next((id) => ready.includes(id));
    if (next === undefined) break;
    order.push(next);
    tree.served(next, bytes);
  }
  return order;
}

describe('PriorityTree', () => {
  it('serves a stream before what depends on it', () => {
    const tree = new PriorityTree();
    tree.prioritize(3, { parent: 1, weight: 256, exclusive: false });
    expect(serve(tree, [1, 3], 2)).toEqual([1, 1]);
    expect(serve(tree, [3], 1)).toEqual([3]);
  });

  it('shares siblings by weight: 3 to 1', () => {
    const tree = new PriorityTree();
    tree.prioritize(1, { parent: 0, weight: 192, exclusive: false });
    tree.prioritize(3, { parent: 0, weight: 64, exclusive: false });
    const order = serve(tree, [1, 3], 40);
    expect(order.filter((id) => id === 1)).toHaveLength(30);
  });

  it('reproduces the chain of exclusive dependencies Chromium 106 sends: css, then script, then image', () => {
    const tree = new PriorityTree();
    tree.prioritize(1, { parent: 0, weight: 256, exclusive: true }); // document
    tree.prioritize(3, { parent: 1, weight: 256, exclusive: true }); // style sheet
    tree.prioritize(5, { parent: 3, weight: 220, exclusive: true }); // script
    tree.prioritize(7, { parent: 5, weight: 147, exclusive: true }); // image
    tree.prioritize(9, { parent: 3, weight: 256, exclusive: true }); // a late style sheet goes before the script
    expect(serve(tree, [9, 7, 5, 3], 1)).toEqual([3]);
    expect(serve(tree, [9, 7, 5], 1)).toEqual([9]);
    expect(serve(tree, [7, 5], 1)).toEqual([5]);
  });

  it('moves a new parent up first when it was a descendant (RFC 7540 §5.3.3)', () => {
    const tree = new PriorityTree();
    tree.prioritize(3, { parent: 1, weight: 16, exclusive: false });
    tree.prioritize(1, { parent: 3, weight: 16, exclusive: false });
    expect(serve(tree, [1, 3], 1)).toEqual([3]);
  });

  it('ignores a stream that would depend on itself', () => {
    const tree = new PriorityTree();
    tree.prioritize(1, { parent: 1, weight: 16, exclusive: false });
    expect(tree.size).toBe(0);
    expect(serve(tree, [1], 1)).toEqual([1]);
  });

  it('takes over a sibling it stood below, when it becomes the only child of their parent', () => {
    const tree = new PriorityTree();
    tree.prioritize(3, { parent: 1, weight: 16, exclusive: false });
    tree.prioritize(5, { parent: 3, weight: 16, exclusive: false });
    for (const id of [1, 3, 5]) tree.open(id);
    tree.prioritize(5, { parent: 1, weight: 16, exclusive: true });
    expect([tree.parentOf(5), tree.parentOf(3)]).toEqual([1, 5]);
  });

  it('loses no open stream and makes no circle, whatever a client sends', () => {
    // A linear congruential generator: the same sequence every time.
    let state = 7;
    const below = (limit: number) => {
      state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
      return (state >> 8) % limit;
    };
    const tree = new PriorityTree();
    const open = new Set<number>();
    for (let step = 0; step < 5_000; step++) {
      const id = 1 + below(40);
      const action = below(4);
      if (action === 0) open.add(id);
      if (action === 0) tree.open(id);
      if (action === 1) open.delete(id);
      if (action === 1) tree.close(id);
      tree.prioritize(1 + below(40), {
        parent: below(41),
        weight: 1 + below(256),
        exclusive: below(2) === 1,
      });
      for (const only of open) expect(tree.next((candidate) => candidate === only)).toBe(only);
      expect(tree.next(() => true) === undefined).toBe(open.size === 0);
    }
  });
});
