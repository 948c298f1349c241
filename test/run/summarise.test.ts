import { describe, expect, it } from 'vitest';
import { createRandom } from '../../lab/network/random.ts';
import { resultsSchema, type TrialResult } from '../../lab/run/results.ts';
import type { SummaryInput } from '../../lab/run/samples.ts';
import { summarise } from '../../lab/run/summarise.ts';

describe('summarise', () => {
  it('gives median, range and interval per strategy and metric, in the order of the report', () => {
    const { summaries } = summarise(run({ 'no-push': [100, 120, 110], 'before-html': [90, 95, 85] }));
    const [first, second] = summaries;
    expect(first).toMatchObject({ strategy: 'no-push', metric: 'firstContentfulPaint', n: 3, median: 110 });
    expect(first).toMatchObject({ min: 100, max: 120 });
    expect(first).not.toHaveProperty('shift');
    expect(second).toMatchObject({ strategy: 'before-html', median: 90 });
    // Differences -10, -25, -25: Walsh averages -10, -17.5, -17.5, -25, -25, -25; their median is -21.25.
    expect(second?.shift).toMatchObject({
      median: -21.25,
      pairs: 3,
      pValue: 0.25,
      verdict: 'too-few-trials',
    });
    expect(second?.shift?.interval).toEqual({ low: -25, high: -10 });
  });

  it('fits the schema of the result document', () => {
    const summary = summarise(run({ 'no-push': series(8, 4000), preload: series(8, 3500) }));
    for (const key of ['summaries', 'medianTrials', 'answer'] as const) {
      expect(() => resultsSchema.shape[key].parse(summary[key])).not.toThrow();
    }
  });

  it('repeats', () => {
    const input = run({ 'no-push': series(9, 1000), preload: series(9, 990, 4) });
    expect(summarise(input)).toEqual(summarise(input));
  });

  it('leaves out the warm-up block and failures, and pairs by block', () => {
    const input = run({ 'no-push': [100, 100, 100, 100], preload: [50, 50, 50, 50] });
    const trials = input.trials.map((trial) => {
      if (trial.block === 1) return { ...trial, warmup: true, metrics: { firstContentfulPaint: 1 } };
      if (trial.block === 2 && trial.strategy === 'preload')
        return { ...trial, status: 'failed' as const, metrics: {} };
      return trial;
    });
    const { summaries } = summarise({ ...input, trials });
    expect(summaries.find(({ strategy }) => strategy === 'no-push')).toMatchObject({ n: 3, min: 100 });
    expect(summaries.find(({ strategy }) => strategy === 'preload')).toMatchObject({
      n: 2,
      shift: { pairs: 2 },
    });
  });

  it('adjusts by Holm over the strategies of one metric', () => {
    // Two comparisons, each with all eight differences of one sign: 2 / 2^8 = .0078125, doubled for the family.
    const { summaries } = summarise(
      run({ 'no-push': series(8, 1000), fast: series(8, 500, 2), slow: series(8, 2000, 3) }),
    );
    const [, fast, slow] = summaries;
    expect(fast?.shift).toMatchObject({ pValue: 0.0078125, pAdjusted: 0.015625, verdict: 'faster' });
    expect(slow?.shift).toMatchObject({ pValue: 0.0078125, pAdjusted: 0.015625, verdict: 'slower' });
  });

  it('calls it too few trials where no outcome could have reached the level', () => {
    const five = summarise(run({ 'no-push': series(5, 1000), fast: series(5, 500, 2) }));
    expect(five.summaries[1]?.shift?.verdict).toBe('too-few-trials');
    const six = summarise(run({ 'no-push': series(6, 1000), fast: series(6, 500, 2) }));
    expect(six.summaries[1]?.shift?.verdict).toBe('faster');
    // Seven pairs, four comparisons: 4 × 2 / 2^7 = .0625.
    const four = { a: series(7, 500, 2), b: series(7, 510, 3), c: series(7, 520, 4), d: series(7, 530, 5) };
    const seven = summarise(run({ 'no-push': series(7, 1000), ...four }));
    expect(seven.summaries.slice(1).map(({ shift }) => shift?.verdict)).toEqual(
      Array(4).fill('too-few-trials'),
    );
  });

  it('picks the trial nearest to the median, the earlier of two', () => {
    const { medianTrials } = summarise(run({ 'no-push': [10, 50, 20, 21, 19], preload: [1, 3] }));
    expect(medianTrials).toEqual({ 'no-push': 'no-push-3', preload: 'preload-1' });
  });

  it('compares layout shift like the rest, lower is better', () => {
    const input = run(
      { 'no-push': series(8, 0.2, 1, 0.01), fast: series(8, 0.05, 2, 0.01) },
      'cumulativeLayoutShift',
    );
    const { summaries, answer } = summarise(input);
    expect(summaries[1]?.shift?.verdict).toBe('faster');
    expect(answer.sentence).toMatch(
      /fast moves the page about least: 0\.1\d* \[0\.1\d*, 0\.1\d*\] less than no-push/,
    );
  });
});

