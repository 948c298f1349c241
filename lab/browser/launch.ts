import path from 'node:path';
import type { Browser } from 'playwright';
import { EnvironmentError } from '../errors.ts';
import { packageRoot } from '../package-root.ts';
import { launchFlags, type LaunchFlagOptions } from './launch-flags.ts';
import type { InstalledBrowser } from './installed-browser.ts';
import { findMissingLibraries, installAdvice } from './shared-libraries.ts';

const LAUNCH_TIMEOUT_MS = 30_000;
/**
 * A page passes through a dozen threads of four processes before it is painted, and the kernel lets each of them wait a
 * slice of some ms for whoever has the core, be it our own runner. With real-time scheduling, the emulator before it, first
 * paints of the ground-truth page on a path of 20 ms came at 196 ms instead of 235 and their quartiles were 13 ms apart
 * instead of 33, on two cores of a slow host. Its own threads then take turns only when one sleeps or after 100 ms; with
 * three workers that compute beside the page the load was no later for it.
 */
const STARTER = path.join(packageRoot, 'lab/browser/real-time.sh');

export interface LaunchOptions extends LaunchFlagOptions {
  /** Under real-time scheduling, where an emulator has it at a higher priority. */
  readonly isRealTime?: boolean;
}

/**
 * Starts the browser so that it reaches the given hosts and nothing else. A new context in it is a new visitor: own
 * cache, own connections, full TLS handshake. Never open one with `ignoreHTTPSErrors` (see launchFlags).
 *
 * Chromium's own sandbox stays off, as Playwright leaves it: as root it refuses to start, and elsewhere it depends on
 * how the kernel is set up. The pages must be ones the user trusts enough to open.
 *
 * @throws {EnvironmentError} where it does not start: names the missing libraries and the command that installs them.
 */
export async function launchBrowser(installed: InstalledBrowser, options: LaunchOptions): Promise<Browser> {
  const { isRealTime = false } = options;
  const { executablePath } = installed;
  const args = launchFlags(options);
  // Reading it takes longer than most commands do that launch no browser.
  const { chromium } = await import('playwright');
  try {
    return await chromium.launch({
      executablePath: isRealTime ? STARTER : executablePath,
      args,
      env: { ...browserEnvironment(installed), ...(isRealTime && { PUSH_LAB_BROWSER: executablePath }) },
      timeout: LAUNCH_TIMEOUT_MS,
      // Signals are the runner's: it saves what is finished first. The browser ends with this process in any case.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
  } catch (error) {
    throw await launchFailure(installed, error);
  }
}

/**
 * The browser's whole environment. Nothing of the machine's proxies, fonts, locale or time zone gets in: they would
 * change what is measured.
 */
export function browserEnvironment(
  installed: InstalledBrowser,
  env: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ['PATH', 'HOME', 'TMPDIR', 'XDG_CACHE_HOME', 'LD_LIBRARY_PATH']) {
    const value = env[name];
    if (value !== undefined) kept[name] = value;
  }
  return { ...kept, LANG: 'C.UTF-8', TZ: 'UTC', ...installed.env };
}

async function launchFailure(installed: InstalledBrowser, error: unknown): Promise<EnvironmentError> {
  const missing = await findMissingLibraries(installed.executablePath).catch(() => []);
  if (missing.length > 0) {
    return new EnvironmentError(
      `${installed.name} cannot start: shared libraries are missing: ${missing.join(', ')}`,
      { nextStep: `npx lab doctor --fix   (or: ${installAdvice(missing)})`, cause: error },
    );
  }
  return new EnvironmentError(`${installed.name} does not start: ${launchProblem(error)}`, {
    nextStep: 'npx lab doctor',
    cause: error,
  });
}

/** Why a program did not become a browser; its driver's words where ours know no better. */
function launchProblem(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
  const reason = line.replace(/^browserType\.\w+: /, '');
  if (/has been closed|Process exited|closed unexpectedly/i.test(reason))
    return 'it ended before it could be spoken to';
  if (/^Timeout \d+ ?ms exceeded/.test(reason)) return 'it did not answer in time';
  const [code] = /\bE[A-Z]{3,}\b/.exec(reason) ?? [];
  return code === undefined ? reason : `the system cannot run it (${code})`;
}
