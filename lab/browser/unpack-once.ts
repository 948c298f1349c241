import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { makeFolders } from '../make-folders.ts';

/** Written last, inside the folder: a folder without it is not finished and never used. */
const MARKER = '.complete';
const PARTIAL = '.partial-';
const DAMAGED = '.damaged-';
/** Nobody unpacks for an hour: a temporary folder older than this was left by a process that died. */
const ABANDONED_AFTER_MS = 3_600_000;
const MAX_ATTEMPTS = 5;

const markerSchema = z.object({
  facts: z.record(z.string(), z.string()),
  files: z.array(z.object({ path: z.string(), bytes: z.number() })),
});

export interface UnpackOnceOptions {
  /** Holds one folder per content; created where it is missing. */
  readonly cacheFolder: string;
  /** Name of the folder: different content, different key. */
  readonly key: string;
  /** Writes the content into an empty folder; what it returns is remembered with it. */
  readonly fill: (folder: string) => Promise<Record<string, string>>;
}

export interface UnpackedFolder {
  readonly folder: string;
  /** What `fill` returned when the folder was made. */
  readonly facts: Readonly<Record<string, string>>;
  /** False where the folder was there already, or another process was quicker. */
  readonly fresh: boolean;
}

/**
 * Makes `cacheFolder/key` once, however many processes ask at the same time: each fills a temporary folder in the same
 * file system and renames it into place; the losers of that race delete theirs. A folder whose marker is missing, or
 * whose files are not those the marker lists, is damaged and made anew.
 *
 * @throws whatever the file system or `fill` throws; the temporary folder is gone by then.
 */
export async function unpackOnce(options: UnpackOnceOptions): Promise<UnpackedFolder> {
  const folder = path.join(options.cacheFolder, options.key);
  const existing = await readComplete(folder);
  if (existing) return { folder, facts: existing, fresh: false };

  await makeFolders(options.cacheFolder);
  await removeAbandoned(options.cacheFolder);
  const partial = await mkdtemp(path.join(options.cacheFolder, `${options.key}${PARTIAL}`));
  try {
    const facts = await options.fill(partial);
    const files = await listFiles(partial);
    // mkdtemp makes it private; a cache filled by root in an image is read by another user.
    await chmod(partial, 0o755);
    await writeFile(path.join(partial, MARKER), JSON.stringify({ facts, files }));
    return await moveIntoPlace(partial, folder, facts);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** A folder that an earlier call has finished; undefined where there is none, or it is damaged. */
export async function findUnpacked(folder: string): Promise<UnpackedFolder | undefined> {
  const facts = await readComplete(folder);
  return facts && { folder, facts, fresh: false };
}

async function moveIntoPlace(
  partial: string,
  folder: string,
  facts: Record<string, string>,
): Promise<UnpackedFolder> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await rename(partial, folder);
      return { folder, facts, fresh: true };
    } catch (error) {
      if (!isOccupied(error) || attempt === MAX_ATTEMPTS) throw error;
    }
    const winner = await readComplete(folder);
    if (winner) return { folder, facts: winner, fresh: false };
    await setAside(folder);
  }
}

/** Takes a damaged folder out of the way, unless somebody repaired it in that very moment. */
async function setAside(folder: string): Promise<void> {
  const aside = `${folder}${DAMAGED}${randomBytes(4).toString('hex')}`;
  try {
    await rename(folder, aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  if (await readComplete(aside)) {
    await rename(aside, folder).catch((error: unknown) => {
      if (!isOccupied(error)) throw error;
    });
  }
  await rm(aside, { recursive: true, force: true });
}

/** The facts of a finished, undamaged folder. */
async function readComplete(folder: string): Promise<Record<string, string> | undefined> {
  let text: string;
  try {
    text = await readFile(path.join(folder, MARKER), 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return undefined;
    throw error;
  }
  const marker = markerSchema.safeParse(parseJson(text));
  if (!marker.success) return undefined;
  for (const file of marker.data.files) {
    const found = await stat(path.join(folder, file.path)).catch(() => undefined);
    if (found?.size !== file.bytes) return undefined;
  }
  return marker.data.facts;
}

async function listFiles(folder: string): Promise<{ path: string; bytes: number }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async (entry) => {
      const absolute = path.join(entry.parentPath, entry.name);
      return { path: path.relative(folder, absolute), bytes: (await stat(absolute)).size };
    }),
  );
}

async function removeAbandoned(cacheFolder: string): Promise<void> {
  for (const name of await readdir(cacheFolder)) {
    if (!name.includes(PARTIAL) && !name.includes(DAMAGED)) continue;
    const leftover = path.join(cacheFolder, name);
    const found = await stat(leftover).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > ABANDONED_AFTER_MS) {
      await rm(leftover, { recursive: true, force: true });
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isOccupied(error: unknown): boolean {
  return hasCode(error, 'ENOTEMPTY') || hasCode(error, 'EEXIST') || hasCode(error, 'ENOTDIR');
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
