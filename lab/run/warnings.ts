import type { PreparedRun } from './prepare.ts';
import { smallestPValue } from '../stats/signed-rank.ts';
import type { Results, TrialResult } from './results.ts';
import { ALPHA } from './samples.ts';

/** Lateness at the 99th percentile that is worth a word: a fiftieth of the round trip, and never less than this. */
const PACER_P99_FLOOR_MS = 5;
const PACER_P99_SHARE_OF_RTT = 1 / 50;
/** What a reader should know before believing the numbers. */
export function warningsOf(trials: readonly TrialResult[], run: PreparedRun): string[] {
  const warnings = planWarnings(run);
  const failed = trials.filter(({ status }) => status === 'failed');
  if (failed.length > 0) {
    warnings.push(
      `${failed.length} of ${trials.length} trials failed and do not count: ${failed[0]!.failure ?? 'unknown'}`,
    );
  }
  const limitMs = Math.max(PACER_P99_FLOOR_MS, run.scenario.network.baseRttMs * PACER_P99_SHARE_OF_RTT);
  const late = trials.filter(({ pacer }) => (pacer?.latenessP99Ms ?? 0) > limitMs);
  if (late.length > 0) {
    warnings.push(
      `in ${late.length} of ${trials.length} trials the emulator acted more than ${limitMs} ms late at the ` +
        `99th percentile: the machine was busy; ${run.concurrency > 1 ? '--concurrency 1 may help' : 'does another program run on it?'}`,
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

/** What pages tried to load from outside the lab, and in how many trials. */
export function blockedExternals(trials: readonly TrialResult[]): Results['blockedExternals'] {
  const loads = new Map<string, number>();
  for (const { blockedUrls } of trials) {
    for (const url of blockedUrls) loads.set(url, (loads.get(url) ?? 0) + 1);
  }
  return [...loads].map(([url, count]) => ({ url, loads: count }));
}

/** The same before anything is loaded: what the plan alone tells. */
export function planWarnings({ scenario, site, strategies }: PreparedRun): string[] {
  const warnings: string[] = [];
  const needed = runsForAVerdict(strategies.length - 1);
  if (strategies.length > 1 && scenario.runs < needed) {
    warnings.push(
      `${plural(scenario.runs, 'measured run')} per strategy cannot prove a difference: ` +
        `${plural(strategies.length, 'strategy', 'strategies')} need at least ${needed}`,
    );
  }
  for (const { name, how, paths } of strategies) {
    if (how !== 'none' && paths.length === 0) {
      warnings.push(`${name} has nothing to send ahead on this page and does what no-push does`);
    }
  }
  for (const { path } of site.missing)
    warnings.push(`the page refers to ${path}, which the site does not have`);
  const hosts = new Set(site.externals.map(({ url }) => (URL.canParse(url) ? new URL(url).host : url)));
  if (hosts.size > 0) {
    warnings.push(
      `the page refers to other hosts (${[...hosts].join(', ')}); here such requests fail at once, elsewhere they may delay the first paint`,
    );
  }
  return warnings;
}

/**
 * Fewest pairs with which `comparisons` two-sided signed-rank tests can reach the level under Holm: with n pairs no
 * p-value is below 2 / 2^n.
 */
function runsForAVerdict(comparisons: number): number {
  for (let runs = 1; ; runs++) if (Math.max(comparisons, 1) * smallestPValue(runs) < ALPHA) return runs;
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
