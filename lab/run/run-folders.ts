import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** A folder that holds the results of a run, where `lab run` puts them: `<out>/<scenario>/<time>/`. */
export interface RunFolder {
  readonly path: string;
  /** Names of the two folders. */
  readonly scenario: string;
  readonly time: string;
  /** ISO 8601, from the name. */
  readonly startedAt: string;
  readonly hasReport: boolean;
}

/** `2026-11-28T14-05-11Z`, and `…-2` for the second run of one second. */
const STAMP = /^(\d{4}-\d{2}-\d{2}T)(\d{2})-(\d{2})-(\d{2}Z)(?:-(\d{1,9}))?$/;

/** How the folder of a run that began then is called. */
export function stampOf(startedAt: Date): string {
  return `${startedAt.toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
}

/** All runs below a folder of results, oldest first. Folders by other names, or without results.json, are none. */
export async function listRuns(out: string): Promise<RunFolder[]> {
  const runs: (RunFolder & { readonly number: number })[] = [];
  for (const scenario of await foldersIn(out)) {
    const parent = path.join(out, scenario);
    for (const time of await foldersIn(parent)) {
      const folder = path.join(parent, time);
      const [, date, hour, minute, second, number = '1'] = STAMP.exec(time) ?? [];
      if (date === undefined || !existsSync(path.join(folder, 'results.json'))) continue;
      const startedAt = `${date}${hour}:${minute}:${second}`;
      const hasReport = existsSync(path.join(folder, 'report.html'));
      runs.push({ path: folder, scenario, time, startedAt, hasReport, number: Number(number) });
    }
  }
  return runs.sort((left, right) => compare(left.startedAt, right.startedAt) || left.number - right.number);
}

/** The folder of results that a run of this scenario lies in; undefined where it lies elsewhere. */
export function outOf(folder: string, scenario: string): string | undefined {
  const parent = path.dirname(path.resolve(folder));
  const isRun = STAMP.test(path.basename(path.resolve(folder))) && path.basename(parent) === scenario;
  return isRun ? path.dirname(parent) : undefined;
}

/** None in what is missing, or not a folder, or not ours to read. */
async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch {
    return [];
  }
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
