import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareWithKernel, summarise } from '../../lab/transfer/kernel-comparison.ts';
import { accuracyFigure } from '../../reports/accuracy/figure.ts';
import { accuracyTable, TABLE_BEGIN, TABLE_END, withTable } from '../../reports/accuracy/table.ts';

const root = path.join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const measured = 'test/data/kernel-tcp/curves.json';
const cells = compareWithKernel(read(measured), measured);
const OUTDATED =
  'is not what the model comes to now: run `npm run accuracy`, look at what became better or worse, commit it';

describe('the accuracy page', () => {
  it('has the table of the present model', () => {
    const page = read('lab/network/README.md');
    const isCurrent = withTable(page, accuracyTable(summarise(cells))) === page;
    expect(isCurrent, `the table in lab/network/README.md ${OUTDATED}`).toBe(true);
  });

  it('has the drawing of the present model', () => {
    const isCurrent = read('lab/network/accuracy.svg') === accuracyFigure(cells);
    expect(isCurrent, `lab/network/accuracy.svg ${OUTDATED}`).toBe(true);
  });

  it('links to files that are there', () => {
    const links = [...read('lab/network/README.md').matchAll(/\]\(([^)#:]+)\)/g)].map(
      ([, target]) => target!,
    );
    expect(links.length).toBeGreaterThan(20);
    for (const link of links) expect(() => read(path.join('lab/network', link)), link).not.toThrow();
  });
});

describe('accuracyTable', () => {
  const table = accuracyTable(summarise(cells));

  it('has a row per group, and all of them together last', () => {
    const groups = new Set(cells.map(({ group }) => group));
    const rows = table.split('\n').slice(2);
    expect(rows).toHaveLength(groups.size + 1);
    expect(rows.at(-1)).toContain('**all**');
  });

  it('says of every group what it varies', () => {
    expect(table).not.toMatch(/\| {2,}\|/);
  });
});

describe('withTable', () => {
  it('replaces what is between the markers and nothing else', () => {
    const page = `before\n${TABLE_BEGIN}\nold\n${TABLE_END}\nafter`;
    expect(withTable(page, '| new |')).toBe(`before\n${TABLE_BEGIN}\n\n| new |\n\n${TABLE_END}\nafter`);
  });

  it('is told where the markers are missing', () => {
    expect(() => withTable(`${TABLE_END} ${TABLE_BEGIN}`, '')).toThrow(TABLE_BEGIN);
  });
});

describe('accuracyFigure', () => {
  it('is well-formed and stands on a ground of its own', () => {
    const figure = accuracyFigure(cells);
    expect(figure).toMatch(
      /^<svg [^>]+>\n<title[^>]*>[^<]+<\/title>\n<rect width="\d+" height="\d+"[^>]+fill="#ffffff"\/>/,
    );
    expect(figure).not.toMatch(/NaN|undefined|Infinity/);
    expect(figure.match(/<text/g)).toHaveLength(figure.match(/<\/text>/g)!.length);
  });

  it('says which cell it misses', () => {
    expect(() => accuracyFigure(cells.filter(({ group }) => group !== 'reno'))).toThrow(/no cell "reno/);
  });
});
