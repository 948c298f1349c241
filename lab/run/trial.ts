import type { Site } from '../../server/site/site.ts';
import type { ResolvedStrategy } from '../../server/strategies/decide.ts';
import { startCapture } from '../browser/capture.ts';
import type { TraceEvent } from '../browser/trace-event.ts';
import type { EmulatorEvidence } from '../emulator/evidence.ts';
import type { TrialOrder } from '../emulator/messages.ts';
import type { BrowserEvidence } from '../trace/browser-evidence.ts';
import { reconcile } from '../trace/reconcile.ts';
import type { PageFacts } from '../trace/resource-timelines.ts';
import type { Waterfall } from '../trace/waterfall.ts';
import { digestAfter, visitEarlier } from './earlier-visit.ts';
import type { Slot } from './slot.ts';

/** Nothing sent, answered or unacknowledged for this long: the load is over. */
const QUIET_MS = 150;
/**
 * No device emulation: Chromium's own headless window, 800 × 600. Emulating another size costs a resize, and a larger
 * page more drawing, in every first paint.
 */
const VIEWPORT = null;

export interface TrialEvidence {
  readonly waterfall: Waterfall;
  readonly browser: BrowserEvidence;
  readonly emulator: EmulatorEvidence;
  readonly rawTrace: readonly TraceEvent[];
}

/** Beyond the page's own limit: opening a context, stopping the trace. A browser that needs longer is stuck. */
const OVERHEAD_LIMIT_MS = 30_000;

export interface TrialOptions {
  readonly order: TrialOrder;
  readonly url: string;
  readonly facts: PageFacts;
  readonly timeoutMs: number;
  readonly cache: 'cold' | 'warm';
  readonly site: Site;
}

/**
 * One page load in a fresh context with new connections, from begin to evidence; its cache is empty, or as an earlier
 * visit left it. Rejects when the page does not
 * load or the browser or emulator fail; the slot has then thrown both away and opens new ones for the next trial.
 */
export async function runTrial(slot: Slot, options: TrialOptions): Promise<TrialEvidence> {
  const visits = options.cache === 'warm' ? 2 : 1;
  const limitMs = visits * (2 * options.timeoutMs + OVERHEAD_LIMIT_MS);
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`the trial was not over after ${limitMs / 1000} s`)), limitMs);
  });
  try {
    return await Promise.race([loadOnce(slot, options), limit]);
  } catch (error) {
    await slot.discard();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function loadOnce(
  slot: Slot,
  { order, url, facts, timeoutMs, cache, site }: TrialOptions,
): Promise<TrialEvidence> {
  const { browser, emulator: emulated } = await slot.open();
  const context = await browser.newContext({ viewport: VIEWPORT });
  if (cache === 'warm') {
    const earlier = await visitEarlier(context, emulated, { order, url, timeoutMs, quietMs: QUIET_MS });
    const digest = digestAfter(earlier, site);
    if (digest !== undefined && order.peer.kind === 'push-server' && asksForDigest(order.peer.strategy)) {
      await context.setExtraHTTPHeaders({ 'cache-digest': digest });
    }
  }
  await emulated.begin(order);
  const capture = await startCapture(browser, await context.newPage());
  await capture.navigate(url, {
    timeoutMs,
    settled: async () => {
      if (!(await emulated.settled(QUIET_MS, timeoutMs))) {
        throw new Error(`bytes were still on their way ${timeoutMs / 1000} s after the load event`);
      }
    },
  });
  const { evidence, rawTrace } = await capture.finish();
  const emulator = await emulated.end();
  await context.close();
  return { waterfall: reconcile(evidence, emulator, facts), browser: evidence, emulator, rawTrace };
}

function asksForDigest({ gate }: ResolvedStrategy): boolean {
  return gate.includes('cache-digest');
}
