import path from 'node:path';
import { InputError } from '../errors.ts';
import { describeValue, didYouMean, type Problem } from '../input/problems.ts';
import { readTextFile } from '../input/text-file.ts';
import { parseYamlText, problemsOf } from '../input/yaml-text.ts';
import { isSitePath, listSites, SITE_FOLDER_HINT, whyNoSite } from '../../server/site/load-site.ts';
import type { NetworkConditions } from '../network/conditions.ts';
import type { DeliveryTrace } from '../network/link/delivery-trace.ts';
import { completeConnection, completeJourney, completeMeasure, journeyProblems } from './client-schema.ts';
import { completeBrowser } from './browser-schema.ts';
import { completeNetwork } from './network-schema.ts';
import type { Strategy } from '../../server/strategies/strategy.ts';
import { defaultBaseline, type Scenario } from './scenario.ts';
import { keysAt, scenarioSchema, type ScenarioInput } from './schema.ts';
import { completeStrategy } from './strategy-schema.ts';
import { withSuggestion } from './suggest-scenario.ts';
import { readTraces, type Traces } from './trace-files.ts';

/** The largest scenario of the lab has 3 kB. */
const MAX_SCENARIO_BYTES = 1_000_000;

/**
 * Reads and checks a scenario file.
 * @throws InputError that lists everything wrong, each with file, line, column and key
 */
export async function loadScenario(file: string): Promise<Scenario> {
  const text = await readTextFile(file, MAX_SCENARIO_BYTES).catch(async (error: unknown) => {
    throw error instanceof InputError ? await withSuggestion(file, error) : error;
  });
  const yaml = parseYamlText(text, file);
  const traces = await readTraces(yaml.data, path.dirname(file));
  const scenario = parseScenario(text, file, { siteNames: await listSites(), traces });
  const reason = isSitePath(scenario.site) ? await whyNoSite(scenario.site) : undefined;
  if (reason === undefined) return scenario;
  throw yaml.fail([{ path: ['site'], at: 'value', message: reason }], { nextStep: SITE_FOLDER_HINT });
}

/**
 * Checks the text of a scenario file. Pure; what `site` is a path of is not looked at.
 * @param file named in messages, gives the default name, and relative site paths start from its folder
 * @param known.siteNames the sites there are; left out: any name will do
 * @param known.traces what was found at the paths of delivery traces; a path that is not there is a problem
 * @throws InputError that lists everything wrong
 */
export function parseScenario(
  text: string,
  file: string,
  known: { readonly siteNames?: readonly string[]; readonly traces?: Traces } = {},
): Scenario {
  const yaml = parseYamlText(text, file);
  const result = scenarioSchema.safeParse(yaml.data);
  if (!result.success) {
    const problems = problemsOf(result.error, yaml.data, keysAt);
    throw yaml.fail([...problems, ...siteProblems(yaml.data, known.siteNames)]);
  }
  const input = result.data;
  const strategies = input.strategies.map(completeStrategy);
  const { traces, problems: traceProblems } = tracesOf(input, known.traces);
  if (traceProblems.length > 0) throw yaml.fail([...traceProblems, ...siteProblems(input, known.siteNames)]);
  const network = completeNetwork(input.network, undefined, traces);
  const problems = [
    ...siteProblems(input, known.siteNames),
    ...('missing' in network ? missingNumbers(network.missing) : tracedChanges(network.network)),
    ...repeatedNames(strategies.map(({ name }) => name)),
    ...baselineProblems(
      input,
      strategies.map(({ name }) => name),
    ),
    ...nameProblems(input, file),
    ...journeyProblems(input),
  ];
  if (problems.length > 0 || 'missing' in network) throw yaml.fail(problems);
  return {
    name: input.name ?? nameOf(file),
    file,
    text,
    site: isSitePath(input.site) ? path.resolve(path.dirname(file), input.site) : input.site,
    network: network.network,
    thinkMs: input.think ?? input.origin?.think ?? 0,
    edge: edgeOf(input),
    cache: input.cache,
    connection: completeConnection(input.connection),
    journey: completeJourney(input.journey),
    measure: completeMeasure(input.measure, input.journey?.length ?? 0),
    browser: completeBrowser(input.browser, path.dirname(file)),
    strategies,
    baseline: input.baseline ?? defaultBaseline(strategies),
    primaryMetric: input.metric,
    runs: input.runs,
    filmRuns: filmRunsOf(input.film),
    seed: input.seed,
    timeoutMs: input.timeout,
  };
}

