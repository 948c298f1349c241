import path from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { loadInspectClient } from '../../reports/html/assets.ts';
import { renderInspection } from '../../reports/inspect/page.ts';
import { EnvironmentError } from '../errors.ts';
import { inspectFile } from '../inspect/inspect-file.ts';
import { writeWhole } from '../run/write-whole.ts';
import { inspectionText } from './inspect-table.ts';

export function inspectCommand(): Command {
  return new Command('inspect')
    .description('tell what became of every push in a NetLog, a trace or a HAR of any browser')
    .argument(
      '<file>',
      'from chrome://net-export, --log-net-log, chrome://tracing, or *.har; gzip or not, truncated or not',
    )
    .option('--json', 'print the whole reading as JSON (`lab schema inspection` describes it)')
    .option('--html <file>', 'write it as a page instead: one file, to be opened offline')
    .option('--all', 'print every row of the tables')
    .addHelpText('after', '\nExample:\n  lab inspect chrome-net-export-log.json')
    .action(async (file: string, options: { json?: boolean; all?: boolean; html?: string }) => {
      const inspection = await inspectFile(file);
      if (options.html !== undefined) {
        await writePage(options.html, renderInspection(inspection, path.basename(file), loadInspectClient()));
      }
      if (inspection.kind !== 'har') {
        for (const note of inspection.notes) console.error(`${pc.yellow('note:')} ${note}`);
      }
      if (options.html !== undefined && options.json !== true) {
        console.log(options.html);
        return;
      }
      console.log(
        options.json === true
          ? JSON.stringify(inspection, undefined, 1)
          : inspectionText(inspection, options.all),
      );
    });
}

async function writePage(file: string, html: string): Promise<void> {
  try {
    await writeWhole(file, html);
  } catch (cause) {
    throw new EnvironmentError(`--html: ${file} cannot be written: ${(cause as Error).message}`, {
      nextStep: 'name a file in a folder that exists and is yours to write to',
      cause,
    });
  }
}
