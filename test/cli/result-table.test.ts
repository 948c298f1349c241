import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { resultTable } from '../../lab/cli/result-table.ts';
import { withFilms } from '../reports/sample-films.ts';
import { sampleReport } from '../reports/sample-results.ts';

const { results } = sampleReport();
const lines = (width?: number): string[] => stripVTControlCharacters(resultTable(results, width)).split('\n');

describe('resultTable', () => {
  it('has every metric where nothing limits its width', () => {
    const text = lines().join('\n');
    for (const title of ['FCP', 'LCP', 'load', 'vs no-push', 'wasted']) expect(text).toContain(title);
    for (const { name } of results.strategies) expect(text).toContain(name);
  });

  it('has the Speed Index where there are films and room, and says how many loads it is of', () => {
    const { results: filmed } = withFilms(sampleReport());
    const wide = stripVTControlCharacters(resultTable(filmed));
    expect(wide).toMatch(/Speed Index,[^]*1 film/);
    expect(wide).toMatch(/no-push.* 9 000 ms /);
    expect(stripVTControlCharacters(resultTable(filmed, 100))).not.toContain('Speed Index');
    expect(lines().join('\n')).not.toContain('Speed Index');
  });

  it('fits a terminal of 100 columns by leaving out metrics the answer is not about', () => {
    const narrow = lines(100);
    expect(Math.max(...narrow.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(narrow.join('\n')).toContain('FCP');
    expect(narrow.join('\n')).toContain('vs no-push');
  });

  it('never gives up the metric of the answer', () => {
    expect(lines(20).join('\n')).toContain('FCP');
  });
});
