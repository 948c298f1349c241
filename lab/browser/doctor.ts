import { access } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { LabError } from '../errors.ts';
import { CATALOG, DEFAULT_BROWSER } from './catalog.ts';
import { FONT_FAMILY_FOLDER, FONTS_FOLDER } from './fonts.ts';
import type { InstalledBrowser } from './installed-browser.ts';
import { isInstalled, provisionBrowser } from './provision.ts';
import { findMissingLibraries, installAdvice } from './shared-libraries.ts';
import { tryBrowser } from './try-browser.ts';

/** `warning` lets the lab run, with results to be read with care; `missing` does not. */
export type FindingStatus = 'ok' | 'warning' | 'missing';

export interface Finding {
  /** A word for scripts: node, browser, libraries, fonts, launch, browsers, loopback, cores, memory. */
  readonly check: string;
  readonly status: FindingStatus;
  /** What was found. */
  readonly found: string;
  /** What it means for the lab; absent where all is well. */
  readonly meaning?: string | undefined;
  /** What to type, or to do, about it. */
  readonly fix?: string | undefined;
}

export interface Diagnosis {
  readonly findings: readonly Finding[];
  /** Nothing is missing. */
  readonly healthy: boolean;
  /** Shared libraries the browser needs and this machine lacks. */
  readonly missingLibraries: readonly string[];
}

const MIN_NODE: readonly [major: number, minor: number] = [20, 11];
const RECOMMENDED_CORES = 2;
/** One browser with one page takes some 130 MB of its own, emulator and runner as much again. */
const RECOMMENDED_MEMORY_BYTES = 1e9;

/**
 * Looks at everything a run needs on this machine. Unpacks the browser where that has not happened yet, and loads one
 * page of its own from loopback; changes nothing else. A check that depends on one that failed is left out.
 */
export async function diagnose(name: string = DEFAULT_BROWSER): Promise<Diagnosis> {
  const findings: Finding[] = [checkNode(process.versions.node)];
  let missingLibraries: string[] = [];
  const browser = await checkBrowser(name);
  findings.push(browser.finding);
  if (browser.installed) {
    const libraries = await checkLibraries(browser.installed);
    missingLibraries = libraries.missing;
    findings.push(libraries.finding, await checkFonts(browser.installed));
    if (libraries.finding.status === 'ok') findings.push(await checkLaunch(browser.installed));
  }
  findings.push(await otherBrowsers(name));
  findings.push(await checkLoopback(), checkCores(os.availableParallelism()), checkMemory(os.freemem()));
  return {
    findings,
    healthy: findings.every((finding) => finding.status !== 'missing'),
    missingLibraries,
  };
}

/** @param version e.g. `20.11.0` */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [minMajor, minMinor] = MIN_NODE;
  const found = `Node.js ${version}`;
  if (major > minMajor || (major === minMajor && minor >= minMinor))
    return { check: 'node', status: 'ok', found };
  return {
    check: 'node',
    status: 'missing',
    found,
    meaning: `the lab needs Node.js ${MIN_NODE.join('.')} or newer`,
    fix: 'nvm install 22   (or a package from https://nodejs.org)',
  };
}

async function checkBrowser(name: string): Promise<{ finding: Finding; installed?: InstalledBrowser }> {
  try {
    const installed = await provisionBrowser(name);
    const found = `${installed.name} ${installed.fresh ? 'unpacked' : 'present'}: ${installed.executablePath}`;
    return { finding: { check: 'browser', status: 'ok', found }, installed };
  } catch (error) {
    if (!(error instanceof LabError)) throw error;
    return {
      finding: {
        check: 'browser',
        status: 'missing',
        found: error.message,
        meaning: 'there is no browser to load pages with',
        fix: error.nextStep,
      },
    };
  }
}

async function checkLibraries(installed: InstalledBrowser): Promise<{ finding: Finding; missing: string[] }> {
  let missing: string[];
  try {
    missing = await findMissingLibraries(installed.executablePath);
  } catch (error) {
    const finding: Finding = {
      check: 'libraries',
      status: 'missing',
      found: `ldd does not work: ${firstLine(error)}`,
      meaning: `${installed.name} needs a Linux with the GNU C library (Debian, Ubuntu, Fedora, not Alpine)`,
      fix: 'run the lab in a Debian container, e.g. node:22-bookworm',
    };
    return { finding, missing: [] };
  }
  if (missing.length === 0) {
    return { finding: { check: 'libraries', status: 'ok', found: 'all shared libraries present' }, missing };
  }
  const finding: Finding = {
    check: 'libraries',
    status: 'missing',
    found: `shared libraries missing: ${missing.join(', ')}`,
    meaning: `${installed.name} cannot start`,
    fix: installAdvice(missing),
  };
  return { finding, missing };
}

