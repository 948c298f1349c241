import { InputError } from '../errors.ts';

/** A browser the lab can get by itself, and what it can do. */
export interface CatalogEntry {
  /** As a scenario names it. */
  readonly name: string;
  /** npm package that carries it, compressed. */
  readonly packageName: string;
  /** Which of the ways to deliver a resource this browser takes part in. */
  readonly acceptsPush: boolean;
  readonly usesEarlyHints: boolean;
}

/**
 * 106 is the newest Chromium build that still accepts server push, and it already acts on 103 Early Hints: the only
 * way to compare the two in one browser. From 107 on these builds send ENABLE_PUSH=0.
 */
const CATALOG: readonly CatalogEntry[] = [
  {
    name: 'chromium-106',
    packageName: '@sparticuz/chromium',
    acceptsPush: true,
    usesEarlyHints: true,
  },
];

export const BROWSER_NAMES: readonly string[] = CATALOG.map((entry) => entry.name);
export const DEFAULT_BROWSER = 'chromium-106';

/** @throws {InputError} naming the browsers there are. */
export function findBrowser(name: string): CatalogEntry {
  const entry = CATALOG.find((candidate) => candidate.name === name);
  if (entry) return entry;
  throw new InputError(`unknown browser "${name}"; allowed: ${BROWSER_NAMES.join(', ')}`, {
    nextStep: `use "browser: ${DEFAULT_BROWSER}"`,
  });
}
