import os from 'node:os';
import Table from 'cli-table3';
import { Command } from 'commander';
import pc from 'picocolors';
import type { Calibration, CalibrationLine, CalibrationUnit, Verdict } from '../calibrate/calibration.ts';
import { calibrate } from '../calibrate/calibrate.ts';
import { FULL_PROGRAMME, QUICK_PROGRAMME } from '../calibrate/programme.ts';
import { formatBandwidth } from '../network/units.ts';

interface CalibrateOptions {
  readonly quick?: boolean;
  readonly json?: boolean;
}

export function calibrateCommand(): Command {
  return new Command('calibrate')
    .description(
      'is this machine good enough? the configured network against what is measured through the proxy',
    )
    .option('--quick', 'fewer points, ten seconds instead of half a minute')
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', '\nExit status: 0 good or fair, 3 this machine is off.')
    .action(run);
}

async function run({ quick = false, json = false }: CalibrateOptions): Promise<void> {
  const calibration = await calibrate(quick ? QUICK_PROGRAMME : FULL_PROGRAMME, ({ number, steps, name }) => {
    process.stderr.write(`${number}/${steps}  ${name}\n`);
  });
  if (json) console.log(JSON.stringify(calibration, undefined, 2));
  else console.log(`\n${calibrationText(calibration)}`);
  if (calibration.verdict === 'off') process.exitCode = 3;
}

function calibrationText({ scheduling, lines, verdict, sentence }: Calibration): string {
  const table = new Table({
    head: ['', 'at', 'configured', 'model', 'measured', 'verdict'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'left', 'right', 'right', 'right', 'left'],
  });
  for (const line of lines) {
    const value = (number: number | undefined) => (number === undefined ? '–' : valueText(line, number));
    table.push([
      line.name,
      line.point,
      value(line.configured),
      value(line.predicted),
      value(line.measured),
      COLOURS[line.verdict](line.words),
    ]);
  }
  return [
    table.toString(),
    `${os.availableParallelism()} cores, the emulator is scheduled as ${SCHEDULING_WORDS[scheduling]}`,
    COLOURS[verdict](sentence),
  ].join('\n');
}

function valueText({ unit }: CalibrationLine, value: number): string {
  return FORMATS[unit](value);
}

const FORMATS: Readonly<Record<CalibrationUnit, (value: number) => string>> = {
  ms: (value) => `${value.toFixed(2)} ms`,
  'bit/s': (value) => formatBandwidth(Number(value.toPrecision(4))),
  B: (value) => `${value} B`,
};

const COLOURS: Readonly<Record<Verdict, (text: string) => string>> = {
  good: pc.green,
  fair: pc.yellow,
  off: pc.red,
};

const SCHEDULING_WORDS = {
  'real-time': 'real-time (SCHED_RR)',
  'high-priority': 'a high priority (nice -20)',
  ordinary: 'any other program; as root, or with CAP_SYS_NICE, it would be more punctual',
} as const;