async function checkFonts(installed: InstalledBrowser): Promise<Finding> {
  const cached = path.dirname(installed.env['FONTCONFIG_FILE'] ?? '');
  const folder = path.join(cached, FONTS_FOLDER, FONT_FAMILY_FOLDER);
  try {
    await access(path.join(folder, 'OpenSans-Regular.ttf'));
    return { check: 'fonts', status: 'ok', found: 'Open Sans, pinned with the browser' };
  } catch {
    return {
      check: 'fonts',
      status: 'missing',
      found: `no fonts in ${folder}`,
      meaning: 'without fonts the page process crashes',
      fix: `rm -rf "${cached}" && npx lab doctor`,
    };
  }
}

async function checkLaunch(installed: InstalledBrowser): Promise<Finding> {
  try {
    const trial = await tryBrowser(installed);
    const pushes = installed.acceptsPush ? 'takes a push' : 'refuses push (SETTINGS_ENABLE_PUSH=0)';
    const found = `Chromium ${trial.version} loads a page over TLS from loopback, paints its text and ${pushes}`;
    if (trial.paintedText && trial.adoptedPush === installed.acceptsPush)
      return { check: 'launch', status: 'ok', found };
    return {
      check: 'launch',
      status: 'missing',
      found: `Chromium ${trial.version} loads a page, but ${trial.paintedText ? 'does not take its push' : 'paints no text'}`,
      meaning: 'its measurements would be worthless',
      fix: installed.ours
        ? `rm -rf "${path.dirname(installed.executablePath)}" && npx lab doctor`
        : `use another browser, e.g. ${DEFAULT_BROWSER}`,
    };
  } catch (error) {
    return {
      check: 'launch',
      status: 'missing',
      found: firstLine(error),
      meaning: 'the browser does not start, or loads nothing',
      fix:
        (error instanceof LabError && error.nextStep !== 'npx lab doctor' ? error.nextStep : undefined) ??
        'DEBUG=pw:browser npx lab doctor   (shows what the browser says)',
    };
  }
}

/** Never missing: only scenarios that ask for them need them. */
async function otherBrowsers(checked: string): Promise<Finding> {
  const there: string[] = [];
  const absent: string[] = [];
  for (const entry of CATALOG) {
    if (entry.name !== checked) ((await isInstalled(entry)) ? there : absent).push(entry.name);
  }
  const parts = [
    ...(there.length > 0 ? [`${there.join(', ')} as well`] : []),
    ...(absent.length > 0 ? [`not installed, and not needed by default: ${absent.join(', ')}`] : []),
  ];
  return {
    check: 'browsers',
    status: 'ok',
    found: parts.join('; '),
    meaning: absent[0] && `to get one: npx lab browsers install ${absent[0]}`,
  };
}

async function checkLoopback(): Promise<Finding> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    return { check: 'loopback', status: 'ok', found: `can listen on 127.0.0.1 (port ${port} was free)` };
  } catch (error) {
    return {
      check: 'loopback',
      status: 'missing',
      found: `cannot listen on 127.0.0.1: ${firstLine(error)}`,
      meaning: 'server and emulated network have no place to be',
      fix: 'ip link set lo up   (as root)',
    };
  } finally {
    server.close();
  }
}

export function checkCores(cores: number): Finding {
  const found = `${cores} ${cores === 1 ? 'core' : 'cores'}`;
  if (cores >= RECOMMENDED_CORES) return { check: 'cores', status: 'ok', found };
  return {
    check: 'cores',
    status: 'warning',
    found,
    meaning: 'browser and emulated network share it: times are noisier',
    fix: `give the machine or container ${RECOMMENDED_CORES} cores, e.g. docker run --cpus=${RECOMMENDED_CORES}`,
  };
}

export function checkMemory(availableBytes: number): Finding {
  const found = `${Math.round(availableBytes / 1e6)} MB of memory available`;
  if (availableBytes >= RECOMMENDED_MEMORY_BYTES) return { check: 'memory', status: 'ok', found };
  return {
    check: 'memory',
    status: 'warning',
    found,
    meaning: 'one trial at a time needs about 500 MB; with less the machine swaps and times mean nothing',
    fix: 'close other programs, or give the container 2 GB, e.g. docker run --memory=2g',
  };
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1)[0] ?? text;
}