function edgeOf({ origin }: ScenarioInput): Scenario['edge'] {
  return origin?.rtt === undefined ? undefined : { rttMs: origin.rtt, connection: origin.connection };
}

/** One film tells what a strategy looks like; several, how far they differ. */
function filmRunsOf(film: ScenarioInput['film']): number {
  if (typeof film === 'object') return film.runs;
  return film ? 1 : 0;
}

/** The strategies of a text that `parseScenario` has found good, all of them and in its order. */
export function strategiesIn(text: string, file: string): Strategy[] {
  return scenarioSchema.parse(parseYamlText(text, file).data).strategies.map(completeStrategy);
}

/** `scenarios/2g-cold.yaml` → `2g-cold`. */
function nameOf(file: string): string {
  return path.basename(file).replace(/\.ya?ml$/i, '');
}

/** A name taken from the file must be as good as a written one, since it names a folder. */
function nameProblems(input: ScenarioInput, file: string): Problem[] {
  if (input.name !== undefined || /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(nameOf(file))) return [];
  return [
    { path: ['name'], at: 'value', message: 'is missing, and the name of the file cannot stand for it' },
  ];
}

function siteProblems(data: unknown, siteNames: readonly string[] | undefined): Problem[] {
  const site = typeof data === 'object' && data !== null && 'site' in data ? data.site : undefined;
  if (siteNames === undefined || typeof site !== 'string' || site === '') return [];
  if (isSitePath(site) || siteNames.includes(site)) return [];
  const message = `unknown site ${describeValue(site)}${didYouMean(site, siteNames)}; the lab has: ${siteNames.join(', ')}; or write the path of a folder, e.g. ./my-site`;
  return [{ path: ['site'], at: 'value', message }];
}

/** The traces that the network names, and what is wrong with them. */
function tracesOf(
  { network }: ScenarioInput,
  read: Traces = new Map(),
): { traces: Map<string, DeliveryTrace>; problems: Problem[] } {
  const traces = new Map<string, DeliveryTrace>();
  const problems: Problem[] = [];
  for (const key of ['down', 'up'] as const) {
    const rate = typeof network === 'string' ? undefined : network[key];
    if (typeof rate !== 'object') continue;
    const found = read.get(rate.trace) ?? { problem: `${describeValue(rate.trace)} was not read` };
    if ('trace' in found) traces.set(rate.trace, found.trace);
    else problems.push({ path: ['network', key, 'trace'], at: 'value', message: found.problem });
  }
  return { traces, problems };
}

/** A trace has its own rates: there is none to change. */
function tracedChanges(network: NetworkConditions): Problem[] {
  return (network.changes ?? []).flatMap((change, index) => {
    const problem = (key: string): Problem => ({
      path: ['network', 'changes', index, key],
      at: 'value',
      message: `the rate cannot change where ${key} is a trace`,
    });
    return [
      ...(change.downlinkBps !== undefined && network.downlink.trace ? [problem('down')] : []),
      ...(change.uplinkBps !== undefined && network.uplink.trace ? [problem('up')] : []),
    ];
  });
}

function missingNumbers(keys: readonly string[]): Problem[] {
  return keys.map((key) => ({
    path: ['network', key],
    at: 'value',
    message: 'is missing; without a preset a network needs rtt, down, up and queue',
  }));
}

function repeatedNames(names: readonly string[]): Problem[] {
  return names.flatMap((name, index) => {
    if (names.indexOf(name) === index) return [];
    const message = `the name "${name}" is taken by strategies[${names.indexOf(name)}]; names must differ`;
    return [{ path: ['strategies', index], at: 'value' as const, message }];
  });
}

function baselineProblems(input: ScenarioInput, names: readonly string[]): Problem[] {
  const { baseline } = input;
  if (baseline === undefined || names.includes(baseline)) return [];
  const message = `${describeValue(baseline)} is not in the list of strategies${didYouMean(baseline, names)}; allowed: ${[...new Set(names)].join(', ')}`;
  return [{ path: ['baseline'], at: 'value', message }];
}
