import { createHash } from 'node:crypto';
import type { MetricName, MetricSummary, Results, StrategyRecord } from '../../lab/run/results.ts';
import { countedTrials, disturbances, findSummary, settledTrials } from '../digest.ts';
import { networkText } from '../network-text.ts';

/** What a list of runs says of one of them: small, so that of many results only this has to be kept. */
export interface RunDigest {
  readonly sentence: string;
  readonly metric: MetricName;
  readonly baseline: string;
  readonly strategies: readonly StrategyDigest[];
  /** Measured loads that count, and as many as were planned. */
  readonly counted: number;
  readonly planned: number;
  /** Measured blocks asked for. */
  readonly runs: number;
  readonly partial: boolean;
  readonly failed: number;
  /** Disturbed at the last attempt as well. */
  readonly lost: number;
  readonly warnings: number;
  readonly page: string;
  readonly browser: string;
  readonly network: string;
  /** Equal for runs whose numbers may be held against each other. */
  readonly conditions: string;
}

/** Of the metric that the answer is about. */
export interface StrategyDigest {
  readonly name: string;
  /** Equal where a strategy of this name was set up alike. */
  readonly settings: string;
  readonly median: number | undefined;
  readonly shift: Pick<NonNullable<MetricSummary['shift']>, 'median' | 'verdict'> | undefined;
}

export function digestRun(results: Results): RunDigest {
  const { site, browser, answer, primaryMetric: metric } = results;
  const loaded = results.strategies.filter(({ notLoaded }) => notLoaded === undefined);
  return {
    sentence: shortened(answer.sentence),
    metric,
    baseline: results.baseline,
    strategies: loaded.slice(0, MOST_STRATEGIES).map((strategy) => {
      const { name } = strategy;
      const summary = findSummary(results, name, metric);
      const shift = summary?.shift;
      return {
        name,
        settings: settingsOf(strategy),
        median: summary?.median,
        shift: shift && { median: shift.median, verdict: shift.verdict },
      };
    }),
    counted: loaded.reduce((total, { name }) => total + countedTrials(results, name).length, 0),
    planned: results.runs * loaded.length,
    runs: results.runs,
    partial: results.partial,
    failed: settledTrials(results).filter(({ status }) => status === 'failed').length,
    lost: disturbances(results).reduce((total, { lost }) => total + lost, 0),
    warnings: results.warnings.length,
    page: shortened(site.name + site.entry),
    browser: `${browser.name} (${browser.version})`,
    network: shortened(networkText(results.network)),
    conditions: conditionsOf(results),
  };
}

/** Not the content of the site: that it changes is what is followed from run to run. */
function conditionsOf({ scenario, network, browser, site, journey, ...results }: Results): string {
  const { thinkMs, edge, cache, connection } = scenario;
  // By whatever name: the numbers count.
  const numbers = { ...network, name: undefined, source: undefined };
  const baseline = results.strategies.find(({ name }) => name === results.baseline);
  return JSON.stringify([
    ...[numbers, browser.name, browser.version, site.name, site.entry, site.origins],
    ...[thinkMs, edge, cache, connection],
    ...[journey?.measured, journey?.steps.map(({ path, afterMs }) => [path, afterMs])],
    ...[results.baseline, baseline && settingsOf(baseline), results.primaryMetric],
  ]);
}

/** Not its paths: what it comes to on the site of the day changes with the site. As a hash: lists of paths are long. */
function settingsOf(strategy: StrategyRecord): string {
  const terms = { ...strategy, description: undefined, paths: undefined, notLoaded: undefined };
  return createHash('sha256').update(JSON.stringify(terms)).digest('base64url');
}

function shortened(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;
}

const MOST_STRATEGIES = 30;
const MOST_CHARACTERS = 600;
