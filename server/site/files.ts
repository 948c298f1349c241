import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../lab/errors.ts';
import { formatSize } from '../../lab/network/units.ts';

/** A file below the root of a site. */
export interface SiteEntry {
  /** URL path, percent-encoded as a browser sends it. */
  readonly path: string;
  readonly body: Buffer;
}

/** A site is held in memory; what is larger was not meant to be one (a home folder, a build cache). */
const MAX_FILES = 10_000;
const MAX_TOTAL_BYTES = 500_000_000;

/**
 * Reads all files below a folder. Names that begin with a dot are left out (`.git`, `.env`), `.well-known` excepted.
 * @param isExcluded by URL path
 * @throws InputError where the folder is missing or too large, or a symbolic link leads out of it or to a folder
 */
export async function readSiteFiles(
  root: string,
  isExcluded: (path: string) => boolean,
): Promise<SiteEntry[]> {
  const realRoot = await realpath(root).catch(() => undefined);
  if (realRoot === undefined) throw new InputError(`there is no folder ${root}`);
  if (!(await stat(realRoot)).isDirectory()) throw new InputError(`${root} is not a folder`);
  try {
    const files = await listFiles(realRoot, isExcluded);
    const sizes = await Promise.all(files.map(async ({ file }) => (await stat(file)).size));
    if (sizes.reduce((total, size) => total + size, 0) > MAX_TOTAL_BYTES) {
      throw new InputError(`the site in ${root} has more than ${formatSize(MAX_TOTAL_BYTES)}`, {
        nextStep: 'point "root" at the folder with the built pages, or leave files out with "exclude"',
      });
    }
    const entries: SiteEntry[] = [];
    for (const file of files) entries.push({ path: file.path, body: await readFile(file.file) });
    return entries;
  } catch (error) {
    if (error instanceof InputError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError(`the site in ${root} cannot be read: ${reason}`, { cause: error });
  }
}

/** In order of their paths, so that everything built on it is the same on every machine. */
async function listFiles(
  realRoot: string,
  isExcluded: (path: string) => boolean,
): Promise<{ file: string; path: string }[]> {
  const found: { file: string; path: string }[] = [];
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await readdir(path.join(realRoot, folder), { withFileTypes: true })) {
      if (entry.name.startsWith('.') && entry.name !== '.well-known') continue;
      const relative = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const file = path.join(realRoot, relative);
      const urlPath = toUrlPath(relative);
      if (entry.isDirectory()) {
        if (!isExcluded(`${urlPath}/`)) folders.push(relative);
        continue;
      }
      if (isExcluded(urlPath)) continue;
      if (entry.isSymbolicLink()) await checkLink(file, realRoot);
      else if (!entry.isFile()) continue;
      found.push({ file, path: urlPath });
      if (found.length > MAX_FILES)
        throw new InputError(`the site in ${realRoot} has more than ${MAX_FILES} files`);
    }
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function checkLink(link: string, realRoot: string): Promise<void> {
  const target = await realpath(link).catch(() => undefined);
  if (target === undefined) throw new InputError(`${link} is a symbolic link that leads nowhere`);
  if (path.relative(realRoot, target).startsWith('..'))
    throw new InputError(`${link} is a symbolic link out of the site`);
  if (!(await lstat(target)).isFile())
    throw new InputError(`${link} is a symbolic link to something other than a file`);
}

/** Percent-encodes exactly what a browser encodes in a path. */
function toUrlPath(relative: string): string {
  const url = new URL('https://site.test/');
  // The setter leaves `%` alone and turns `\` into `/`.
  url.pathname = `/${relative.replaceAll('%', '%25').replaceAll('\\', '%5C')}`;
  return url.pathname;
}
