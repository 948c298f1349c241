import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../errors.ts';
import { nearestWord } from '../input/problems.ts';
import { packageRoot } from '../package-root.ts';

interface Candidate {
  readonly name: string;
  readonly path: string;
}

const MOST_SHOWN = 10;

/**
 * The same error with the file that was probably meant: the name of a scenario without its folder or ending, a slip,
 * a folder of scenarios. A name alone is not taken as a path, so that a typing error never runs another scenario.
 */
export async function withSuggestion(file: string, error: InputError): Promise<InputError> {
  const isFolder = await stat(file).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isFolder && !isAbsent(error.cause)) return error;
  const candidates = isFolder ? await scenariosIn(file) : await scenariosLike(file);
  const [first] = candidates;
  if (first === undefined) return error;
  const names = candidates.slice(0, MOST_SHOWN).map(({ path: candidate }) => path.basename(candidate));
  const hint = isFolder ? `it has ${names.join(', ')}` : `did you mean ${first.path}?`;
  return new InputError(`${error.message} (${hint})`, {
    nextStep: `npx lab run ${first.path}`,
    cause: error,
  });
}

function isAbsent(cause: unknown): boolean {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

async function scenariosLike(file: string): Promise<Candidate[]> {
  const near = path.dirname(file);
  const candidates = [...(await scenariosIn(near)), ...(await scenariosIn(ownScenarios()))];
  const name = nearestWord(
    stemOf(file),
    candidates.map(({ name }) => name),
  );
  return candidates.filter((candidate) => candidate.name === name);
}

async function scenariosIn(folder: string): Promise<Candidate[]> {
  const files = await readdir(folder).catch((): string[] => []);
  return files
    .filter((name) => /\.ya?ml$/i.test(name))
    .sort()
    .map((name) => ({ name: stemOf(name), path: path.join(folder, name) }));
}

/** The scenarios that come with the lab. */
function ownScenarios(): string {
  const folder = path.join(packageRoot, 'scenarios');
  const relative = path.relative('', folder);
  return relative.startsWith('..') ? folder : relative;
}

/** `scenarios/2g-cold.yaml` → `2g-cold`. */
function stemOf(file: string): string {
  return path.basename(file).replace(/\.ya?ml$/i, '');
}
