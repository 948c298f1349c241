import { expect, it } from 'vitest';
import { loadScenario } from '../../lab/scenario/load-scenario.ts';
import { checkListedPaths } from '../../lab/scenario/check-paths.ts';
import { loadSite } from '../../server/site/load-site.ts';

it('looks through the lists of a scenario whose network is a trace', async () => {
  const scenario = await loadScenario('scenarios/cellular-trace.yaml');
  const site = await loadSite(scenario.site);
  expect(scenario.network.downlink.trace).toBeDefined();
  expect(() => checkListedPaths(scenario, site)).not.toThrow();
});
