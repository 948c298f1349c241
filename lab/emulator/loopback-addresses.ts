import type { SiteHosts } from '../../server/site/origins.ts';

/** Where the site itself is. */
export const SITE_ADDRESS = '127.0.0.1';

/** The loopback address that stands for each host of a site; the site's own comes first. */
export function loopbackAddresses({ hostname, origins }: SiteHosts): ReadonlyMap<string, string> {
  const addresses = new Map([[hostname, SITE_ADDRESS]]);
  let last = 1;
  for (const origin of origins)
    addresses.set(origin.hostname, origin.address === 'own' ? `127.0.0.${++last}` : SITE_ADDRESS);
  return addresses;
}
