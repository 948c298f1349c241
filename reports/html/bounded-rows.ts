import { plural } from '../format.ts';
import type { Markup } from './escape.ts';
import type { Row } from './rows.ts';

export interface RowBounds {
  readonly mostRows: number;
  /** Of the drawings together. */
  readonly mostChars: number;
}

/** What a waterfall may take of a report that has as many as there are strategies. */
export function rowBounds(strategies: number): RowBounds {
  return { mostRows: 250, mostChars: CHARS_OF_ALL / Math.max(1, strategies) };
}

/**
 * The rows there is room for, in their order, and one more that stands for the others. First come connections, groups,
 * the outside, what the first paint waits for, what failed, what was pushed, what was hinted, then what took longest.
 */
export function boundedRows(
  rows: readonly Row[],
  draw: (row: Row, index: number) => Markup,
  bounds: RowBounds,
  whole: string,
): { readonly drawn: readonly Markup[]; readonly leftOut: number } {
  const ranked = rows
    .map((row, index) => ({ row, index }))
    .sort(
      (left, right) =>
        importance(right.row) - importance(left.row) ||
        lengthOf(right.row) - lengthOf(left.row) ||
        left.index - right.index,
    );
  const drawn = new Map<number, Markup>();
  let chars = 0;
  for (const { row, index } of ranked) {
    if (drawn.size >= bounds.mostRows) break;
    const drawing = draw(row, index);
    chars += drawing.toString().length;
    if (chars > bounds.mostChars && drawn.size > 0) break;
    drawn.set(index, drawing);
  }
  const shown = rows.flatMap((_, index) => drawn.get(index) ?? []);
  const others = rows.filter((_, index) => !drawn.has(index));
  return others.length === 0
    ? { drawn: shown, leftOut: 0 }
    : { drawn: [...shown, draw(restRow(others, whole), rows.length)], leftOut: others.length };
}

function restRow(others: readonly Row[], whole: string): Row {
  const pushed = others.filter(({ tags }) => tags.includes('push')).length;
  const moments = others.flatMap(({ spans }) => spans.flatMap(({ from, to }) => [from, to]));
  const from = moments.reduce((first, at) => Math.min(first, at), Infinity);
  const to = moments.reduce((last, at) => Math.max(last, at), 0);
  return {
    kind: 'group',
    name: `${others.length} more, see waterfall.json`,
    tags: [],
    measure: plural(others.length, 'row'),
    spans: moments.length > 0 ? [{ kind: 'queued', from, to }] : [],
    marks: [],
    summary: `${plural(others.length, 'more row')} there was no room for, ${pushed} of them pushed; all are in ${whole}.`,
    facts: [
      ['Rows left out', String(others.length)],
      ['Pushed', String(pushed)],
      ['All of them', whole],
    ],
  };
}

function importance({ kind, tags }: Row): number {
  if (kind === 'connection' || kind === 'external' || kind === 'group') return 5;
  if (tags.includes('blocking')) return 4;
  if (tags.includes('failed')) return 3;
  if (tags.includes('push')) return 2;
  return tags.includes('103') || tags.includes('preload') ? 1 : 0;
}

function lengthOf({ spans }: Row): number {
  const from = spans.reduce((first, span) => Math.min(first, span.from), Infinity);
  const to = spans.reduce((last, span) => Math.max(last, span.to), 0);
  return spans.length === 0 ? 0 : to - from;
}

const CHARS_OF_ALL = 1_200_000;
