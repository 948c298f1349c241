import { describe, expect, it } from 'vitest';
import { countedTrials, countLines, medianOf, pushedPaths, strategyCosts } from '../../reports/digest.ts';
import { measuredMetrics } from '../../reports/metrics.ts';
import { sampleReport } from './sample-results.ts';

const { results } = sampleReport();

describe('digest', () => {
  it('counts finished trials outside the warm-up', () => {
    expect(countedTrials(results, 'no-push')).toHaveLength(8);
    expect(countedTrials(results, 'preload')).toHaveLength(7);
  });

  it('sums up what became of every pushed path', () => {
    const paths = pushedPaths(results, 'after-html');
    expect(paths.map(({ path }) => path)).toEqual([
      '/css/bootstrap.min.css',
      '/css/clean-blog.css',
      '/js/clean-blog.js',
      '/js/search.js',
      '/css/print.css',
      '/img/logo.svg',
    ]);
    expect(paths[0]).toMatchObject({
      count: 8,
      wastedBytes: 0,
      medianReceivedBytes: 24_318,
      receivedBytes: 8 * 24_318,
    });
    expect(paths[4]?.outcomes).toEqual(new Map([['unclaimed', 8]]));
    expect(paths[4]?.wastedBytes).toBe(8 * 18_020);
    expect(paths[5]?.duplicates).toBe(8);
    expect(pushedPaths(results, 'no-push')).toEqual([]);
  });

  it('has outcomes that add up to the pushes', () => {
    for (const cost of strategyCosts(results)) {
      const pushes = countedTrials(results, cost.strategy).reduce(
        (sum, trial) => sum + trial.pushes.length,
        0,
      );
      expect([...cost.outcomes.values()].reduce((sum, count) => sum + count, 0)).toBe(pushes);
    }
  });

  it('puts the primary metric first', () => {
    expect(measuredMetrics(results).slice(0, 2)).toEqual(['firstContentfulPaint', 'firstPaint']);
    expect(measuredMetrics({ ...results, summaries: [], trials: [] })).toEqual([]);
  });

  it('finds middles and counts lines', () => {
    expect([medianOf([3, 1, 2]), medianOf([4, 1, 2, 3]), medianOf([])]).toEqual([2, 2.5, 0]);
    expect(countLines(['b', 'a', 'a'])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });
});
