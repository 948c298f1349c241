import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lab } from '../e2e/support/lab.ts';

/** The built command line; nothing here needs a browser or a socket. */
const PATH = ['--rtt', '100ms', '--down', '1.6mbit/s', '--up', '1.6mbit/s', '--queue', '64kB'];
const folder = mkdtempSync(path.join(tmpdir(), 'lab-transfer-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Line {
  id: string;
  error?: string;
  flows: { connectMs: number; t14600Ms: number | null; t100Ms: number; curve: number[] }[];
  drops: number;
  retransmitted: number;
  maxQueueBytes: number;
}

const cell = {
  ...{ rttMs: 100, downMbit: 1.6, upMbit: 1.6, queueBytes: 65_536 },
  ...{ iw: 10, cc: 'cubic', size: 100_000 },
};

function cellsFile(name: string, cells: unknown): string {
  const file = path.join(folder, name);
  writeFileSync(file, JSON.stringify(cells));
  return file;
}

// Starting Node.js takes a second where the machine is busy.
describe('lab transfer', { timeout: 30_000 }, () => {
  it('prints milestones, drops and the queue, and that the clock is virtual', async () => {
    const { status, stdout } = await lab(['transfer', ...PATH, '--bytes', '100kB']);
    expect(status).toBe(0);
    for (const text of ['connect', '100.6', '14,600 bytes', 'virtual clock', 'drops', 'retransmitted']) {
      expect(stdout).toContain(text);
    }
    // Deepest queue, and the delay it is at 1.6 Mbit/s.
    expect(stdout).toMatch(/deepest queue .* kB of 64 kB: \d+ ms of delay at 1\.6 Mbit\/s/);
  });

  it('prints the same as JSON, with the steps', async () => {
    const { stdout } = await lab([
      'transfer',
      '--network',
      '3g',
      '--bytes',
      '15kB',
      '--flows',
      '2',
      '--json',
    ]);
    const result = JSON.parse(stdout) as Line & { clock: string; queueSteps: unknown[] };
    expect(result).toMatchObject({ clock: 'virtual', bytes: 15_000, network: { name: '3g' } });
    expect(result.flows).toHaveLength(2);
    expect(result.flows[0]!.curve).toHaveLength(101);
    expect(result.queueSteps.length).toBeGreaterThan(10);
  });

  it('draws', async () => {
    const file = path.join(folder, 'plot.html');
    const { status, stdout } = await lab(['transfer', ...PATH, '--bytes', '50kB', '--plot', file]);
    expect(status).toBe(0);
    expect(stdout).toContain(file);
    expect(readFileSync(file, 'utf8')).toContain('<!doctype html>');
  });

  it('answers each cell of a file by a line', async () => {
    const file = cellsFile('good.json', [
      { ...cell, id: 'small', size: 10_000 },
      { ...cell, id: 'two', flows: 2, gapMs: 100 },
    ]);
    const { status, stdout } = await lab(['transfer', '--batch', file, '--json']);
    expect(status).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
    expect(lines.map(({ id }) => id)).toEqual(['small', 'two']);
    expect(Object.keys(lines[0]!)).toEqual(['id', 'flows', 'drops', 'retransmitted', 'maxQueueBytes']);
    expect(Object.keys(lines[0]!.flows[0]!)).toEqual([
      ...['connectMs', 'firstByteMs', 't14600Ms', 't50Ms', 't100Ms', 'curve'],
    ]);
    expect(lines[0]!.flows[0]!.t14600Ms).toBeNull();
    // 100 ms and 60 B each way at 1.6 Mbit/s
    expect(lines[0]!.flows[0]!.connectMs).toBeCloseTo(100.6, 0);
    expect(lines[1]!.flows).toHaveLength(2);
    expect(lines[1]!.flows[1]!.curve[100]).toBe(lines[1]!.flows[1]!.t100Ms);
  });

  it('carries the others out where one cannot be, and exits with 2', async () => {
    // A retransmission every 120 s at most: in a day far fewer than these.
    const lossIdx = Array.from({ length: 2000 }, (_, index) => index);
    const file = cellsFile('lossy.json', [
      { ...cell, id: 'lossy', lossIdx },
      { ...cell, id: 'cubic' },
    ]);
    const { status, stdout, stderr } = await lab(['transfer', '--batch', file, '--json']);
    expect(status).toBe(2);
    const [first, second] = stdout.trim().split('\n');
    expect(JSON.parse(first!)).toEqual({
      id: 'lossy',
      error: expect.stringContaining('given up') as string,
    });
    expect((JSON.parse(second!) as Line).flows[0]!.connectMs).toBeCloseTo(100.6, 0);
    expect(stderr).toMatch(/lossy\.json: cell 0 \(id "lossy"\): given up/);
  });

  it.each([
    [
      [...PATH, '--batch', 'cells.json'],
      ['--rtt', '--batch'],
    ],
    [
      [...PATH, '--down', '0', '--flows', '1000000'],
      ['--down', 'found "0"', '--flows', '1 to 1000'],
    ],
    [['--batch', 'nowhere.json'], ['there is no file nowhere.json']],
    [
      ['--network', '3g', '--loss', '99%'],
      ['given up', 'next:'],
    ],
  ])('refuses %j', async (args, wanted) => {
    const { status, stderr } = await lab(['transfer', ...args]);
    expect(status).toBe(2);
    for (const text of wanted) expect(stderr).toContain(text);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('exits with 3 where the plot cannot be written', async () => {
    const { status, stderr } = await lab(['transfer', ...PATH, '--plot', '/dev/null/plot.html']);
    expect(status).toBe(3);
    expect(stderr).toContain('--plot');
  });
});
