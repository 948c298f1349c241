import path from 'node:path';
import envPaths from 'env-paths';
import { EnvironmentError } from '../errors.ts';

/** Where unpacked browsers are kept: `LAB_CACHE_DIR`, or the user's cache folder. */
export function browserCacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const root = env['LAB_CACHE_DIR'] || envPaths('push-lab', { suffix: '' }).cache;
  return path.join(path.resolve(root), 'browsers');
}

/** What went wrong while something was put there, and the way out. */
export function unpackFailure(name: string, error: unknown): EnvironmentError {
  const cacheFolder = browserCacheFolder();
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const nextStep =
    code === 'ENOSPC'
      ? `free 250 MB in ${cacheFolder}, or set LAB_CACHE_DIR to a folder on a larger disk`
      : code.startsWith('ERR_') || code.startsWith('Z_')
        ? 'rm -rf node_modules/@sparticuz && npm ci'
        : 'export LAB_CACHE_DIR="${TMPDIR:-/tmp}/push-lab"   (a folder you may write to)';
  const message = error instanceof Error ? error.message : String(error);
  return new EnvironmentError(`cannot unpack ${name} into ${cacheFolder}: ${message}`, {
    nextStep,
    cause: error,
  });
}
