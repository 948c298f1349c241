import type { ErrorSummary } from '../../lab/transfer/kernel-comparison.ts';

export const TABLE_BEGIN = '<!-- written by npm run accuracy -->';
export const TABLE_END = '<!-- end of what npm run accuracy writes -->';

/** What each group of cells varies. */
const GROUP_WORDS: Readonly<Record<string, string>> = {
  iw: 'initial windows of 2, 4, 10 and 32 segments',
  queue: 'queues of 15 kB to 262 kB',
  reno: 'Reno instead of CUBIC',
  grid: 'round trips and rates, 20–800 ms × 0.05–50 Mbit/s',
  small: 'transfers of one or a few round trips',
  asym: 'a slow uplink, 9/1 Mbit/s',
  paced: 'a pacing sender',
  two: 'two flows, half a second apart',
  loss: 'chosen packets lost, cubic and reno',
  bbr: 'BBR instead of CUBIC',
  all: 'all of them',
};

/** The errors as a Markdown table. */
export function accuracyTable(summaries: readonly ErrorSummary[]): string {
  const rows = summaries.map(({ group, cells, milestones, median, p95, worst }) => [
    group === 'all' ? '**all**' : group,
    GROUP_WORDS[group] ?? '',
    String(cells),
    String(milestones),
    ...[median, p95, worst].map((percent) => `${percent.toFixed(2)} %`),
  ]);
  const head = ['group', 'what it varies', 'cells', 'milestones', 'median', '95th percentile', 'worst'];
  const widths = head.map((word, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]!.length), word.length),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((text, column) => (column < 2 ? text.padEnd(widths[column]!) : text.padStart(widths[column]!))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column < 2 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

/**
 * The page with a new table between its markers.
 * @throws RangeError where a marker is missing
 */
export function withTable(page: string, table: string): string {
  const begin = page.indexOf(TABLE_BEGIN);
  const end = page.indexOf(TABLE_END);
  if (begin === -1 || end < begin)
    throw new RangeError(`the page lacks "${TABLE_BEGIN}" or, after it, "${TABLE_END}"`);
  return `${page.slice(0, begin + TABLE_BEGIN.length)}\n\n${table}\n\n${page.slice(end)}`;
}
