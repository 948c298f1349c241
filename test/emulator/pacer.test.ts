import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { monotonicNowMs } from '../../lab/emulator/monotonic-clock.ts';
import { Pacer } from '../../lab/emulator/pacer.ts';
import { createRandom } from '../../lab/network/random.ts';

describe('Pacer', () => {
  let pacer: Pacer;
  afterEach(() => pacer.stop());

  it('wakes at every due time and never before, whatever due times it replaced', async () => {
    let dueMs = Infinity;
    let reached: () => void = () => undefined;
    const wakeUpsMs: number[] = [];
    pacer = new Pacer(() => {
      const nowMs = monotonicNowMs();
      // As its owner does: whatever it was woken for, it asks for what is due now.
      if (nowMs < dueMs) return pacer.wakeAt(dueMs);
      wakeUpsMs.push(nowMs - dueMs);
      dueMs = Infinity;
      reached();
    });
    const random = createRandom(1);
    for (let round = 0; round < 600; round++) {
      const nowMs = monotonicNowMs();
      const woken = new Promise<void>((resolve) => (reached = resolve));
      // Short and long sleeps; replaced by nothing, by something later, and by something in between.
      const earlierMs = nowMs + 2 * random();
      for (const replacedMs of [earlierMs, Infinity, earlierMs + 2 * random()]) {
        if (random() < 0.5) continue;
        pacer.wakeAt(replacedMs);
        if (random() < 0.5) await turn();
      }
      dueMs = earlierMs + random();
      pacer.wakeAt(dueMs);
      await woken;
    }
    expect(wakeUpsMs).toHaveLength(600);
    expect(Math.min(...wakeUpsMs)).toBeGreaterThanOrEqual(0);
  });
});
