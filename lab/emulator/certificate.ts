import { createHash, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { generate } from 'selfsigned';

export interface Certificate {
  readonly keyPem: string;
  readonly certPem: string;
  /** What `--ignore-certificate-errors-spki-list` takes: base64 of SHA-256 of the SubjectPublicKeyInfo. */
  readonly spkiSha256Base64: string;
}

/** A P-256 certificate for these host names and addresses, good for one run. */
export async function createCertificate(hostnames: readonly string[]): Promise<Certificate> {
  const pems = await generate([{ name: 'commonName', value: hostnames[0]! }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'subjectAltName', altNames: hostnames.map(altName) },
    ],
  });
  const spki = new X509Certificate(pems.cert).publicKey.export({ type: 'spki', format: 'der' });
  return {
    keyPem: pems.private,
    certPem: pems.cert,
    spkiSha256Base64: createHash('sha256').update(spki).digest('base64'),
  };
}

/** RFC 5280 §4.2.1.6: an address is an iPAddress (7), a name a dNSName (2). */
function altName(host: string): { type: 7; ip: string } | { type: 2; value: string } {
  return isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host };
}
