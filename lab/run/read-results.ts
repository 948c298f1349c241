import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { InputError } from '../errors.ts';
import type { Waterfall } from '../trace/waterfall.ts';
import { readFrames } from './read-frames.ts';
import { resultsSchema, type Results } from './results.ts';
import { parseWaterfall } from './waterfall-schema.ts';

/** What a report is made from. */
export interface StoredRun {
  readonly results: Results;
  /** Of the median trials; one whose file is damaged is missing and named in the warnings. */
  readonly waterfalls: ReadonlyMap<string, Waterfall>;
  /** Of the median films, file → JPEG; one with a damaged frame has none and is named in the warnings. */
  readonly frames: ReadonlyMap<string, Uint8Array>;
  /** What could not be read; the warnings have it too. */
  readonly damage: readonly string[];
}

/** Reads a result folder again. @throws {InputError} where results.json is missing, damaged or of another version */
export async function readStoredRun(folder: string): Promise<StoredRun> {
  const results = await readResults(path.join(folder, 'results.json'));
  const waterfalls = new Map<string, Waterfall>();
  const warnings: string[] = [];
  for (const trial of new Set(Object.values(results.medianTrials))) {
    try {
      waterfalls.set(trial, await readWaterfall(path.join(folder, 'trials', trial, 'waterfall.json')));
    } catch (error) {
      warnings.push(`the waterfall of trial ${trial} cannot be read: ${(error as Error).message}`);
    }
  }
  const { frames, warnings: filmWarnings } = await readFrames(folder, results);
  const damage = [...warnings, ...filmWarnings];
  return { results: { ...results, warnings: [...results.warnings, ...damage] }, waterfalls, frames, damage };
}

/** @throws {Error} where it is missing or not what it should be */
export async function readWaterfall(file: string): Promise<Waterfall> {
  return parseWaterfall(JSON.parse(await readFile(file, 'utf8')));
}

/** @throws {InputError} where it is missing, damaged or of another version */
export async function readResults(file: string): Promise<Results> {
  let data: unknown;
  try {
    data = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new InputError(`${file} cannot be read: ${(error as Error).message}`, {
      nextStep: 'name a folder that `lab run` wrote, e.g. results/2g-cold/<time>',
      cause: error,
    });
  }
  const parsed = resultsSchema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new InputError(
    `${file} is not a result of this version of the lab:\n${z.prettifyError(parsed.error)}`,
    {
      nextStep: '`npx lab schema results` prints what is expected',
    },
  );
}
