import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { EnvironmentError } from '../errors.ts';
import { PLAYWRIGHT_BROWSER } from './catalog.ts';
import type { InstalledBrowser } from './installed-browser.ts';
import { tryBrowser } from './try-browser.ts';

/** Where Playwright keeps, or would keep, the Chromium of its own. */
export async function playwrightExecutable(): Promise<string> {
  const { chromium } = await import('playwright');
  return chromium.executablePath();
}

/**
 * A browser that somebody else put on this machine: loads one page from loopback and takes down whether it refuses push
 * and acts on Early Hints.
 *
 * @param env of its processes, beside a PATH
 * @throws {EnvironmentError} where there is none at that path, or it loads nothing
 */
export async function askBrowser(
  name: string,
  executablePath: string,
  env: Readonly<Record<string, string>>,
): Promise<InstalledBrowser> {
  await requireExecutable(name, executablePath);
  const unasked: InstalledBrowser = {
    name,
    executablePath,
    sha256: await sha256Of(executablePath),
    env,
    acceptsPush: false,
    usesEarlyHints: false,
    ours: false,
    fresh: false,
  };
  try {
    const { acceptsPush, usedEarlyHint } = await tryBrowser(unasked);
    return { ...unasked, acceptsPush, usesEarlyHints: usedEarlyHint };
  } catch (error) {
    const [line = ''] = (error as Error).message.split('\n', 1);
    const reason = line.replace(`${name} does not start: `, '');
    throw new EnvironmentError(`${executablePath} is no Chromium that the lab can use: ${reason}`, {
      nextStep: `"${executablePath}" --version   (does it start? it must be a Chromium, 92 or newer)`,
      cause: error,
    });
  }
}

async function requireExecutable(name: string, executablePath: string): Promise<void> {
  try {
    if (!(await stat(executablePath)).isFile()) throw new Error(`${executablePath} is not a file`);
    await access(executablePath, constants.X_OK);
  } catch (error) {
    if (name === PLAYWRIGHT_BROWSER) {
      throw new EnvironmentError(`Playwright has not downloaded its Chromium: ${executablePath} is missing`, {
        nextStep: 'npx playwright install --with-deps chromium',
        cause: error,
      });
    }
    throw new EnvironmentError(`no browser to run at ${executablePath}: ${(error as Error).message}`, {
      nextStep: 'give the path of a Chromium executable, e.g. --browser "$(command -v chromium)"',
      cause: error,
    });
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
