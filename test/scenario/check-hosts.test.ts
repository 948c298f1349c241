import { expect, it } from 'vitest';
import { checkHosts } from '../../lab/scenario/check-hosts.ts';
import { parseScenario } from '../../lab/scenario/load-scenario.ts';
import { changeNetwork } from '../../lab/scenario/overrides.ts';
import type { SiteOrigin } from '../../server/site/origins.ts';

const origin = (hostname: string, address: SiteOrigin['address']): SiteOrigin => ({
  hostname,
  address,
  certificate: 'own',
  coalescing: 'allowed',
});
const site = {
  hostname: 'blog.test',
  origins: [origin('static.blog.test', 'own'), origin('img.blog.test', 'shared')],
};
const scenarioWith = (host: string) =>
  parseScenario(
    `site: ./blog\nstrategies: [no-push]\nnetwork:\n  preset: 3g\n  origins:\n    ${host}: { rtt: 40ms }\n`,
    'a.yaml',
  );

it.each(['blog.test', 'static.blog.test'])('%s has an address that can be further away', (host) => {
  expect(() => checkHosts(scenarioWith(host), site)).not.toThrow();
});

it.each([
  [
    'statik.blog.test',
    'a.yaml:6:5: network.origins."statik.blog.test": is no host of the site (did you mean "static.blog.test"?); it has: blog.test, static.blog.test',
  ],
  ['img.blog.test', 'shares the address of blog.test, and with it the delay; write "address: own"'],
])('%s: refused', (host, message) => {
  expect(() => checkHosts(scenarioWith(host), site)).toThrow(message);
});

it('a network without delays of hosts, given on the command line, is not held against the file', () => {
  const scenario = scenarioWith('statik.blog.test');
  const network = changeNetwork(scenario.network, '4g');
  expect(() => checkHosts({ ...scenario, network }, site)).not.toThrow();
});
