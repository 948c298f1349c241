import { Command } from 'commander';
import { loadReportClient } from '../../reports/html/assets.ts';
import { renderHtmlReport } from '../../reports/html/report.ts';
import { readStoredRun } from '../run/read-results.ts';
import { ResultFolder } from '../run/result-folder.ts';

export function reportCommand(): Command {
  return new Command('report')
    .description('render report.html again from a stored result')
    .argument('<folder>', 'what `lab run` wrote, e.g. results/2g-cold/<time>')
    .action(async (folder: string) => {
      const { results, waterfalls } = await readStoredRun(folder);
      const html = renderHtmlReport({ results, waterfalls, client: loadReportClient() });
      console.log(await new ResultFolder(folder).writeReport(html));
    });
}
