import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { InputError } from '../errors.ts';
import { describeValue } from './problems.ts';
import { formatSize } from '../network/units.ts';

/**
 * Reads a text file that a person wrote.
 * @throws InputError where there is no such file, it is no regular file, over `maxBytes`, or not UTF-8. The size is
 * taken from the open file before a byte is read.
 */
export async function readTextFile(file: string, maxBytes: number): Promise<string> {
  let handle: FileHandle | undefined;
  try {
    // Non-blocking, so that a named pipe is refused below instead of waiting for a writer.
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = await handle.stat();
    if (stats.isDirectory()) throw new InputError(`${file} is a folder, not a file`);
    if (!stats.isFile()) throw new InputError(`${file} is not a regular file`);
    if (stats.size > maxBytes) {
      throw new InputError(
        `${file} has ${formatSize(stats.size)}; more than ${formatSize(maxBytes)} is not read`,
      );
    }
    const bytes = await handle.readFile();
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(fileProblem(file, error), { cause: error });
  } finally {
    await handle?.close();
  }
}

/** What kept a file from being read, in words. */
export function fileProblem(name: string, error: unknown): string {
  // A name of nothing or with line ends would not look like one.
  const file = name.trim() !== name || name === '' || /\p{C}/u.test(name) ? describeValue(name) : name;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `there is no file ${file}`;
    case 'EISDIR':
      return `${file} is a folder, not a file`;
    case 'EACCES':
    case 'EPERM':
      return `${file} may not be read by this user`;
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return `${file} is not UTF-8 text`;
    case 'ERR_INVALID_ARG_VALUE':
      return `a file name cannot contain a NUL character`;
    default:
      return `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}
