import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../lab/package-root.ts';
import { networkObjectSchema } from '../../lab/scenario/network-schema.ts';
import { orderOf, parseCells } from '../../lab/transfer/cells.ts';

const cell = {
  id: 'one',
  rttMs: 100,
  downMbit: 1.6,
  upMbit: 0.768,
  queueBytes: 65_536,
  iw: 10,
  cc: 'cubic',
  size: 100_000,
};
const parse = (...cells: unknown[]) => parseCells(JSON.stringify(cells), 'cells.json');

describe('cells', () => {
  it('fills in what may be left out and lets other keys by', () => {
    const [one] = parse({ ...cell, group: 'iw', f: [{ connectMs: 1 }] });
    expect(one).toEqual({ ...cell, flows: 1, gapMs: 500, pace: false, lossIdx: [] });
  });

  it('becomes an order', () => {
    const [one] = parse({ ...cell, flows: 2, gapMs: 250, lossIdx: [3], pace: true });
    expect(orderOf(one!, 7)).toMatchObject({
      bytes: 100_000,
      flows: 2,
      gapMs: 250,
      seed: 7,
      network: {
        baseRttMs: 100,
        downlink: { bandwidthBps: 1_600_000, queueLimitBytes: 65_536, lossRate: 0, forcedLosses: [3] },
        uplink: { bandwidthBps: 768_000, queueLimitBytes: 65_536 },
        initialWindowSegments: 10,
        congestionControl: 'cubic',
        pacing: true,
      },
    });
  });

  it('reads the kernel’s measurements as they are', () => {
    const file = path.join(packageRoot, 'test/data/kernel-tcp/curves.json');
    const cells = parseCells(readFileSync(file, 'utf8'), file);
    expect(cells.length).toBeGreaterThan(40);
    expect(new Set(cells.map(({ cc }) => cc))).toEqual(new Set(['cubic', 'reno', 'bbr']));
  });

  it.each([
    [{ rttMs: -1 }, ['rttMs', 'found -1', 'at least 0']],
    [{ rttMs: '100ms' }, ['rttMs', 'found "100ms"', 'a number']],
    [{ downMbit: 0 }, ['downMbit', 'found 0', 'at least 0.001']],
    [{ upMbit: 1e9 }, ['upMbit', 'found 1000000000', 'at most 10000']],
    [{ queueBytes: 100 }, ['queueBytes', 'found 100', 'at least 1500']],
    [{ iw: 2.5 }, ['iw', 'found 2.5', 'whole number']],
    [{ cc: 'cubik' }, ['cc', '"cubik"', 'did you mean "cubic"', 'reno']],
    [{ size: 10e9 }, ['size', 'found 10000000000', 'at most 1000000000']],
    [{ size: 2e6, flows: 1000 }, ['size', 'found 2000000', '1000 flows', '1000000000']],
    [{ flows: 1e6 }, ['flows', 'found 1000000', 'at most 1000']],
    [{ gapMs: -5 }, ['gapMs', 'found -5']],
    [{ pace: 'yes' }, ['pace', 'found "yes"', 'true or false']],
    [{ lossIdx: [1, -2] }, ['lossIdx[1]', 'found -2']],
    [{ size: undefined }, ['size', 'is missing']],
  ])('refuses %j by file, index, id and key', (change, wanted) => {
    const attempt = () => parse(cell, { ...cell, id: 'two', ...change });
    for (const text of ['cells.json: cell 1 (id "two")', ...wanted]) expect(attempt).toThrow(text);
  });

  it.each([
    ['{', 'not JSON'],
    ['{}', 'a list of cells'],
    ['[]', 'found 0 cells'],
    ['[1]', 'cell 0: found 1; expected a mapping'],
    ['[{}]', 'id: is missing'],
  ])('refuses %s', (text, wanted) => {
    expect(() => parseCells(text, 'cells.json')).toThrow(wanted);
  });

  it('allows what scenario files allow', () => {
    const limits = [
      ['rttMs', 'rtt', 60_000, (ms: number) => `${ms}ms`],
      ['downMbit', 'down', 10_000, (mbit: number) => `${mbit}Mbit/s`],
      ['queueBytes', 'queue', 1e9, (bytes: number) => `${bytes}B`],
      ['iw', 'initialCwnd', 1_000, String],
    ] as const;
    for (const [key, option, highest, text] of limits) {
      expect(parse({ ...cell, [key]: highest })).toHaveLength(1);
      expect(networkObjectSchema.safeParse({ [option]: text(highest) }).success).toBe(true);
      expect(() => parse({ ...cell, [key]: highest + 1 })).toThrow(key);
      expect(networkObjectSchema.safeParse({ [option]: text(highest + 1) }).success).toBe(false);
    }
  });
});
