import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { EnvironmentError } from '../errors.ts';

/** A certificate on disk, for clients to trust. The key stays in memory. */
export interface CertificateFile {
  readonly path: string;
  /** Where it was a temporary one. */
  remove(): Promise<void>;
}

/**
 * @param out where to write it; left out: a temporary folder
 * @throws {EnvironmentError} where it cannot be written
 */
export async function writeCertificate(certPem: string, out: string | undefined): Promise<CertificateFile> {
  try {
    if (out !== undefined) {
      await writeFile(out, certPem);
      return { path: path.resolve(out), remove: () => Promise.resolve() };
    }
    const folder = await mkdtemp(path.join(tmpdir(), 'push-lab-'));
    const file = path.join(folder, 'cert.pem');
    await writeFile(file, certPem);
    return { path: file, remove: () => rm(folder, { recursive: true, force: true }) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new EnvironmentError(`the certificate cannot be written: ${why}`, {
      nextStep: 'choose another file with --cert-out',
      cause,
    });
  }
}
