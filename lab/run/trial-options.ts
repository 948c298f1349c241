import { trialOrder } from '../emulator/trial-order.ts';
import { pageUrl, type PreparedRun } from './prepare.ts';
import type { TrialOptions, TrialPage } from './trial.ts';

/** What a trial needs to know of the run it belongs to. */
export function trialOptions(
  run: PreparedRun,
  { strategy, seed }: { readonly strategy: string; readonly seed: number },
  { capturePackets = false }: { readonly capturePackets?: boolean } = {},
): TrialOptions {
  const { scenario, site } = run;
  return {
    order: {
      ...trialOrder({
        conditions: scenario,
        site,
        strategy: run.strategies.find(({ name }) => name === strategy)!,
        seed,
      }),
      capturePackets,
    },
    pages: trialPages(run),
    timeoutMs: run.timeoutMs,
    cache: scenario.cache,
    connection: scenario.connection,
    measure: scenario.measure,
    site,
  };
}

function trialPages({ site, pages, scenario }: PreparedRun): [TrialPage, ...TrialPage[]] {
  const [first, ...more] = pages.map((page, index): TrialPage => {
    const url = pageUrl(page);
    return {
      url,
      facts: {
        siteUrl: url,
        origins: new Set(site.origins.map(({ hostname }) => `https://${hostname}`)),
        criticalPaths: new Set(page.critical.map(({ path }) => path)),
        thinkMs: scenario.thinkMs,
      },
      afterMs: scenario.journey[index]?.afterMs,
    };
  });
  return [first!, ...more];
}
