import type { Har, Page } from 'har-format';
import { labVersion } from '../../lab/package-root.ts';
import type { Results } from '../../lab/run/results.ts';
import type { HintLife } from '../../lab/trace/waterfall.ts';
import { pageEntries } from './entries.ts';
import { dateTime, pageId, startOf, type HarLoad } from './load.ts';

/** Fields beyond HAR 1.2 begin with an underscore; these are of the lab, named as Performance Timeline names them. */
interface LabPage extends Page {
  readonly _trial: string;
  readonly _strategy: string;
  readonly _cumulativeLayoutShift?: number | undefined;
  readonly _hints: readonly HintLife[];
}

/**
 * HAR 1.2, one page per load. What was pushed is an entry of its own, from the arrival of its promise to its last byte,
 * whether or not the page used it: `_was_pushed` and `_push` tell.
 */
export function renderHar(results: Results, loads: readonly HarLoad[]): Har {
  const { network, browser, scenario } = results;
  return {
    log: {
      version: '1.2',
      creator: { name: 'push lab', version: labVersion },
      browser: { name: browser.name, version: browser.version },
      pages: loads.map((load) => page(load)),
      entries: loads.flatMap((load) => pageEntries(load, results.site)),
      comment:
        `${scenario.name}: ${network.baseRttMs} ms RTT, ${network.downlink.bandwidthBps} bit/s down, ` +
        `${network.uplink.bandwidthBps} bit/s up. Names are resolved by the lab: there is no DNS phase.`,
    },
  };
}

function page(load: HarLoad): LabPage {
  const { trial, waterfall } = load;
  const { metrics } = waterfall;
  const timings = {
    onContentLoad: metrics.domContentLoadedEventEnd ?? -1,
    onLoad: metrics.loadEventEnd ?? -1,
    ...(metrics.firstPaint !== undefined && { _firstPaint: metrics.firstPaint }),
    ...(metrics.firstContentfulPaint !== undefined && {
      _firstContentfulPaint: metrics.firstContentfulPaint,
    }),
    ...(metrics.largestContentfulPaint !== undefined && {
      _largestContentfulPaint: metrics.largestContentfulPaint,
    }),
  };
  return {
    id: pageId(load),
    title: `${waterfall.url} (${trial.strategy}, ${trial.warmup ? 'warm-up' : `block ${trial.block}`})`,
    startedDateTime: dateTime(startOf(trial, waterfall)),
    pageTimings: timings,
    _trial: trial.id,
    _strategy: trial.strategy,
    _cumulativeLayoutShift: metrics.cumulativeLayoutShift,
    _hints: waterfall.hints,
  };
}