describe('the answer', () => {
  it('names the winner, the gain with its interval, and the conditions', () => {
    const { answer } = summarise(
      run({
        'no-push': [4100, 4110, 4090, 4105, 4095, 4100, 4102, 4098],
        'before-html': Array<number>(8).fill(2480),
      }),
    );
    expect(answer.winner).toBe('before-html');
    expect(answer.sentence).toBe(
      'On 280/256 kbit/s with 800 ms RTT, before-html paints first: 1.62 s [1.61 s, 1.63 s] earlier than no-push ' +
        '(first contentful paint 2.48 s instead of 4.1 s, 8 pairs of loads), at 0 B wasted.',
    );
  });

  it('names those that cannot be told apart from the winner', () => {
    const { answer } = summarise(
      run({
        'no-push': series(8, 4000),
        'before-html': series(8, 2500, 2),
        'early-hints': series(8, 2501, 3),
      }),
    );
    expect(['before-html', 'early-hints']).toContain(answer.winner);
    expect(answer.sentence).toMatch(/not told apart from (early-hints|before-html)\.$/);
  });

  it('names those that may be as good although nothing is proven for them', () => {
    const scattered = [2500, 4300, 2400, 4400, 2450, 4350, 2480, 4380];
    const { answer, summaries } = summarise(
      run({ 'no-push': series(8, 4000), 'before-html': series(8, 2500, 2), preload: scattered }),
    );
    const ofPreload = summaries.find(({ strategy }) => strategy === 'preload');
    expect(ofPreload?.shift?.verdict).toBe('no-difference');
    expect(answer.sentence).toMatch(/^On .* before-html paints first: .*; not told apart from preload\.$/);
  });

  it('does not name a proven second as equal', () => {
    const { answer } = summarise(
      run({ 'no-push': series(8, 4000), 'before-html': series(8, 2500, 2), preload: series(8, 3300, 3) }),
    );
    expect(answer.winner).toBe('before-html');
    expect(answer.sentence).not.toContain('told apart');
  });

  it('says what was seen, and that it is not proven, after too few trials', () => {
    const { answer } = summarise(run({ 'no-push': [4000, 4100, 4050], preload: [3500, 3600, 3600] }));
    expect(answer.winner).toBeUndefined();
    expect(answer.sentence).toBe(
      'On 280/256 kbit/s with 800 ms RTT, no strategy is proven better than no-push (first contentful paint 4.05 s): ' +
        'preload was 488 ms earlier, but 3 pairs of loads are too few to prove a difference.',
    );
  });

  it('says so where there is no difference', () => {
    const same = series(12, 1000);
    const { answer } = summarise(run({ 'no-push': same, preload: same.toReversed() }));
    expect(answer.winner).toBeUndefined();
    expect(answer.sentence).toContain(
      'no difference from no-push is proven for preload (largest gain seen: preload was',
    );
  });

  it('says so where everything is slower', () => {
    const { answer } = summarise(run({ 'no-push': series(8, 1000), 'after-html': series(8, 1500, 2) }));
    expect(answer.winner).toBeUndefined();
    expect(answer.sentence).toMatch(
      /no strategy is proven better than no-push .*: after-html is \d+ ms \[.*\] later than no-push\.$/,
    );
  });

  it('mentions loss, think time and unequal units of the conditions', () => {
    const input = run({ 'no-push': [1] });
    const link = (bandwidthBps: number) => ({ bandwidthBps, queueLimitBytes: 64_000, lossRate: 0.01 });
    const network = { baseRttMs: 300, downlink: link(1_600_000), uplink: link(768_000) };
    expect(summarise({ ...input, network, thinkMs: 300 }).answer.sentence).toBe(
      'On 1.6 Mbit/s down, 768 kbit/s up with 300 ms RTT, 1 % loss and 300 ms of origin think time, no-push has a ' +
        'median first contentful paint 1 ms (1 load); nothing to compare it with.',
    );
  });

  it('says so when loads failed: all, those of the baseline, those of one strategy', () => {
    expect(summarise(run({ 'no-push': [], preload: [] }))).toEqual({
      summaries: [],
      medianTrials: {},
      answer: { sentence: 'No load succeeded, so there is no answer.' },
    });
    expect(summarise(run({ 'no-push': [], preload: [1, 2] })).answer.sentence).toContain(
      'no load of the baseline no-push succeeded, so nothing can be compared',
    );
    const partly = run({ 'no-push': series(6, 100), preload: series(6, 50, 2), 'after-html': [] });
    expect(summarise(partly).answer.sentence).toMatch(/No successful load of after-html\.$/);
  });

  it('rarely finds a winner where there is none', () => {
    const random = createRandom(77);
    let winners = 0;
    for (let round = 0; round < 120; round++) {
      const sample = () => Array.from({ length: 10 }, () => 1000 + 50 * random());
      const { answer } = summarise(run({ 'no-push': sample(), a: sample(), b: sample() }));
      if (answer.winner !== undefined) winners++;
    }
    // Two-sided 5 % for the family, half of it on the faster side: 3 of 120 expected, 10 would be 4 deviations off.
    expect(winners).toBeLessThan(10);
  });
});

