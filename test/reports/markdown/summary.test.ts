import { describe, expect, it } from 'vitest';
import { escapeMarkdown } from '../../../reports/markdown/markdown.ts';
import { renderMarkdown } from '../../../reports/markdown/summary.ts';
import { sampleReport } from '../sample-results.ts';

const { results } = sampleReport();

describe('Markdown summary', () => {
  const text = renderMarkdown(results);
  const rows = text.split('\n').filter((line) => line.startsWith('|'));

  it('says the answer, compares every strategy, names what was discarded', () => {
    expect(text).toContain(`**${escapeMarkdown(results.answer.sentence)}**`);
    for (const { name } of results.strategies) {
      expect(rows.filter((row) => new RegExp(`^\\| (\\*\\*)?${name}`).test(row))).toHaveLength(2);
    }
    expect(text).toMatch(/- before-html: 1 of \d+ loads disturbed by the machine/);
    expect(text).toContain('280 kbit/s down'.replace(' ', '\u00a0'));
  });

  it('says why, where that is known, with addresses that cannot become markup', () => {
    expect(text).not.toContain('Why ');
    const reason = 'before-html: /a_[x](javascript:y).css has arrived in flight 2 instead of 3';
    const why = renderMarkdown({ ...results, answer: { ...results.answer, reason } });
    expect(why).toContain(`\n\nWhy ${escapeMarkdown(reason)}.\n`);
    expect(why).not.toContain('[x](');
  });

  it('every row of a table has as many cells as its head', () => {
    const cells = (row: string) => row.split(/(?<!\\)\|/).length;
    const [first] = rows;
    const second = rows.find((row) => row.includes('wasted per load'))!;
    for (const row of rows) expect([cells(first!), cells(second)]).toContain(cells(row));
  });

  it('shows the difference of a summary with its interval', () => {
    const shift = results.summaries.find(
      ({ strategy, metric }) => strategy === 'preload' && metric === results.primaryMetric,
    )!.shift!;
    const row = rows.find((candidate) => candidate.startsWith('| preload'))!;
    expect(row.replaceAll('\u202f', '')).toContain(`−${Math.round(-shift.median)}`);
  });

  it('cannot be made to say something else by names and addresses, nor to exceed 1 MiB', () => {
    const hostile = {
      ...results,
      scenario: { ...results.scenario, name: '<img src=x onerror=alert(1)> | [x](javascript:y)' },
      warnings: Array.from({ length: 5000 }, (_, index) => `# ${index} @team ${'`x` '.repeat(2000)}`),
    };
    const summary = renderMarkdown(hostile);
    expect(summary.includes('<img')).toBe(false);
    expect(summary.includes('[x](')).toBe(false);
    expect(summary.includes('@team')).toBe(false);
    expect(summary.includes('and 4951 more')).toBe(true);
    expect(Buffer.byteLength(summary)).toBeLessThan(1_048_576 / 4);
  });
});

describe('escaping', () => {
  it.each([
    ['a_b*c', 'a\\_b\\*c'],
    ['# no heading', '\\# no heading'],
    ['1. no list', '1\\. no list'],
    ['two\nlines', 'two lines'],
    ['no-push, 2.5 s (0 B)', 'no-push, 2.5 s (0 B)'],
    ['a|b', 'a\\|b'],
  ])('%j', (text, expected) => expect(escapeMarkdown(text)).toBe(expected));
});
