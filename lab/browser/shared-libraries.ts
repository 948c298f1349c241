import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Library → Debian package, for what headless Chromium needs beyond the C library. The system's own NSS is preferred to
 * the one from 2018 in the browser's npm package, which in addition lacks NSPR.
 */
const DEBIAN_PACKAGES: Readonly<Record<string, string>> = {
  'libnss3.so': 'libnss3',
  'libnssutil3.so': 'libnss3',
  'libsmime3.so': 'libnss3',
  'libssl3.so': 'libnss3',
  'libsoftokn3.so': 'libnss3',
  'libnspr4.so': 'libnspr4',
  'libplc4.so': 'libnspr4',
  'libplds4.so': 'libnspr4',
  'libexpat.so.1': 'libexpat1',
  'libgcc_s.so.1': 'libgcc-s1',
  'libstdc++.so.6': 'libstdc++6',
};

/**
 * Names of the shared libraries the executable, or something it loads, needs and this machine lacks; sorted.
 *
 * @throws where `ldd` itself cannot be run.
 */
export async function findMissingLibraries(executablePath: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ldd', [executablePath], {
    env: { ...process.env, LC_ALL: 'C' },
  });
  return parseMissingLibraries(stdout);
}

/** Reads the lines `libnss3.so => not found` of ldd's output. */
export function parseMissingLibraries(lddOutput: string): string[] {
  const names = [...lddOutput.matchAll(/^\s*(\S+) => not found\s*$/gm)].map((match) => match[1] ?? '');
  return [...new Set(names)].sort();
}

export interface PackagePlan {
  /** Debian packages, sorted. */
  readonly packages: readonly string[];
  /** Libraries no package is known for. */
  readonly unknown: readonly string[];
}

export function planPackages(libraries: readonly string[]): PackagePlan {
  const packages = new Set<string>();
  const unknown: string[] = [];
  for (const library of libraries) {
    const name = DEBIAN_PACKAGES[library];
    if (name === undefined) unknown.push(library);
    else packages.add(name);
  }
  // libnss3 depends on libnspr4.
  if (packages.has('libnss3')) packages.delete('libnspr4');
  return { packages: [...packages].sort(), unknown };
}

/** The shell command that installs them on Debian and Ubuntu, or words where there is none. */
export function installAdvice(libraries: readonly string[]): string {
  const { packages, unknown } = planPackages(libraries);
  const sentences: string[] = [];
  if (packages.length > 0) {
    sentences.push(
      `sudo apt-get update && sudo apt-get install --no-install-recommends -y ${packages.join(' ')}`,
    );
  }
  if (unknown.length > 0) {
    sentences.push(`install the packages of your system that contain ${unknown.join(', ')}`);
  }
  return sentences.join('; ');
}
