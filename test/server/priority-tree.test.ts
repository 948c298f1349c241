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
});
