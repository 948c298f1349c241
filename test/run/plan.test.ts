import { describe, expect, it } from 'vitest';
import { expectedLoadMs, sideBySide } from '../../lab/run/concurrency.ts';
import { planTrials } from '../../lab/run/plan.ts';
import { conditionsOf } from '../physics/support.ts';

const strategies = ['no-push', 'after-html', 'before-html'];

describe('planTrials', () => {
  const plan = planTrials({ strategies, runs: 20, seed: 3 });

  it('has every strategy once per block, and a block to warm up', () => {
    expect(plan).toHaveLength(3 * 21);
    for (let block = 0; block <= 20; block++) {
      const inBlock = plan.filter((trial) => trial.block === block);
      expect(inBlock.map(({ strategy }) => strategy).toSorted()).toEqual(strategies.toSorted());
      expect(inBlock.every(({ warmup }) => warmup === (block === 0))).toBe(true);
      // The same luck for all strategies of a block.
      expect(new Set(inBlock.map(({ seed }) => seed)).size).toBe(1);
    }
  });

  it('depends on the seed alone', () => {
    expect(planTrials({ strategies, runs: 20, seed: 3 })).toEqual(plan);
    expect(planTrials({ strategies, runs: 20, seed: 4 })).not.toEqual(plan);
  });

  it('does not keep one order', () => {
    const orders = new Set(
      Array.from({ length: 21 }, (_, block) =>
        plan
          .filter((trial) => trial.block === block)
          .map(({ strategy }) => strategy)
          .join(),
      ),
    );
    expect(orders.size).toBeGreaterThan(3);
  });

  it('names trials by position and strategy', () => {
    expect(plan[0]!.id).toMatch(/^001-(no-push|after-html|before-html)$/);
  });
});

describe('sideBySide', () => {
  it('runs five at once where a load waits half a minute for a 2G link', () => {
    expect(sideBySide(conditionsOf({ rttMs: 800, downBps: 280e3 }), 1_050_000, 2)).toBe(5);
  });

  it('runs one at a time where the link is faster than the CPU', () => {
    expect(sideBySide(conditionsOf({ rttMs: 20, downBps: 20e6 }), 350_000, 2)).toBe(1);
  });

  it('expects the worst of a network that changes, and its share beside other downloads', () => {
    const conditions = conditionsOf({ rttMs: 100, downBps: 8e6 });
    // 1 MB × 8 / 8 Mbit/s and five round trips.
    expect(expectedLoadMs(conditions, 1e6)).toBe(1000 + 500);
    const changes = [
      { atMs: 1, downlinkBps: 1e6 },
      { atMs: 2, baseRttMs: 300 },
    ];
    const background = [
      { direction: 'downlink', flows: 2, startMs: 0 },
      { direction: 'uplink', flows: 9, startMs: 0 },
    ] as const;
    expect(expectedLoadMs({ ...conditions, changes }, 1e6)).toBe(8000 + 1500);
    expect(expectedLoadMs({ ...conditions, background }, 1e6)).toBe(3 * 1000 + 500);
  });

  it('never runs more than five', () => {
    expect(sideBySide(conditionsOf({ rttMs: 800, downBps: 50e3 }), 5_000_000, 64)).toBe(5);
  });
});
