import { setTimeout as sleep } from 'node:timers/promises';
import type { Slot } from './slot.ts';

/**
 * Every slot takes the next item until none is left, the run is interrupted, or the work on one fails: then the others
 * end what they are at. `isOver` tells which.
 */
export async function workThrough<Item>(
  items: readonly Item[],
  slots: readonly Slot[],
  options: { readonly staggerMs: number; readonly signal: AbortSignal },
  work: (slot: Slot, item: Item, isOver: () => boolean) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  let failed = false;
  const isOver = () => failed || options.signal.aborted;
  const lines = slots.map(async (slot, index) => {
    try {
      await sleep(index * options.staggerMs, undefined, { signal: options.signal });
      for (let item = queue.shift(); item !== undefined && !isOver(); item = queue.shift()) {
        await work(slot, item, isOver);
      }
    } catch (error) {
      // An interrupt closes the slots under their trials.
      if (options.signal.aborted) return;
      failed = true;
      throw error;
    }
  });
  const rejected = (await Promise.allSettled(lines)).find((outcome) => outcome.status === 'rejected');
  if (rejected !== undefined) throw rejected.reason;
}
