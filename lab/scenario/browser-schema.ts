import path from 'node:path';
import { z } from 'zod';
import { BROWSER_NAMES, DEFAULT_BROWSER, isBrowserPath } from '../browser/catalog.ts';
import { describeValue, didYouMean } from '../input/problems.ts';

/** Which browser loads the page. */
export const browserSchema = z
  .string({ error: ({ input }) => unknownBrowser(input) })
  .max(1000)
  .refine(isBrowserChoice, { error: ({ input }) => unknownBrowser(input) })
  .describe(
    `a browser that the lab knows (${BROWSER_NAMES.join(', ')}), or the path of a Chromium executable, relative to this file; playwright: the Chromium that Playwright has downloaded`,
  )
  .default(DEFAULT_BROWSER);

export function isBrowserChoice(text: string): boolean {
  return BROWSER_NAMES.includes(text) || isBrowserPath(text);
}

export function unknownBrowser(found: unknown): string {
  const hint = typeof found === 'string' ? didYouMean(found, BROWSER_NAMES) : '';
  return `unknown browser ${describeValue(found)}${hint}; allowed: ${BROWSER_NAMES.join(', ')}, or the path of an executable such as ./chrome`;
}

/** A path becomes absolute, a name stays one. @param folder that a relative path starts from */
export function completeBrowser(choice: string, folder: string): string {
  return isBrowserPath(choice) ? path.resolve(folder, choice) : choice;
}
