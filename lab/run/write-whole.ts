import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';

/**
 * The file appears whole or not at all: it is written beside its place, under a name no one else uses, and renamed.
 * Whoever writes the same file meanwhile does the same, and the later one stays.
 */
export async function writeWhole(file: string, content: string | Buffer): Promise<void> {
  const beside = `${file}.${randomUUID()}.partial`;
  try {
    await writeFile(beside, content);
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    // The name beside it means nothing to a reader.
    if (error instanceof Error) error.message = error.message.replaceAll(beside, file);
    throw error;
  }
}
