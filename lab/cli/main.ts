#!/usr/bin/env node
import { Command } from 'commander';
import pc from 'picocolors';
import { LabError } from '../errors.ts';
import { labVersion } from '../package-root.ts';
import { browsersCommand } from './browsers.ts';
import { calibrateCommand } from './calibrate.ts';
import { doctorCommand } from './doctor.ts';
import { exportCommand } from './export.ts';
import { inspectCommand } from './inspect.ts';
import { openCommand } from './open.ts';
import { reportCommand } from './report.ts';
import { runCommand } from './run.ts';
import { schemaCommand } from './schema.ts';
import { serveCommand } from './serve.ts';
import { transferCommand } from './transfer.ts';

const program = new Command('lab')
  .description(
    'Which way of getting sub-resources to the browser is fastest on a given network, by how much, and why?\n' +
      'Real page loads in a real Chromium over an emulated network.',
  )
  .version(labVersion)
  .showSuggestionAfterError()
  .showHelpAfterError('(lab --help lists the commands)')
  .addHelpText('after', '\nExit status: 0 fine, 2 bad input or usage, 3 the environment, 130 interrupted.')
  .addCommand(runCommand())
  .addCommand(serveCommand())
  .addCommand(reportCommand())
  .addCommand(openCommand())
  .addCommand(exportCommand())
  .addCommand(inspectCommand())
  .addCommand(transferCommand())
  .addCommand(calibrateCommand())
  .addCommand(doctorCommand())
  .addCommand(browsersCommand())
  .addCommand(schemaCommand());

// Commander exits with 1 on a usage error; ours is 2.
program.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
for (const command of program.commands) command.copyInheritedSettings(program);

// `lab … | head`: whoever read the output has seen enough; results go to files.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

/** Prints what went wrong and what to do; a stack trace only where it is our mistake. */
function explain(error: unknown): number {
  if (error instanceof LabError) {
    console.error(`${pc.red('error:')} ${error.message}`);
    if (error.nextStep !== undefined) console.error(`${pc.bold('next:')}  ${error.nextStep}`);
    return error.exitCode;
  }
  console.error(pc.red('This is a mistake in the lab itself, not in your input:'));
  console.error(error);
  return 3;
}
