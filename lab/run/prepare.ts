import os from 'node:os';
import { loadSite } from '../../server/site/load-site.ts';
import { findResource, type Site } from '../../server/site/site.ts';
import type { ResolvedStrategy } from '../../server/strategies/decide.ts';
import { firstPageWaitMs } from '../../server/origin-fetch.ts';
import { resolveForPages } from '../../server/strategies/resolve.ts';
import type { InstalledBrowser } from '../browser/installed-browser.ts';
import { checkHosts } from '../scenario/check-hosts.ts';
import { checkGraph, checkListedPaths, journeyPages } from '../scenario/check-paths.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { expectedLoadMs, sideBySide, staggerMs, windowWaitMs } from './concurrency.ts';
import { latenessLimits, type LatenessLimits } from './disturbance.ts';
import { planFilms, planTrials, type PlannedFilm, type PlannedTrial } from './plan.ts';
import { checkBaseline, divideByPush } from './push-support.ts';
import type { Results } from './results.ts';

/** A scenario that is known to be able to run: its site is loaded, its strategies resolved, its trials planned. */
export interface PreparedRun {
  readonly scenario: Scenario;
  /** As its first page sees it. */
  readonly site: Site;
  /** As each page of the journey sees it; without one, the first alone. */
  readonly pages: readonly Site[];
  readonly siteRecord: Results['site'];
  /** Of the page and what it uses, as sent. */
  readonly pageBytes: number;
  /** Those that are loaded. */
  readonly strategies: readonly ResolvedStrategy[];
  /** Those that need push, where the browser refuses it: named in the results, and not loaded as if they were another. */
  readonly refused: readonly ResolvedStrategy[];
  readonly browser: BrowserAbilities | undefined;
  readonly trials: readonly PlannedTrial[];
  readonly films: readonly PlannedFilm[];
  readonly concurrency: number;
  /** How far the starts of the slots lie apart. */
  readonly staggerMs: number;
  /** Of one trial. */
  readonly timeoutMs: number;
  /** Beyond them a trial is disturbed. */
  readonly latenessLimits: LatenessLimits;
}

/** What is known of the browser before a page is loaded. */
export type BrowserAbilities = Pick<InstalledBrowser, 'name' | 'acceptsPush' | 'usesEarlyHints'>;

/**
 * @param options.browser undefined: not asked yet, taken for one that can do everything
 * @throws {InputError} for a site that is not there, a strategy that names what the site does not have, or a browser that
 *   refuses what the comparison rests on
 */
export async function prepareRun(
  scenario: Scenario,
  options: {
    concurrency?: number | undefined;
    maxLatenessMs?: number | undefined;
    browser?: BrowserAbilities | undefined;
  } = {},
): Promise<PreparedRun> {
  const pages = journeyPages(scenario, await loadSite(scenario.site));
  const [site] = pages;
  checkHosts(scenario, site);
  checkListedPaths(scenario, site);
  checkGraph(scenario, pages);
  const resolved = scenario.strategies.map((strategy) => resolveForPages(strategy, pages));
  const [strategies, refused] = divideByPush(resolved, options.browser);
  if (options.browser !== undefined) checkBaseline(scenario.baseline, strategies, options.browser);
  const siteRecord = describeSite(pages, resolved);
  const pageBytes = weightOf(siteRecord.resources.filter(({ unused }) => unused !== true));
  // What a strategy sends for nothing takes its time on the link as well.
  const mostBytes =
    pageBytes + Math.max(...strategies.map((strategy) => unusedBytes(siteRecord, allPaths(strategy))));
  const trials = planTrials({
    strategies: strategies.map(({ name }) => name),
    runs: scenario.runs,
    seed: scenario.seed,
  });
  const concurrency =
    options.concurrency ?? sideBySide(scenario.network, pageBytes, os.availableParallelism());
  return {
    scenario,
    site,
    pages,
    siteRecord,
    pageBytes,
    strategies,
    refused,
    browser: options.browser,
    trials,
    films: planFilms({
      strategies: strategies.map(({ name }) => name),
      rounds: scenario.filmRuns,
      seed: scenario.seed,
    }),
    concurrency: Math.min(concurrency, trials.length),
    staggerMs: staggerMs(expectedLoadMs(scenario.network, pageBytes)),
    timeoutMs:
      scenario.timeoutMs ??
      defaultTimeoutMs(
        expectedLoadMs(scenario.network, mostBytes) +
          windowWaitMs(scenario.network, mostBytes, smallestWindowBytes(strategies)) +
          firstPageWaitMs(scenario),
      ),
    latenessLimits: latenessLimits(scenario.network.baseRttMs, options.maxLatenessMs),
  };
}

export function pageUrl({ hostname, entry }: Site): string {
  return `https://${hostname}${entry}`;
}

/** The pages, what they use and what a strategy names, with the sizes the browser will see. */
function describeSite(
  pages: readonly [Site, ...Site[]],
  strategies: readonly ResolvedStrategy[],
): Results['site'] {
  const [site] = pages;
  const used = new Set(
    pages.flatMap(({ entry, used: found, graph }) =>
      [{ path: entry }, ...found, ...(graph?.[entry] ?? [])].map(({ path }) => path),
    ),
  );
  const reasons = new Map(
    pages.toReversed().flatMap((page) => page.critical.map(({ path, reason }) => [path, reason])),
  );
  const paths = new Set([...used, ...strategies.flatMap(allPaths)]);
  const resources = [...paths].flatMap((path): Results['site']['resources'] => {
    const resource = findResource(site, path);
    if (resource === undefined) return [];
    const coding = resource.encodings.br ? 'br' : resource.encodings.gzip ? 'gzip' : 'identity';
    const reason = reasons.get(path);
    return [
      {
        path,
        contentType: resource.contentType,
        sizeBytes: resource.body.length,
        encodedBytes: (coding === 'identity' ? resource.body : resource.encodings[coding]!).length,
        contentEncoding: coding,
        critical: reason !== undefined,
        ...(reason !== undefined && { reason }),
        ...(!used.has(path) && { unused: true }),
      },
    ];
  });
  const { hostname, origins } = site;
  const hosts = origins.length === 0 ? {} : { hostname, origins: origins.map((origin) => ({ ...origin })) };
  return { name: site.name, entry: site.entry, ...hosts, resources };
}

function allPaths({ paths, pages = {} }: ResolvedStrategy): string[] {
  return [...new Set([...paths, ...Object.values(pages).flat()])];
}

function unusedBytes(site: Results['site'], paths: readonly string[]): number {
  return weightOf(site.resources.filter(({ path, unused }) => unused === true && paths.includes(path)));
}

function weightOf(resources: Results['site']['resources']): number {
  return resources.reduce((total, { encodedBytes }) => total + encodedBytes, 0);
}

function smallestWindowBytes(strategies: readonly ResolvedStrategy[]): number {
  return Math.min(
    ...strategies.map(({ http2 }) =>
      Math.min(http2?.streamWindowBytes ?? Infinity, http2?.connectionWindowBytes ?? Infinity),
    ),
  );
}

/** Losses and retransmissions may double a load; three times leaves room for a busy machine. */
function defaultTimeoutMs(expectedMs: number): number {
  return Math.max(3 * expectedMs, MIN_TIMEOUT_MS);
}

const MIN_TIMEOUT_MS = 60_000;
