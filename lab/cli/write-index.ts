import { open } from 'node:fs/promises';
import path from 'node:path';
import pc from 'picocolors';
import { loadIndexClient } from '../../reports/html/assets.ts';
import type { IndexEntry } from '../../reports/index/index-entry.ts';
import { digestRun } from '../../reports/index/run-digest.ts';
import { renderRunsIndex } from '../../reports/index/runs-index.ts';
import { readResults } from '../run/read-results.ts';
import { listRuns, type RunFolder } from '../run/run-folders.ts';
import { writeWhole } from '../run/write-whole.ts';

/** The page over all runs below `out`; its path. What goes wrong is one line: no run fails for its index. */
export async function refreshIndex(out: string): Promise<string | undefined> {
  try {
    return await writeIndex(out);
  } catch (error) {
    console.error(`${pc.yellow('note:')} the index of all runs was not written: ${(error as Error).message}`);
    return undefined;
  }
}

/** @throws {Error} where it cannot be written, or would replace a page that is not ours */
export async function writeIndex(out: string): Promise<string> {
  const file = path.join(out, 'index.html');
  await refuseForeign(file);
  // Another run may end meanwhile and write its own index first: then this one would lack it.
  let runs = await listRuns(out);
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const entries: IndexEntry[] = [];
    for (const run of runs) entries.push(await entryOf(out, run));
    await writeWhole(file, renderRunsIndex(entries, loadIndexClient()));
    const after = await listRuns(out);
    if (isSame(runs, after)) break;
    runs = after;
  }
  return file;
}

/** One result at a time is in memory; a damaged one costs its own row. */
async function entryOf(out: string, folder: RunFolder): Promise<IndexEntry> {
  const { scenario, time, startedAt, hasReport } = folder;
  const place = { scenario, time, startedAt, hasReport };
  try {
    return { ...place, run: digestRun(await readResults(path.join(folder.path, 'results.json'))) };
  } catch (error) {
    const message = (error as Error).message.replaceAll(out + path.sep, '');
    return { ...place, run: { problem: message.slice(0, MOST_MESSAGE_CHARACTERS) } };
  }
}

/** `--out public` must not cost anyone the front page of their site. */
export async function refuseForeign(file: string): Promise<void> {
  let handle;
  try {
    handle = await open(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096));
    if (buffer.toString('utf8', 0, bytesRead).includes('content="push lab index"')) return;
  } finally {
    await handle.close();
  }
  throw new Error(`${file} is there already and not the lab’s`);
}

function isSame(before: readonly RunFolder[], after: readonly RunFolder[]): boolean {
  return (
    before.length === after.length &&
    before.every(({ path: folder, hasReport }, index) => {
      const other = after[index];
      return other?.path === folder && other.hasReport === hasReport;
    })
  );
}

const MOST_ATTEMPTS = 3;
const MOST_MESSAGE_CHARACTERS = 400;
