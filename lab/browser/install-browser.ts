import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createGunzip } from 'node:zlib';
import tarFs from 'tar-fs';
import { EnvironmentError, LabError } from '../errors.ts';
import { makeFolders } from '../make-folders.ts';
import { browserCacheFolder, unpackFailure } from './browser-cache.ts';
import { findBrowser, type CatalogEntry } from './catalog.ts';
import type { InstalledBrowser } from './installed-browser.ts';
import { isInstalled, provisionBrowser, requireLinux, unpackPackage } from './provision.ts';

const DOWNLOAD_TIMEOUT_MS = 600_000;

/**
 * Fetches a browser of the catalog with npm, from the registry that npm is configured for, compares its tarball with
 * the checksum in the catalog, and unpacks it into the cache. Does nothing where it is there already.
 *
 * @throws {InputError} for a name the lab does not know.
 * @throws {EnvironmentError} where npm cannot get it, it is not what the catalog pins, or it cannot be written.
 */
export async function installBrowser(name: string): Promise<InstalledBrowser> {
  const entry = findBrowser(name);
  requireLinux(name);
  const { integrity } = entry;
  if (integrity === undefined || (await isInstalled(entry))) return provisionBrowser(name);
  return withTemporaryFolder(name, async (downloads) => {
    const tarball = await download(entry, downloads);
    await verify(entry, tarball, integrity);
    const extract = (folder: string): Promise<void> =>
      pipeline(
        createReadStream(tarball),
        createGunzip(),
        tarFs.extract(folder, {
          strip: 1,
          ignore: (file) => path.relative(folder, file).split(path.sep, 1)[0] !== 'bin',
        }),
      );
    return unpackPackage(entry, integrity, extract, (work) => withTemporaryFolder(name, work));
  });
}

/** `npm pack` goes by the user's registry, proxy and credentials, and runs no scripts. */
async function download(
  { name, packageName, packageVersion }: CatalogEntry,
  folder: string,
): Promise<string> {
  const spec = `${packageName}@${packageVersion}`;
  try {
    await promisify(execFile)(
      'npm',
      ['pack', spec, '--pack-destination', folder, '--ignore-scripts', '--loglevel=error'],
      { timeout: DOWNLOAD_TIMEOUT_MS },
    );
    const tarball = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
    if (tarball === undefined) throw new Error('npm pack wrote no tarball');
    return path.join(folder, tarball);
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    const reason = stderr?.trim().split('\n').slice(0, 3).join('; ') || (error as Error).message;
    throw new EnvironmentError(`npm cannot get ${spec}, which carries ${name}: ${reason}`, {
      nextStep: `npm view ${spec} dist.tarball   (can npm reach its registry?)`,
      cause: error,
    });
  }
}

async function verify({ name }: CatalogEntry, tarball: string, integrity: string): Promise<void> {
  const hash = createHash('sha512');
  for await (const chunk of createReadStream(tarball, { highWaterMark: 1 << 20 }))
    hash.update(chunk as Buffer);
  const found = `sha512-${hash.digest('base64')}`;
  if (found === integrity) return;
  throw new EnvironmentError(
    `what npm delivered for ${name} is not what the lab knows: expected ${integrity}, found ${found}`,
    { nextStep: 'npm config get registry   (is it one you trust?)' },
  );
}

/** Beside the cached browsers, since what is put there has 100 MB. */
async function withTemporaryFolder<T>(name: string, work: (folder: string) => Promise<T>): Promise<T> {
  const cache = browserCacheFolder();
  let folder: string | undefined;
  try {
    await makeFolders(cache);
    // The name marks what may be removed when a process died over it.
    folder = await mkdtemp(path.join(cache, `${name}.partial-download-`));
    return await work(folder);
  } catch (error) {
    throw error instanceof LabError ? error : unpackFailure(name, error);
  } finally {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}
