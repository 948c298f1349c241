import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { EnvironmentError } from '../errors.ts';
import { installAdvice, planPackages } from './shared-libraries.ts';

/**
 * Installs what the libraries are in, with apt-get. Its own output, and the commands, go to stderr. Called by
 * `lab doctor --fix` only: nothing else in the lab installs anything.
 *
 * @throws {EnvironmentError} saying what to install by hand: where this is not root, there is no apt-get, a library is
 *   in no known package, or apt-get fails.
 */
export async function installLibraries(libraries: readonly string[]): Promise<void> {
  const { packages, unknown } = planPackages(libraries);
  const byHand = { nextStep: installAdvice(libraries) };
  if (unknown.length > 0) {
    throw new EnvironmentError(`no Debian package is known for ${unknown.join(', ')}`, byHand);
  }
  if (!isOnPath('apt-get')) {
    throw new EnvironmentError('there is no apt-get here to install with', {
      nextStep: `install the packages of your system that contain ${libraries.join(', ')}`,
    });
  }
  if (process.getuid?.() !== 0) throw new EnvironmentError('installing needs root', byHand);
  await run('apt-get', ['update']);
  await run('apt-get', ['install', '--no-install-recommends', '-y', ...packages]);
}

function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

async function run(program: string, args: readonly string[]): Promise<void> {
  const line = [program, ...args].join(' ');
  process.stderr.write(`$ ${line}\n`);
  const status = await new Promise<number | string>((resolve, reject) => {
    const child = spawn(program, args, {
      // stdout stays free for --json.
      stdio: ['ignore', process.stderr, process.stderr],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  if (status !== 0) {
    throw new EnvironmentError(`"${line}" ended with status ${status}`, {
      nextStep: 'see its messages above; then npx lab doctor',
    });
  }
}