/** `n` values around `center`, spread by a few per mille. */
function series(n: number, center: number, seed = 1, spread = center / 200): number[] {
  const random = createRandom(seed);
  return Array.from({ length: n }, () => center + spread * (random() - 0.5));
}

function run(
  values: Record<string, number[]>,
  metric: SummaryInput['primaryMetric'] = 'firstContentfulPaint',
): SummaryInput {
  const link = (bandwidthBps: number) => ({ bandwidthBps, queueLimitBytes: 64_000, lossRate: 0 });
  return {
    trials: Object.entries(values).flatMap(([strategy, samples]) =>
      samples.map((value, index) => trial(strategy, index + 1, { [metric]: value })),
    ),
    strategies: Object.keys(values).map((name) => ({ name })),
    baseline: 'no-push',
    primaryMetric: metric,
    network: { baseRttMs: 800, downlink: link(280_000), uplink: link(256_000) },
    thinkMs: 0,
    seed: 1,
  };
}

function trial(strategy: string, block: number, metrics: TrialResult['metrics']): TrialResult {
  return {
    id: `${strategy}-${block}`,
    strategy,
    block,
    warmup: false,
    startedAt: '2026-11-22T00:00:00Z',
    durationMs: 1,
    status: 'ok',
    metrics,
    pushes: [],
    duplicates: [],
    receivedBytes: 0,
    wastedBytes: 0,
    requestCount: 1,
    connectionCount: 1,
    queueDrops: 0,
    maxQueueBytes: 0,
    disagreements: [],
    blockedUrls: [],
  };
}
