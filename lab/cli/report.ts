import { Command } from 'commander';
import { readStoredRun } from '../run/read-results.ts';
import { ResultFolder } from '../run/result-folder.ts';
import { renderReport } from './render-report.ts';

export function reportCommand(): Command {
  return new Command('report')
    .description('render report.html again from a stored result')
    .argument('<folder>', 'what `lab run` wrote, e.g. results/2g-cold/<time>')
    .action(async (folder: string) => {
      const html = await renderReport(folder, await readStoredRun(folder));
      console.log(await new ResultFolder(folder).writeReport(html));
    });
}
