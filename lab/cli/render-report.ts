import path from 'node:path';
import { loadReportClient } from '../../reports/html/assets.ts';
import { packDetails } from '../../reports/html/detail/pack.ts';
import { renderHtmlReport } from '../../reports/html/report.ts';
import { readWaterfall, type StoredRun } from '../run/read-results.ts';

/**
 * The report of a result folder, and what of it could not be read. The trials a reader can choose are read one at a time;
 * a damaged one is named in the report as well.
 */
export async function renderReport(
  folder: string,
  { results, waterfalls, frames }: Omit<StoredRun, 'damage'>,
): Promise<{ html: string; damage: readonly string[] }> {
  const damage: string[] = [];
  const medians = new Set(Object.values(results.medianTrials));
  const details = await packDetails(results, async (trial) => {
    // The reader of the median trials has named those already.
    if (medians.has(trial)) return waterfalls.get(trial);
    try {
      return await readWaterfall(path.join(folder, 'trials', trial, 'waterfall.json'));
    } catch (error) {
      damage.push(`the waterfall of trial ${trial} cannot be read: ${(error as Error).message}`);
      return undefined;
    }
  });
  const html = renderHtmlReport({
    results: { ...results, warnings: [...results.warnings, ...damage] },
    waterfalls,
    details,
    frames,
    client: loadReportClient(),
  });
  return { html, damage };
}
