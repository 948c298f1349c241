import { Worker } from 'node:worker_threads';
import { formatBandwidth, formatDuration } from '../network/units.ts';
import { median, quantile } from '../stats/descriptive.ts';
import { RealPath } from '../transfer/real-path.ts';
import { simulateTransfer } from '../transfer/simulate-transfer.ts';
import type { TransferRecord } from '../transfer/transfer.ts';
import type { Calibration, CalibrationLine } from './calibration.ts';
import type { Check, CheckedPath, Reading } from './checks.ts';
import type { Programme } from './programme.ts';
import { BUSY_LINE, IDLE_LINE, judge, judgeLateness, overall } from './verdict.ts';

/**
 * Is this machine good enough? Configured against measured through the real proxy, and how late its pacer is.
 *
 * @param onStep told what comes next, and how many steps there are
 * @throws {EnvironmentError} where the emulator process does not start, or dies
 */
export async function calibrate(
  programme: Programme,
  onStep: (step: { number: number; steps: number; name: string }) => void = () => undefined,
): Promise<Calibration> {
  const { pacerMs, withBusyCore, checks } = programme;
  const steps = 1 + (withBusyCore ? 1 : 0) + checks.length;
  let number = 0;
  const announce = (name: string) => onStep({ number: ++number, steps, name });
  const lines: CalibrationLine[] = [];
  announce('pacer, idle');
  const path = await RealPath.open();
  try {
    lines.push(latenessLine(IDLE_LINE, await path.emulator.timePacer(pacerMs)));
    if (withBusyCore) {
      announce('pacer, a core busy');
      lines.push(latenessLine(BUSY_LINE, await besideABusyCore(() => path.emulator.timePacer(pacerMs))));
    }
    for (const check of checks) {
      announce(`${check.readings[0]?.name.split(',')[0] ?? ''} at ${pointText(check.path)}`);
      lines.push(...(await carryOut(check, path)));
    }
  } finally {
    path.close();
  }
  return { scheduling: path.scheduling, lines, ...overall(lines) };
}

/** What looks off is measured twice more and judged by its median: one stall of the machine is no verdict on it. */
async function carryOut({ path, order, readings }: Check, realPath: RealPath): Promise<CalibrationLine[]> {
  const expected = simulateTransfer(order);
  const records: TransferRecord[] = [];
  const linesSoFar = () => readings.map((reading) => lineOf(reading, path, expected, records));
  records.push((await realPath.carryOut(order)).record);
  if (linesSoFar().some(({ verdict }) => verdict === 'off')) {
    for (let more = 0; more < 2; more++) records.push((await realPath.carryOut(order)).record);
  }
  return linesSoFar();
}

function lineOf(
  { name, unit, configured, resolution, read }: Reading,
  path: CheckedPath,
  expected: TransferRecord,
  records: readonly TransferRecord[],
): CalibrationLine {
  const predicted = read(expected);
  const values = records.flatMap((record) => read(record) ?? []);
  const line = { name, point: pointText(path), unit, configured, predicted };
  if (predicted === undefined || values.length === 0) {
    return { ...line, measured: 0, verdict: 'off', words: 'off, the transfer was cut short' };
  }
  const measured = median(values);
  return { ...line, measured, ...judge(unit, { predicted, measured, resolution }) };
}

function latenessLine(name: string, latenessMs: readonly number[]): CalibrationLine {
  const p99Ms = quantile(latenessMs, 0.99);
  const [p50, worst] = [0.5, 1].map((share) => quantile(latenessMs, share).toFixed(2));
  return {
    name,
    point: `p50 ${p50} ms, max ${worst} ms`,
    unit: 'ms',
    measured: p99Ms,
    ...judgeLateness(p99Ms),
  };
}

/** A thread of this process spins meanwhile. */
async function besideABusyCore<T>(action: () => Promise<T>): Promise<T> {
  const spinner = new Worker('for (;;);', { eval: true });
  try {
    return await action();
  } finally {
    await spinner.terminate();
  }
}

function pointText({ rttMs, downBps }: CheckedPath): string {
  return `${formatDuration(rttMs)}, ${formatBandwidth(downBps)}`;
}
