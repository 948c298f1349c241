import { hostOf, hostsOfConnection } from '../../server/site/origins.ts';
import { findResource } from '../../server/site/site.ts';
import type { ResolvedStrategy } from '../../server/strategies/decide.ts';
import { lostTrials } from './disturbance.ts';
import type { Calibration } from '../calibrate/calibration.ts';
import type { PreparedRun } from './prepare.ts';
import { notLoaded } from './push-support.ts';
import { smallestPValue } from '../stats/signed-rank.ts';
import type { FilmRecord, Results, TrialResult } from './results.ts';
import { ALPHA } from './samples.ts';

/** What a reader should know before believing the numbers. */
export function warningsOf(
  trials: readonly TrialResult[],
  run: PreparedRun,
  calibration?: Calibration,
): string[] {
  const warnings = planWarnings(run);
  const off = calibration?.lines.filter(({ verdict }) => verdict === 'off') ?? [];
  if (off.length > 0) {
    const list = off.map(({ name, point, words }) => `${name} (${point}) was ${words}`);
    warnings.push(`before the run this machine was not good enough: ${list.join('; ')}`);
  }
  const failed = trials.filter(({ status }) => status === 'failed');
  if (failed.length > 0) {
    warnings.push(
      `${failed.length} of ${trials.length} trials failed and do not count: ${failed[0]!.failure ?? 'unknown'}`,
    );
  }
  const lost = lostTrials(trials);
  if (lost.length > 0) {
    warnings.push(
      `${plural(lost.length, 'measured trial')} (${countByStrategy(lost)}) stayed disturbed after every repeat and ` +
        `${lost.length === 1 ? 'does' : 'do'} not count: ${lost[0]!.disturbance ?? 'unknown'}; ` +
        (run.concurrency > 1 ? '--concurrency 1 may help' : 'does another program run on this machine?'),
    );
  }
  const stale = trials
    .flatMap(({ strategy, pushes }) => pushes.map((push) => ({ strategy, ...push })))
    .find(({ requestedInstead }) => requestedInstead !== undefined);
  if (stale !== undefined) {
    warnings.push(
      `the push list of ${stale.strategy} is stale: it pushes ${stale.url}, and the page asks for ${stale.requestedInstead!}`,
    );
  }
  const disagreeing = trials.filter(({ disagreements }) => disagreements.length > 0);
  if (disagreeing.length > 0) {
    warnings.push(
      `in ${disagreeing.length} of ${trials.length} trials browser, server and emulator do not agree on something, ` +
        `e.g. ${disagreeing[0]!.disagreements[0]!}`,
    );
  }
  return warnings;
}

/** What is wrong with films; the timed trials are not touched by it. */
export function filmWarnings(films: readonly FilmRecord[], planned: number): string[] {
  const warnings = films.flatMap(({ trial, failure, disturbance, disagreements }) => [
    ...(failure === undefined ? [] : [`${trial}, a film, came to nothing: ${failure}`]),
    ...(disturbance === undefined ? [] : [`${trial}, a film, is of a disturbed load: ${disturbance}`]),
    ...disagreements.map((text) => `in ${trial} film and paint timing do not agree: ${text}`),
  ]);
  if (films.length < planned)
    warnings.push(`${films.length} of ${planned} films were made before an interruption`);
  return warnings;
}

/** What pages tried to load from outside the lab, and in how many trials. */
export function blockedExternals(trials: readonly TrialResult[]): Results['blockedExternals'] {
  const loads = new Map<string, number>();
  for (const { blockedUrls } of trials) {
    for (const url of blockedUrls) loads.set(url, (loads.get(url) ?? 0) + 1);
  }
  return [...loads].map(([url, count]) => ({ url, loads: count }));
}

