import type { PreparedRun } from './prepare.ts';
import type { Results, TrialResult } from './results.ts';

/** Lateness at the 99th percentile that is worth a word: a fiftieth of the round trip, and never less than this. */
const PACER_P99_FLOOR_MS = 5;
const PACER_P99_SHARE_OF_RTT = 1 / 50;
/** Fewest pairs with which a two-sided signed-rank test can reach 5 %: 2 / 2^6 = 3.1 %. */
const MIN_RUNS_FOR_A_VERDICT = 6;

/** What a reader should know before believing the numbers. */
export function warningsOf(trials: readonly TrialResult[], run: PreparedRun): string[] {
  const warnings: string[] = [];
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
        '99th percentile: the machine was busy; --concurrency 1 may help',
    );
  }
  if (run.scenario.runs < MIN_RUNS_FOR_A_VERDICT) {
    warnings.push(
      `${run.scenario.runs} measured ${run.scenario.runs === 1 ? 'run' : 'runs'} per strategy cannot prove a difference; ` +
        `at least ${MIN_RUNS_FOR_A_VERDICT} are needed, more when several strategies are compared`,
    );
  }
  const disagreeing = trials.filter(({ disagreements }) => disagreements.length > 0);
  if (disagreeing.length > 0) {
    warnings.push(
      `in ${disagreeing.length} of ${trials.length} trials browser, server and emulator do not agree on something, ` +
        `e.g. ${disagreeing[0]!.disagreements[0]!}`,
    );
  }
  for (const { url } of missing(run))
    warnings.push(`the page refers to ${url}, which the site does not have`);
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

function missing(run: PreparedRun): { url: string }[] {
  return run.site.missing.map(({ path }) => ({ url: path }));
}
