import type { BrowserContext } from 'playwright';
import { startCapture } from '../browser/capture.ts';
import type { TraceEvent } from '../browser/trace-event.ts';
import type { EmulatorEvidence } from '../emulator/evidence.ts';
import type { TrialOrder } from '../emulator/messages.ts';
import type { BrowserEvidence } from '../trace/browser-evidence.ts';
import { reconcile } from '../trace/reconcile.ts';
import type { PageFacts } from '../trace/resource-timelines.ts';
import type { Waterfall } from '../trace/waterfall.ts';
import type { Slot } from './slot.ts';

/** Nothing sent, answered or unacknowledged for this long: the load is over. */
const QUIET_MS = 150;
/** Pinned, because it decides what is the largest paint; drawing it takes CPU time, so it is no larger than common. */
const VIEWPORT = { width: 1280, height: 720 } as const;

export interface TrialEvidence {
  readonly waterfall: Waterfall;
  readonly browser: BrowserEvidence;
  readonly emulator: EmulatorEvidence;
  readonly rawTrace: readonly TraceEvent[];
}

/**
 * One page load in a fresh context (cold cache, new connection), from begin to evidence.
 * Rejects when the page does not load; the slot is ready for the next trial either way.
 */
export async function runTrial(
  slot: Slot,
  options: { order: TrialOrder; url: string; facts: PageFacts; timeoutMs: number },
): Promise<TrialEvidence> {
  const browser = await slot.browser();
  await slot.emulator.begin(options.order);
  let context: BrowserContext | undefined;
  let emulator: EmulatorEvidence | undefined;
  try {
    context = await browser.newContext({ viewport: VIEWPORT });
    const page = await context.newPage();
    const capture = await startCapture(browser, page);
    await capture.navigate(options.url, {
      timeoutMs: options.timeoutMs,
      settled: async () => {
        await slot.emulator.settled(QUIET_MS, options.timeoutMs);
      },
    });
    const { evidence, rawTrace } = await capture.finish();
    emulator = await slot.emulator.end();
    return { waterfall: reconcile(evidence, emulator, options.facts), browser: evidence, emulator, rawTrace };
  } finally {
    if (emulator === undefined) await slot.emulator.end().catch(() => undefined);
    await context?.close().catch(() => undefined);
  }
}
