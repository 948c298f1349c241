import { stat } from 'node:fs/promises';
import path from 'node:path';
import { rename, writeFile } from 'node:fs/promises';
import { EnvironmentError, InputError } from '../errors.ts';
import { makeFolders } from '../make-folders.ts';
import type { ExportedFile } from './formats.ts';

/**
 * Writes every file whole or not at all, and none before all of them are there to be written.
 *
 * @param out a folder, or for a single file its name; what exists and is a folder, or ends in a slash, is a folder
 * @returns the paths
 * @throws {InputError} for several files and one name, {EnvironmentError} where they cannot be written
 */
export async function writeFiles(files: readonly ExportedFile[], out: string): Promise<readonly string[]> {
  const targets = await targetsOf(files, out);
  try {
    for (const { file } of targets) await makeFolders(path.dirname(path.resolve(file)));
    for (const { file, content } of targets) await writeFile(`${file}.partial`, content);
    for (const { file } of targets) await rename(`${file}.partial`, file);
  } catch (error) {
    throw new EnvironmentError(`cannot write to ${out}: ${(error as Error).message}`, {
      nextStep: 'choose another place with --out',
      cause: error,
    });
  }
  return targets.map(({ file }) => file);
}

async function targetsOf(
  files: readonly ExportedFile[],
  out: string,
): Promise<readonly { readonly file: string; readonly content: string | Buffer }[]> {
  const inFolder = () => files.map(({ name, content }) => ({ file: path.join(out, name), content }));
  const existing = await stat(out).catch(() => undefined);
  if (existing?.isDirectory() === true || /[/\\]$/.test(out)) return inFolder();
  const [only] = files;
  if (files.length === 1 && only !== undefined) {
    // `--out exports` is a folder that is not there yet, `--out page.har` a file.
    return existing !== undefined || path.extname(out) !== ''
      ? [{ file: out, content: only.content }]
      : inFolder();
  }
  if (existing === undefined && path.extname(out) === '') return inFolder();
  throw new InputError(`--out: ${files.length} files do not fit into one, ${out}`, {
    nextStep:
      existing === undefined ? `--out ${out}/ makes a folder` : 'name a folder, or one trial with --trial',
  });
}
