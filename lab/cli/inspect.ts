import { Command } from 'commander';
import pc from 'picocolors';
import { inspectFile } from '../inspect/inspect-file.ts';
import { inspectionText } from './inspect-table.ts';

export function inspectCommand(): Command {
  return new Command('inspect')
    .description('tell what became of every push in a NetLog, a trace or a HAR of any browser')
    .argument(
      '<file>',
      'from chrome://net-export, --log-net-log, chrome://tracing, or *.har; gzip or not, truncated or not',
    )
    .option('--json', 'print the whole reading as JSON (`lab schema inspection` describes it)')
    .option('--all', 'print every row of the tables')
    .addHelpText('after', '\nExample:\n  lab inspect chrome-net-export-log.json')
    .action(async (file: string, options: { json?: boolean; all?: boolean }) => {
      const inspection = await inspectFile(file);
      if (inspection.kind !== 'har') {
        for (const note of inspection.notes) console.error(`${pc.yellow('note:')} ${note}`);
      }
      console.log(
        options.json === true
          ? JSON.stringify(inspection, undefined, 1)
          : inspectionText(inspection, options.all),
      );
    });
}
