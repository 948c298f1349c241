import { readFileSync } from 'node:fs';
import path from 'node:path';
import { quantile } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { orderOf, parseCells } from '../../lab/transfer/cells.ts';
import { milestonesOf } from '../../lab/transfer/milestones.ts';
import { simulateTransfer } from '../../lab/transfer/simulate-transfer.ts';

/** The model against transfers of the Linux kernel's own TCP over the same path (test/data/kernel-tcp). */

const NAMES = ['connectMs', 'firstByteMs', 't14600Ms', 't50Ms', 't100Ms'] as const;
type Milestones = Record<(typeof NAMES)[number], number | null>;

interface Truth {
  readonly id: string;
  readonly f: readonly Milestones[];
  /** Largest minus smallest over three repetitions, of flow 0. */
  readonly spreadMs: Partial<Record<(typeof NAMES)[number], number>>;
}

const file = path.join(import.meta.dirname, '../data/kernel-tcp/curves.json');
const text = readFileSync(file, 'utf8');
const truths = JSON.parse(text) as Truth[];
const cells = parseCells(text, file);

/** Relative errors of one cell beyond what the kernel itself varies by, over all milestones of all flows. */
function errors(id: string): number[] {
  const cell = cells.find((candidate) => candidate.id === id)!;
  const truth = truths.find((candidate) => candidate.id === id)!;
  const { flows } = simulateTransfer(orderOf(cell, 1));
  return flows.flatMap((flow, index) => {
    const measured = milestonesOf(flow, cell.size) as Milestones;
    return NAMES.flatMap((name) => {
      const [expected, found] = [truth.f[index]![name], measured[name]];
      if (expected === null) return [];
      const beyondMs = Math.max(0, Math.abs(found! - expected) - (truth.spreadMs[name] ?? 0));
      return [beyondMs / expected];
    });
  });
}

describe('against the Linux kernel', () => {
  const all = new Map(cells.map(({ id }) => [String(id), errors(String(id))]));

  it.each([...all.keys()])('%s: every milestone within 3 %%', (id) => {
    expect(Math.max(...all.get(id)!)).toBeLessThan(0.03);
  });

  it('all milestones together: median within 0.1 %, 95th percentile within 1 %', () => {
    const together = [...all.values()].flat();
    expect(together.length).toBeGreaterThan(200);
    expect(quantile(together, 0.5)).toBeLessThan(0.001);
    expect(quantile(together, 0.95)).toBeLessThan(0.01);
  });
});