/** The same before anything is loaded: what the plan alone tells. */
export function planWarnings({ scenario, site, pages, strategies, refused, browser }: PreparedRun): string[] {
  const left = notLoaded(refused, browser);
  const warnings: string[] = left === undefined ? [] : [left];
  if (browser?.usesEarlyHints === false) {
    for (const { name } of strategies.filter(({ how }) => how === 'early-hints'))
      warnings.push(`${browser.name} does not act on 103 responses: ${name} only costs it their bytes`);
  }
  const needed = runsForAVerdict(strategies.length - 1);
  if (strategies.length > 1 && scenario.runs < needed) {
    warnings.push(
      `${plural(scenario.runs, 'measured run')} per strategy cannot prove a difference: ` +
        `${plural(strategies.length, 'strategy', 'strategies')} need at least ${needed}`,
    );
  }
  for (const { name, how, paths, children, ...strategy } of strategies) {
    const linked =
      how === 'origin-link' &&
      pages.some(({ entry }) => findResource(site, entry)?.headers['link'] !== undefined);
    const isEmpty = [paths, ...Object.values(strategy.pages ?? {})].every(({ length }) => length === 0);
    if (how !== 'none' && isEmpty && Object.keys(children).length === 0 && !linked) {
      warnings.push(`${name} has nothing to send ahead on this page and does what no-push does`);
    }
  }
  for (const strategy of strategies.filter(({ how }) => how === 'push')) {
    const { name } = strategy;
    const pushes = pushesOf(strategy);
    const apart = new Set(
      pushes
        .filter(({ path, on }) => !hostsOfConnection(hostOf(on, site), site).has(hostOf(path, site)))
        .map(({ path }) => hostOf(path, site)),
    );
    if (apart.size > 0) {
      warnings.push(
        `${name} does not push what comes from ${[...apart].join(', ')}: a connection may not speak for a host with a certificate or an address of its own, or one that refuses it`,
      );
    }
    const trailed = pushes.find(({ path }) => findResource(site, path)?.trailers !== undefined);
    if (trailed !== undefined) {
      warnings.push(
        `${name} pushes ${trailed.path}, which has trailers: Chromium takes no push that has any, and asks for it itself`,
      );
    }
  }
  if (strategies.some(({ what }) => what === 'graph')) warnings.push(...staleGraph(pages));
  for (const path of new Set(pages.flatMap(({ missing }) => missing.map((finding) => finding.path))))
    warnings.push(`the page refers to ${path}, which the site does not have`);
  const hosts = new Set(
    pages
      .flatMap(({ externals }) => externals)
      .map(({ url }) => (URL.canParse(url) ? new URL(url).host : url)),
  );
  if (hosts.size > 0) {
    warnings.push(
      `the page refers to other hosts (${[...hosts].join(', ')}); here such requests fail at once, elsewhere they may delay the first paint`,
    );
  }
  return warnings;
}

/** Everything that it pushes, and what is asked for on the connection that it is pushed on. */
function pushesOf({ paths, children, pages = {} }: ResolvedStrategy): { path: string; on: string }[] {
  const withPages = [...paths, ...Object.values(pages).flat()].map((path) => ({ path, on: '/' }));
  const withResources = Object.entries(children).flatMap(([on, found]) =>
    found.map((path) => ({ path, on })),
  );
  return [...withPages, ...withResources];
}

/** What was there when the graph was recorded, and pages that were not loaded then. */
function staleGraph(pages: PreparedRun['pages']): string[] {
  return pages.flatMap((page) => {
    const nodes = page.graph?.[page.entry];
    if (nodes === undefined)
      return [`graph.json knows nothing of ${page.entry}: nothing is sent ahead there`];
    const gone = nodes.filter(({ path }) => findResource(page, path) === undefined).map(({ path }) => path);
    return gone.length === 0
      ? []
      : [`graph.json is stale: the site has no ${gone.join(', ')} any more; record it again`];
  });
}

/**
 * Fewest pairs with which `comparisons` two-sided signed-rank tests can reach the level under Holm: with n pairs no
 * p-value is below 2 / 2^n.
 */
function runsForAVerdict(comparisons: number): number {
  for (let runs = 1; ; runs++) if (Math.max(comparisons, 1) * smallestPValue(runs) < ALPHA) return runs;
}

/** `2 no-push, 1 preload` */
function countByStrategy(trials: readonly TrialResult[]): string {
  const counts = new Map<string, number>();
  for (const { strategy } of trials) counts.set(strategy, (counts.get(strategy) ?? 0) + 1);
  return [...counts].map(([strategy, count]) => `${count} ${strategy}`).join(', ');
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
