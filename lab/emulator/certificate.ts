import { createHash, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { generate } from 'selfsigned';
import type { SiteHosts } from '../../server/site/origins.ts';

export interface Certificate {
  readonly keyPem: string;
  readonly certPem: string;
  /** Of the same key, each for one host: of those that do not stand in `certPem`. */
  readonly ownCertPems: Readonly<Record<string, string>>;
  /** What `--ignore-certificate-errors-spki-list` takes: base64 of SHA-256 of the SubjectPublicKeyInfo. */
  readonly spkiSha256Base64: string;
}

/**
 * A P-256 certificate for these host names and addresses, good for one run.
 * @param own hosts that get one of their own
 */
export async function createCertificate(
  hostnames: readonly string[],
  own: readonly string[] = [],
): Promise<Certificate> {
  const pems = await issue(hostnames);
  const ownCertPems: Record<string, string> = {};
  // One key for all: a browser trusts them by it, and compares names.
  for (const host of own)
    ownCertPems[host] = (await issue([host], { privateKey: pems.private, publicKey: pems.public })).cert;
  const spki = new X509Certificate(pems.cert).publicKey.export({ type: 'spki', format: 'der' });
  return {
    keyPem: pems.private,
    certPem: pems.cert,
    ownCertPems,
    spkiSha256Base64: createHash('sha256').update(spki).digest('base64'),
  };
}

function issue(hostnames: readonly string[], keyPair?: { privateKey: string; publicKey: string }) {
  return generate([{ name: 'commonName', value: hostnames[0]! }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'subjectAltName', altNames: hostnames.map(altName) },
    ],
    ...(keyPair && { keyPair }),
  });
}

/** Names the hosts of a site as its settings have it, and what else the site itself may be called. */
export function createSiteCertificate(
  { hostname, origins }: SiteHosts,
  aliases: readonly string[] = [],
): Promise<Certificate> {
  const named = (whose: 'shared' | 'own') =>
    origins.filter(({ certificate }) => certificate === whose).map((origin) => origin.hostname);
  return createCertificate([...new Set([hostname, ...named('shared'), ...aliases])], named('own'));
}

/** RFC 5280 §4.2.1.6: an address is an iPAddress (7), a name a dNSName (2). */
function altName(host: string): { type: 7; ip: string } | { type: 2; value: string } {
  return isIP(host) === 0 ? { type: 2, value: host } : { type: 7, ip: host };
}
