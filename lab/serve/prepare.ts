import { InputError } from '../errors.ts';
import { describeValue, didYouMean } from '../input/problems.ts';
import { checkHosts } from '../scenario/check-hosts.ts';
import { checkGraph, checkListedPaths, journeyPages } from '../scenario/check-paths.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { loadSite } from '../../server/site/load-site.ts';
import type { Site } from '../../server/site/site.ts';
import type { ResolvedStrategy } from '../../server/strategies/decide.ts';
import { findStrategyPreset, STRATEGY_PRESET_NAMES } from '../../server/strategies/presets.ts';
import { resolveForPages } from '../../server/strategies/resolve.ts';
import type { Strategy } from '../../server/strategies/strategy.ts';

/** What is served, and how. */
export interface PreparedServe {
  readonly scenario: Scenario;
  readonly site: Site;
  readonly strategy: ResolvedStrategy;
}

/**
 * @param strategyName one of the scenario's strategies or a preset; left out: the scenario's first one
 * @throws {InputError} for an unknown strategy, or a site that is not there
 */
export async function prepareServe(
  scenario: Scenario,
  strategyName: string | undefined,
): Promise<PreparedServe> {
  const strategy =
    strategyName === undefined ? scenario.strategies[0]! : chooseStrategy(scenario, strategyName);
  const pages = journeyPages(scenario, await loadSite(scenario.site));
  const [site] = pages;
  checkHosts(scenario, site);
  checkListedPaths({ ...scenario, strategies: [strategy] }, site);
  checkGraph({ ...scenario, strategies: [strategy] }, pages);
  return { scenario, site, strategy: resolveForPages(strategy, pages) };
}

function chooseStrategy({ strategies }: Scenario, name: string): Strategy {
  const found = strategies.find((candidate) => candidate.name === name) ?? findStrategyPreset(name);
  if (found !== undefined) return found;
  const known = [...new Set([...strategies.map((strategy) => strategy.name), ...STRATEGY_PRESET_NAMES])];
  throw new InputError(
    `--strategy: unknown strategy ${describeValue(name)}${didYouMean(name, known)}; allowed: ${known.join(', ')}`,
  );
}
