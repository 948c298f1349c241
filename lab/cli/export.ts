import path from 'node:path';
import { Command } from 'commander';
import { InputError } from '../errors.ts';
import { chooseTrials } from '../export/choose-trials.ts';
import { FORMAT_NAMES, formatNamed, type FormatName } from '../export/formats.ts';
import { writeFiles } from '../export/write-files.ts';
import { unknownWord } from '../input/problems.ts';
import { readResults } from '../run/read-results.ts';

interface ExportOptions {
  readonly format: FormatName;
  readonly trial: readonly string[];
  readonly all?: boolean;
  readonly out?: string;
}

export function exportCommand(): Command {
  return new Command('export')
    .description('write a stored result in a format that other tools open')
    .argument('<folder>', 'what `lab run` wrote, e.g. results/2g-cold/<time>')
    .requiredOption('--format <name>', FORMAT_NAMES.join(', '), formatName)
    .option(
      '--trial <id>',
      'this trial; may be given several times (default: the median trial of each strategy)',
      (id: string, ids: readonly string[]) => [...ids, id],
      [] as readonly string[],
    )
    .option('--all', 'every trial that counts')
    .option('--out <file|folder>', 'where to; - prints a single text (default: <folder>/export/)')
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  lab export results/2g-cold/<time> --format har\n' +
        '  lab export results/2g-cold/<time> --format pcapng --trial 014-before-html --out push.pcapng\n' +
        '  lab export results/2g-cold/<time> --format markdown --out - >> "$GITHUB_STEP_SUMMARY"',
    )
    .action(exportRun);
}

async function exportRun(folder: string, { format: name, trial, all, out }: ExportOptions): Promise<void> {
  const results = await readResults(path.join(folder, 'results.json'));
  const format = formatNamed(name);
  if (trial.length > 0 && (all === true || format.ofRun === true)) {
    throw new InputError(
      all === true ? '--trial and --all exclude each other' : `--trial: ${name} is about the whole run`,
    );
  }
  const trials = format.ofRun === true ? [] : chooseTrials(results, { ids: trial, all: all === true });
  const files = await format.files({
    folder,
    results,
    trials,
    // Whoever names a trial wants that one.
    onUnreadable: trial.length > 0 ? undefined : (error) => console.error(`left out: ${error.message}`),
  });
  if (out === '-') {
    const [only] = files;
    if (files.length !== 1 || typeof only?.content !== 'string') {
      throw new InputError(
        `--out -: ${files.length === 1 ? 'this is not text' : `there are ${files.length} files`}`,
        {
          nextStep: 'name a file or folder',
        },
      );
    }
    process.stdout.write(only.content);
    return;
  }
  if (out === '') throw new InputError('--out: found ""; expected the name of a file or folder');
  for (const file of await writeFiles(files, out ?? path.join(folder, 'export'))) {
    console.log(path.relative('', file) || file);
  }
}

function formatName(text: string): FormatName {
  const found = FORMAT_NAMES.find((name) => name === text);
  if (found !== undefined) return found;
  throw new InputError(`--format: ${unknownWord('format', text, FORMAT_NAMES)}`);
}
