import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { EnvironmentError } from '../errors.ts';
import { browserCacheFolder, unpackFailure } from './browser-cache.ts';
import { findBrowser, isBrowserPath, PLAYWRIGHT_BROWSER, type CatalogEntry } from './catalog.ts';
import { askBrowser, playwrightExecutable } from './external-browser.ts';
import { FONTS_CONF } from './fonts.ts';
import type { InstalledBrowser } from './installed-browser.ts';
import { archivesIn, EXECUTABLE, unpackBrowser, unpackFonts, type Archives } from './unpack-browser.ts';
import { findUnpacked, unpackOnce, type UnpackedFolder } from './unpack-once.ts';

/** Grows when what is unpacked, or how, changes: older cache folders are then left alone and not used. */
const LAYOUT_VERSION = 1;
const BUNDLED_PACKAGE = '@sparticuz/chromium';

/**
 * Finds a browser by what a scenario says: a name, `playwright`, or a path. The one that comes with the lab is unpacked
 * once per content into the cache folder, in one to two seconds; later that takes the reading of 53 MB (some 50 ms). A
 * browser from elsewhere is started once and asked what it can do. Never goes to the network.
 *
 * @throws {InputError} for a name the lab does not know.
 * @throws {EnvironmentError} where it is not installed, cannot be unpacked or cannot run here.
 */
export async function provisionBrowser(name: string): Promise<InstalledBrowser> {
  if (name === PLAYWRIGHT_BROWSER)
    return askBrowser(name, await playwrightExecutable(), await fontsEnvironment());
  if (isBrowserPath(name)) return askBrowser(name, path.resolve(name), await fontsEnvironment());
  const entry = findBrowser(name);
  requireLinux(name);
  if (entry.integrity !== undefined) {
    const unpacked = await findUnpacked(path.join(browserCacheFolder(), cacheKey(entry, entry.integrity)));
    if (unpacked !== undefined) return describe(entry, unpacked);
    throw new EnvironmentError(`${name} is not installed`, { nextStep: `npx lab browsers install ${name}` });
  }
  const archives = archivesIn(packageFolder());
  const key = `${entry.name}-${await hashOf(archives)}`;
  return describe(entry, await fill(name, key, (folder) => unpackBrowser(archives, folder)));
}

/** Puts a browser of the catalog that does not come with the lab where `provisionBrowser` finds it. */
export async function unpackPackage(
  entry: CatalogEntry,
  integrity: string,
  /** Extracts the package into a folder. */
  extract: (folder: string) => Promise<void>,
  withFolder: <T>(work: (folder: string) => Promise<T>) => Promise<T>,
): Promise<InstalledBrowser> {
  // The same fonts for every browser: text of the same size everywhere.
  const { fonts } = archivesIn(packageFolder());
  const unpacked = await fill(entry.name, cacheKey(entry, integrity), (folder) =>
    withFolder(async (packed) => {
      await extract(packed);
      return unpackBrowser(archivesIn(packed, fonts), folder);
    }),
  );
  return describe(entry, unpacked);
}

/** The name, and whether it could be launched at once. */
export async function isInstalled(entry: CatalogEntry): Promise<boolean> {
  if (entry.integrity === undefined) return true;
  const folder = path.join(browserCacheFolder(), cacheKey(entry, entry.integrity));
  return (await findUnpacked(folder)) !== undefined;
}

/** @throws {EnvironmentError} elsewhere: the packages carry nothing else. */
export function requireLinux(name: string): void {
  if (process.platform === 'linux' && process.arch === 'x64') return;
  throw new EnvironmentError(
    `${name} is a Linux x86-64 program; this machine is ${process.platform} ${process.arch}`,
    { nextStep: 'run the lab in an x86-64 Linux container, e.g. docker run --platform linux/amd64' },
  );
}

function cacheKey({ name }: CatalogEntry, integrity: string): string {
  return `${name}-${createHash('sha256').update(`layout ${LAYOUT_VERSION}\n${integrity}`).digest('hex')}`;
}

function describe(entry: CatalogEntry, { folder, facts, fresh }: UnpackedFolder): InstalledBrowser {
  return {
    name: entry.name,
    executablePath: path.join(folder, EXECUTABLE),
    sha256: facts['sha256'] ?? '',
    env: { FONTCONFIG_FILE: path.join(folder, FONTS_CONF) },
    acceptsPush: entry.acceptsPush,
    usesEarlyHints: entry.usesEarlyHints,
    ours: true,
    fresh,
  };
}

/** The lab's fonts for a browser that has none of its own beside it. */
async function fontsEnvironment(): Promise<Record<string, string>> {
  const { fonts } = archivesIn(packageFolder());
  const key = `fonts-${await hashOf({ fonts })}`;
  const { folder } = await fill('the fonts', key, (empty) => unpackFonts(fonts, empty));
  return { FONTCONFIG_FILE: path.join(folder, FONTS_CONF) };
}

async function fill(
  name: string,
  key: string,
  work: (folder: string) => Promise<Record<string, string>>,
): Promise<UnpackedFolder> {
  try {
    return await unpackOnce({ cacheFolder: browserCacheFolder(), key, fill: work });
  } catch (error) {
    throw unpackFailure(name, error);
  }
}

async function hashOf(archives: Partial<Archives>): Promise<string> {
  const hash = createHash('sha256').update(`layout ${LAYOUT_VERSION}\n`);
  try {
    for (const file of Object.values(archives)) {
      for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }))
        hash.update(chunk as Buffer);
    }
  } catch (error) {
    throw new EnvironmentError(`${BUNDLED_PACKAGE} is not complete: ${(error as Error).message}`, {
      nextStep: 'npm ci',
      cause: error,
    });
  }
  return hash.digest('hex');
}

/** Of the package that comes with the lab. */
function packageFolder(): string {
  try {
    return path.dirname(createRequire(import.meta.url).resolve(`${BUNDLED_PACKAGE}/package.json`));
  } catch (error) {
    throw new EnvironmentError(
      `the npm package ${BUNDLED_PACKAGE}, which carries browser and fonts, is missing`,
      { nextStep: 'npm ci', cause: error },
    );
  }
}
