import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { download, timeOf } from './support.ts';

interface Milestones {
  connectMs: number;
  firstByteMs: number;
  t14600Ms: number | null;
  t100Ms: number;
}

interface Cell {
  id: string;
  rttMs: number;
  downMbit: number;
  upMbit: number;
  queueBytes: number;
  iw: number;
  cc: 'cubic' | 'reno' | 'bbr';
  size: number;
  flows: number;
  pace: boolean;
  f: (Milestones & { startMs: number })[];
  spreadMs: Record<keyof Milestones, number>;
  droptail: number;
  forced: number;
}

const cells = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../data/kernel-tcp/curves.json'), 'utf8'),
) as Cell[];

/** What the model covers so far: one unpaced flow, no forced losses. */
const modelled = cells.filter(
  (cell) => cell.cc !== 'bbr' && !cell.pace && cell.forced === 0 && cell.flows === 1,
);
/** HyStart's ACK train sees ACK pairs where the kernel's receiver acknowledged singly, and leaves slow start early. */
const HYSTART_DIFFERS = ['queue rtt300 r9 iw10 q262144 cubic n1000000'];
const lossless = modelled.filter((cell) => cell.droptail === 0 && !HYSTART_DIFFERS.includes(cell.id));

function transfer(cell: Cell) {
  const { downloads } = download(
    {
      rttMs: cell.rttMs,
      downBps: cell.downMbit * 1e6,
      upBps: cell.upMbit * 1e6,
      queueBytes: cell.queueBytes,
      initialWindowSegments: cell.iw,
      congestionControl: cell.cc === 'reno' ? 'reno' : 'cubic',
    },
    cell.size,
  );
  return downloads[0]!;
}

describe('against the Linux kernel', () => {
  it.each(modelled)('$id: handshake and first byte within 1 ms', (cell) => {
    const record = transfer(cell);
    const truth = cell.f[0]!;
    expect(Math.abs(record.connectMs! - truth.connectMs)).toBeLessThan(1);
    expect(Math.abs(record.arrivals[0]![0] - truth.firstByteMs)).toBeLessThan(1);
  });

  it.each(lossless)('$id: the whole transfer within 2 % where the kernel lost nothing', (cell) => {
    const record = transfer(cell);
    const truth = cell.f[0]!;
    if (truth.t14600Ms !== null) {
      expect(Math.abs(timeOf(record, 14_600) / truth.t14600Ms - 1)).toBeLessThan(0.02);
    }
    const beyondSpreadMs = Math.max(
      0,
      Math.abs(timeOf(record, cell.size) - truth.t100Ms) - cell.spreadMs.t100Ms,
    );
    expect(beyondSpreadMs / truth.t100Ms).toBeLessThan(0.02);
  });
});
