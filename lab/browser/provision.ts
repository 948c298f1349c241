import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import envPaths from 'env-paths';
import tarFs from 'tar-fs';
import { EnvironmentError } from '../errors.ts';
import { findBrowser, type CatalogEntry } from './catalog.ts';
import { FONTS_CONF, FONTS_FOLDER, FONT_FAMILY_FOLDER, fontsConf } from './fonts.ts';
import { unpackOnce } from './unpack-once.ts';

/** Grows when what is unpacked, or how, changes: older cache folders are then left alone and not used. */
const LAYOUT_VERSION = 1;
const EXECUTABLE = 'chromium';

/** A browser on this machine's disk, ready to be launched. */
export interface InstalledBrowser {
  /** As a scenario names it, e.g. `chromium-106`. */
  readonly name: string;
  readonly executablePath: string;
  /** Of the executable, in hex. */
  readonly sha256: string;
  /** What its processes need in their environment, besides a PATH. */
  readonly env: Readonly<Record<string, string>>;
  readonly acceptsPush: boolean;
  readonly usesEarlyHints: boolean;
  /** False where it was in the cache already. */
  readonly fresh: boolean;
}

/** Where unpacked browsers are kept: `LAB_CACHE_DIR`, or the user's cache folder. */
export function browserCacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const root = env['LAB_CACHE_DIR'] || envPaths('push-lab', { suffix: '' }).cache;
  return path.join(path.resolve(root), 'browsers');
}

/**
 * Unpacks a browser out of the npm package that carries it, once per content, into the cache folder. Takes one to two
 * seconds the first time and the reading of 53 MB (some 50 ms) later. Never goes to the network.
 *
 * @throws {InputError} for a name the lab does not know.
 * @throws {EnvironmentError} where it cannot be unpacked or cannot run here.
 */
export async function provisionBrowser(name: string): Promise<InstalledBrowser> {
  const entry = findBrowser(name);
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new EnvironmentError(
      `${name} is a Linux x86-64 program; this machine is ${process.platform} ${process.arch}`,
      { nextStep: 'run the lab in an x86-64 Linux container, e.g. docker run --platform linux/amd64' },
    );
  }
  const archives = await hashArchives(entry);
  const key = `${entry.name}-${archives.sha256}`;
  const cacheFolder = browserCacheFolder();
  try {
    const unpacked = await unpackOnce({
      cacheFolder,
      key,
      fill: (folder) => unpackBrowser(archives, folder),
    });
    return {
      name: entry.name,
      executablePath: path.join(unpacked.folder, EXECUTABLE),
      sha256: unpacked.facts['sha256'] ?? '',
      env: { FONTCONFIG_FILE: path.join(unpacked.folder, FONTS_CONF) },
      acceptsPush: entry.acceptsPush,
      usesEarlyHints: entry.usesEarlyHints,
      fresh: unpacked.fresh,
    };
  } catch (error) {
    throw unpackFailure(name, cacheFolder, error);
  }
}

interface Archives {
  readonly chromium: string;
  readonly swiftshader: string;
  /** NSS libraries and Open Sans; only the fonts are taken. */
  readonly fonts: string;
  /** Over the three of them and the layout version. */
  readonly sha256: string;
}

async function hashArchives(entry: CatalogEntry): Promise<Archives> {
  const folder = packageFolder(entry);
  const chromium = path.join(folder, 'bin', 'chromium.br');
  const swiftshader = path.join(folder, 'bin', 'swiftshader.tar.br');
  const fonts = path.join(folder, 'bin', 'aws.tar.br');
  const hash = createHash('sha256').update(`layout ${LAYOUT_VERSION}\n`);
  try {
    for (const file of [chromium, swiftshader, fonts]) {
      for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }))
        hash.update(chunk as Buffer);
    }
  } catch (error) {
    throw new EnvironmentError(`${entry.packageName} is not complete: ${messageOf(error)}`, {
      nextStep: 'npm ci',
      cause: error,
    });
  }
  return { chromium, swiftshader, fonts, sha256: hash.digest('hex') };
}

function packageFolder(entry: CatalogEntry): string {
  try {
    return path.dirname(createRequire(import.meta.url).resolve(`${entry.packageName}/package.json`));
  } catch (error) {
    throw new EnvironmentError(
      `the npm package ${entry.packageName}, which carries ${entry.name}, is missing`,
      {
        nextStep: 'npm ci',
        cause: error,
      },
    );
  }
}

async function unpackBrowser(archives: Archives, folder: string): Promise<Record<string, string>> {
  const sha256 = createHash('sha256');
  const hashing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sha256.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(
    createReadStream(archives.chromium, { highWaterMark: 1 << 20 }),
    createBrotliDecompress({ chunkSize: 1 << 20 }),
    hashing,
    createWriteStream(path.join(folder, EXECUTABLE), { mode: 0o755 }),
  );
  await untar(archives.swiftshader, folder);
  const fontsFolder = path.join(folder, FONTS_FOLDER);
  await mkdir(fontsFolder);
  await untar(archives.fonts, fontsFolder, { strip: 1, only: FONT_FAMILY_FOLDER });
  await writeFile(path.join(folder, FONTS_CONF), fontsConf());
  return { sha256: sha256.digest('hex') };
}

/** Unpacks a brotli-compressed tar: without its `strip` outer folders, and then only what is below `only`. */
async function untar(
  archive: string,
  folder: string,
  { strip = 0, only }: { strip?: number; only?: string } = {},
): Promise<void> {
  const options: tarFs.ExtractOptions & { chown: boolean } = {
    strip,
    // Who unpacks owns the files, also where that is root.
    chown: false,
    // What was unpacked must stay readable, and removable by its owner, whatever the archive says.
    dmode: 0o755,
    fmode: 0o644,
    ignore: (name) => only !== undefined && !isBelow(path.relative(folder, name), only),
  };
  await pipeline(createReadStream(archive), createBrotliDecompress(), tarFs.extract(folder, options));
}

function isBelow(name: string, folder: string): boolean {
  return name === folder || name.startsWith(`${folder}${path.sep}`);
}

function unpackFailure(name: string, cacheFolder: string, error: unknown): EnvironmentError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const nextStep =
    code === 'ENOSPC'
      ? `free 250 MB in ${cacheFolder}, or set LAB_CACHE_DIR to a folder on a larger disk`
      : code.startsWith('ERR_') || code.startsWith('Z_')
        ? 'rm -rf node_modules/@sparticuz && npm ci'
        : 'export LAB_CACHE_DIR="${TMPDIR:-/tmp}/push-lab"   (a folder you may write to)';
  return new EnvironmentError(`cannot unpack ${name} into ${cacheFolder}: ${messageOf(error)}`, {
    nextStep,
    cause: error,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
