import { Command } from 'commander';
import pc from 'picocolors';
import { readStoredRun } from '../run/read-results.ts';
import { ResultFolder } from '../run/result-folder.ts';
import { outOf } from '../run/run-folders.ts';
import { renderReport } from './render-report.ts';
import { refreshIndex } from './write-index.ts';

export function reportCommand(): Command {
  return new Command('report')
    .description('render report.html again from a stored result, and the index of all runs')
    .argument('<folder>', 'what `lab run` wrote, e.g. results/2g-cold/<time>')
    .action(async (folder: string) => {
      const stored = await readStoredRun(folder);
      const { html, damage } = await renderReport(folder, stored);
      console.log(await new ResultFolder(folder).writeReport(html));
      for (const problem of [...stored.damage, ...damage]) console.error(`${pc.yellow('note:')} ${problem}`);
      // A result that was copied elsewhere has no list to stand in.
      const out = outOf(folder, stored.results.scenario.name);
      if (out !== undefined) await refreshIndex(out);
    });
}
