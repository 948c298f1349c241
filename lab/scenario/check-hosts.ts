import type { SiteHosts } from '../../server/site/origins.ts';
import { didYouMean, type Problem } from '../input/problems.ts';
import { parseYamlText } from '../input/yaml-text.ts';
import type { Scenario } from './scenario.ts';

/**
 * Holds the hosts that the network knows delays of against those of the site.
 * @throws InputError that points at each one that the site does not have, or that has no address of its own
 */
export function checkHosts({ network, text, file }: Scenario, { hostname, origins }: SiteHosts): void {
  const own = origins.filter(({ address }) => address === 'own').map((origin) => origin.hostname);
  const known = [hostname, ...own];
  const reasonAgainst = (host: string): string | undefined => {
    if (known.includes(host)) return undefined;
    if (origins.some((origin) => origin.hostname === host))
      return `shares the address of ${hostname}, and with it the delay; write "address: own" in site.yaml, or the delay under ${hostname}`;
    return `is no host of the site${didYouMean(host, known)}; it has: ${known.join(', ')}`;
  };
  // From the command line none can be given, so that those there are stand in the file.
  const problems = Object.keys(network.extraRttMs ?? {}).flatMap((host): Problem[] => {
    const message = reasonAgainst(host);
    return message === undefined ? [] : [{ path: ['network', 'origins', host], at: 'key', message }];
  });
  if (problems.length > 0) {
    throw parseYamlText(text, file).fail(problems, {
      nextStep: 'other hosts are declared under "origins" in site.yaml',
    });
  }
}
