import { readFileSync } from 'node:fs';
import path from 'node:path';
import { quantile } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { compareWithKernel, errorsOf } from '../../lab/transfer/kernel-comparison.ts';

/** The model against transfers of the Linux kernel's own TCP over the same path (test/data/kernel-tcp). */

const file = path.join(import.meta.dirname, '../data/kernel-tcp/curves.json');
const compared = compareWithKernel(readFileSync(file, 'utf8'), file);

describe('against the Linux kernel', () => {
  it.each(compared)('$id: every milestone within 3 %', (cell) => {
    expect(Math.max(...errorsOf(cell))).toBeLessThan(3);
  });

  it('all milestones together: median within 0.1 %, 95th percentile within 1 %', () => {
    const together = compared.flatMap(errorsOf);
    expect(together.length).toBeGreaterThan(200);
    expect(quantile(together, 0.5)).toBeLessThan(0.1);
    expect(quantile(together, 0.95)).toBeLessThan(1);
  });
});
