import { describe, expect, it } from 'vitest';
import {
  disturbanceOf,
  latenessLimits,
  lostTrials,
  RepeatBudget,
  tooNoisy,
} from '../../lab/run/disturbance.ts';
import { attemptOf } from '../../lab/run/plan.ts';
import type { TrialResult } from '../../lab/run/results.ts';

const pacer = (latenessP99Ms: number, latenessMaxMs = latenessP99Ms) => ({
  events: 100,
  latenessP50Ms: 0.1,
  latenessP99Ms,
  latenessMaxMs,
});

describe('a disturbed trial', () => {
  it('is one in which the emulator was late: by a quarter of a frame, on long paths by 2 % of the round trip', () => {
    expect(latenessLimits(28)).toEqual({ p99Ms: 4, maxMs: 40 });
    expect(latenessLimits(200)).toEqual({ p99Ms: 4, maxMs: 40 });
    expect(latenessLimits(800)).toEqual({ p99Ms: 16, maxMs: 160 });
    expect(latenessLimits(800, 0.5)).toEqual({ p99Ms: 0.5, maxMs: 5 });
  });

  it('says by which limit', () => {
    const limits = latenessLimits(28);
    expect(disturbanceOf(pacer(4, 40), limits)).toBeUndefined();
    expect(disturbanceOf(pacer(4.26), limits)).toBe(
      'the emulator acted 4.3 ms late at the 99th percentile; the limit is 4 ms',
    );
    expect(disturbanceOf(pacer(1, 61), limits)).toBe(
      'the emulator stood still for 61 ms; the limit is 40 ms',
    );
  });

  it('is repeated under an id of its own, a bounded number of times per run', () => {
    const planned = { id: '007-preload', strategy: 'preload', block: 1, warmup: false, seed: 3 };
    expect([1, 2, 3].map((attempt) => attemptOf(planned, attempt).id)).toEqual([
      '007-preload',
      '007-preload.2',
      '007-preload.3',
    ]);
    expect(attemptOf(planned, 2)).toMatchObject({ strategy: 'preload', block: 1, seed: 3 });
    const grants = (plannedTrials: number) => {
      const budget = new RepeatBudget(plannedTrials);
      return Array.from({ length: 100 }, () => budget.take()).filter(Boolean).length;
    };
    expect(grants(105)).toBe(27);
    expect(grants(4)).toBe(3);
  });
});

describe('a noisy run', () => {
  const trials = (statuses: Partial<TrialResult>[]): TrialResult[] =>
    statuses.map((status, index) => ({
      id: String(index),
      strategy: 'no-push',
      block: 1,
      warmup: false,
      startedAt: '2026-03-01T00:00:00Z',
      durationMs: 1,
      status: 'ok',
      metrics: {},
      pushes: [],
      duplicates: [],
      receivedBytes: 0,
      wastedBytes: 0,
      requestCount: 0,
      connectionCount: 0,
      queueDrops: 0,
      maxQueueBytes: 0,
      blockedUrls: [],
      disagreements: [],
      ...status,
    }));

  it('has lost more than a quarter of its measured trials for good', () => {
    const lost: Partial<TrialResult> = { status: 'disturbed' };
    const repeated: Partial<TrialResult> = { status: 'disturbed', repeatedAs: 'x' };
    const warmup: Partial<TrialResult> = { status: 'disturbed', warmup: true };
    expect(lostTrials(trials([lost, repeated, warmup, {}]))).toHaveLength(1);
    expect(tooNoisy(trials([lost, repeated, repeated, warmup, {}, {}, {}]))).toBeUndefined();
    expect(tooNoisy(trials([lost, lost, repeated, {}, {}, {}]))).toContain('2 of 5 measured trials');
  });
});
