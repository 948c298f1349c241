import { createHash, X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';

export interface Certificate {
  readonly keyPem: string;
  readonly certPem: string;
  /** What `--ignore-certificate-errors-spki-list` takes: base64 of SHA-256 of the SubjectPublicKeyInfo. */
  readonly spkiSha256Base64: string;
}

/** A P-256 certificate for these host names, good for one run. */
export async function createCertificate(hostnames: readonly string[]): Promise<Certificate> {
  const pems = await generate([{ name: 'commonName', value: hostnames[0]! }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'subjectAltName', altNames: hostnames.map((value) => ({ type: 2, value })) },
    ],
  });
  const spki = new X509Certificate(pems.cert).publicKey.export({ type: 'spki', format: 'der' });
  return {
    keyPem: pems.private,
    certPem: pems.cert,
    spkiSha256Base64: createHash('sha256').update(spki).digest('base64'),
  };
}
