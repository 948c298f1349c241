import { describe, expect, it } from 'vitest';
import { keptDisagreements } from '../../lab/run/trial-result.ts';

describe('disagreements in results.json', () => {
  it('are there once each', () => {
    expect(keptDisagreements(['a', 'b', 'a'])).toEqual(['a', 'b']);
  });

  it('are a hundred at most, and how many more', () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `stream ${index}`);
    const kept = keptDisagreements(lines);
    expect(kept).toHaveLength(101);
    expect(kept[99]).toBe('stream 99');
    expect(kept[100]).toBe('19900 more, in the waterfall of the trial');
    expect(keptDisagreements(lines.slice(0, 100))).toHaveLength(100);
  });
});
