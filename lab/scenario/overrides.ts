import { InputError } from '../errors.ts';
import { describeValue, didYouMean, formatPath, listProblems } from '../input/problems.ts';
import { problemsOf } from '../input/yaml-text.ts';
import { findNetworkPreset, NETWORK_PRESET_NAMES } from '../network/profiles.ts';
import type { NetworkConditions } from '../network/conditions.ts';
import { findStrategyPreset, STRATEGY_PRESET_NAMES } from '../../server/strategies/presets.ts';
import type { Strategy } from '../../server/strategies/strategy.ts';
import { completeBrowser, isBrowserChoice, unknownBrowser } from './browser-schema.ts';
import { completeNetwork, NETWORK_KEYS, networkObjectSchema } from './network-schema.ts';
import { defaultBaseline, MAX_RUNS, MAX_STRATEGIES, type Scenario } from './scenario.ts';

/** Options of the command line that change a scenario for one run, as they were typed. */
export interface Overrides {
  /** `--runs 4` */
  readonly runs?: string | number | undefined;
  /** `--seed 7` */
  readonly seed?: string | number | undefined;
  /** `--film`, `--no-film`: one film of each strategy, or none. */
  readonly film?: boolean | undefined;
  /** `--strategies no-push,preload`: strategies of the scenario or presets. */
  readonly strategies?: string | undefined;
  /** `--network 3g` or `--network rtt=100ms,down=1.6mbit/s`; numbers not given stay as the scenario has them. */
  readonly network?: string | undefined;
  /** `--browser chromium-103`, or a path from the working directory. */
  readonly browser?: string | undefined;
}

/**
 * The scenario with some things changed. Where the baseline is no longer among the strategies, the default one is
 * taken.
 * @throws InputError that names the option, what was found and what is allowed
 */
export function applyOverrides(scenario: Scenario, overrides: Overrides): Scenario {
  const strategies =
    overrides.strategies === undefined
      ? scenario.strategies
      : chooseStrategies(scenario, overrides.strategies);
  const kept = strategies.some(({ name }) => name === scenario.baseline);
  const runs = wholeNumber('--runs', overrides.runs, 1, MAX_RUNS) ?? scenario.runs;
  return {
    ...scenario,
    strategies,
    baseline: kept ? scenario.baseline : defaultBaseline(strategies),
    network:
      overrides.network === undefined ? scenario.network : changeNetwork(scenario.network, overrides.network),
    browser: overrides.browser === undefined ? scenario.browser : readBrowserOption(overrides.browser),
    runs,
    filmRuns: filmRuns(scenario, overrides, runs),
    seed: wholeNumber('--seed', overrides.seed, 0, 0xffff_ffff) ?? scenario.seed,
  };
}

/** `--film` leaves the number of the scenario as it is, where it has one; `--runs 1` is a quick look, without films. */
function filmRuns(scenario: Scenario, { film, runs: asked }: Overrides, runs: number): number {
  if (film !== undefined) return film ? Math.max(1, scenario.filmRuns) : 0;
  return asked !== undefined && runs === 1 ? 0 : scenario.filmRuns;
}

/** The value of a `--browser` option. @throws InputError */
export function readBrowserOption(text: string): string {
  if (isBrowserChoice(text)) return completeBrowser(text, process.cwd());
  throw new InputError(`--browser: ${unknownBrowser(text)}`, {
    nextStep: 'npx lab browsers   (lists them, and which are installed)',
  });
}

function wholeNumber(
  option: string,
  value: string | number | undefined,
  min: number,
  max: number,
): number | undefined {
  if (value === undefined) return undefined;
  const text = String(value).trim();
  const number = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (number >= min && number <= max) return number;
  throw new InputError(
    `${option}: found ${describeValue(value)}; expected a whole number from ${min} to ${max}`,
  );
}

function chooseStrategies(scenario: Scenario, list: string): Strategy[] {
  const names = list.split(',').map((name) => name.trim());
  const own = scenario.strategies.map(({ name }) => name);
  const known = [...new Set([...own, ...STRATEGY_PRESET_NAMES])];
  const problems: string[] = [];
  const chosen: Strategy[] = [];
  for (const name of names) {
    const strategy =
      scenario.strategies.find((candidate) => candidate.name === name) ?? findStrategyPreset(name);
    if (strategy === undefined) {
      const what =
        name === '' ? 'an empty name' : `unknown strategy ${describeValue(name)}${didYouMean(name, known)}`;
      problems.push(`--strategies: ${what}; allowed: ${known.join(', ')}`);
    } else if (chosen.some((other) => other.name === strategy.name)) {
      problems.push(`--strategies: ${strategy.name} is there twice`);
    } else {
      chosen.push(strategy);
    }
  }
  if (names.length > MAX_STRATEGIES)
    problems.push(`--strategies: ${names.length} names; at most ${MAX_STRATEGIES}`);
  if (problems.length > 0) throw new InputError(listProblems(problems));
  return chosen;
}

/**
 * Reads the value of a `--network` option: the name of a preset, or `key=value` pairs over a base.
 * @param base fills in what the pairs leave out
 * @throws InputError
 */
export function changeNetwork(base: NetworkConditions | undefined, text: string): NetworkConditions {
  const preset = findNetworkPreset(text.trim());
  if (preset !== undefined) return preset;
  if (!text.includes('=')) {
    const hint = didYouMean(text.trim(), NETWORK_PRESET_NAMES);
    throw new InputError(
      `--network: unknown preset ${describeValue(text)}${hint}; allowed: ${NETWORK_PRESET_NAMES.join(', ')}, or numbers: rtt=100ms,down=1.6Mbit/s,up=768kbit/s,queue=64KiB`,
    );
  }
  const pairs = readPairs(text);
  const result = networkObjectSchema.safeParse(pairs);
  if (!result.success) {
    const problems = problemsOf(result.error, pairs, () => NETWORK_KEYS);
    throw new InputError(
      listProblems(problems.map(({ path, message }) => `--network: ${formatPath(path)}: ${message}`)),
    );
  }
  const completed = completeNetwork(result.data, base);
  if ('network' in completed) return completed.network;
  throw new InputError(
    `--network: ${completed.missing.join(', ')} missing; or start from one: preset=3g,rtt=100ms`,
  );
}

function readPairs(text: string): Record<string, string> {
  const pairs = new Map<string, string>();
  for (const part of text.split(',')) {
    const [, key, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(part) ?? [];
    if (key === undefined || value === undefined || value === '') {
      throw new InputError(`--network: found ${describeValue(part)}; expected key=value, e.g. rtt=100ms`);
    }
    if (pairs.has(key)) throw new InputError(`--network: ${key} is there twice`);
    pairs.set(key, value);
  }
  return Object.fromEntries(pairs);
}
