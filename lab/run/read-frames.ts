import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FilmRecord, Results } from './results.ts';

/**
 * The frames a report shows: those of the median films, file → JPEG. A film of which one is missing or not what was
 * written has none, and is named in the warnings.
 */
export async function readFrames(
  folder: string,
  { films, medianFilms }: Pick<Results, 'films' | 'medianFilms'>,
): Promise<{ frames: ReadonlyMap<string, Uint8Array>; warnings: readonly string[] }> {
  const frames = new Map<string, Uint8Array>();
  const warnings: string[] = [];
  const shown = new Set(Object.values(medianFilms));
  for (const film of films.filter(({ trial }) => shown.has(trial))) {
    try {
      for (const [file, jpeg] of await readFilm(folder, film)) frames.set(file, jpeg);
    } catch (error) {
      warnings.push(`the film ${film.trial} cannot be shown: ${(error as Error).message}`);
    }
  }
  return { frames, warnings };
}

async function readFilm(folder: string, film: FilmRecord): Promise<[file: string, jpeg: Buffer][]> {
  const read: [string, Buffer][] = [];
  for (const { file, sha256 } of film.frames) {
    const jpeg = await readFile(path.join(folder, file));
    if (createHash('sha256').update(jpeg).digest('hex') !== sha256) {
      throw new Error(`${file} is not what the run wrote`);
    }
    read.push([file, jpeg]);
  }
  return read;
}
