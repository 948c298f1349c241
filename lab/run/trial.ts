import { setTimeout as sleep } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright';
import type { ServerEvent } from '../../server/server-log.ts';
import type { Site } from '../../server/site/site.ts';
import { startCapture, type Capture } from '../browser/capture.ts';
import type { FilmFrame } from '../browser/screencast.ts';
import type { TraceEvent } from '../browser/trace-event.ts';
import { warmRenderer } from '../browser/warm-renderer.ts';
import type { EmulatorProcess } from '../emulator/emulator-process.ts';
import type { EmulatorEvidence } from '../emulator/evidence.ts';
import type { TrialOrder } from '../emulator/messages.ts';
import type { WireCapture } from '../emulator/wire-capture.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { BrowserEvidence } from '../trace/browser-evidence.ts';
import { reconcile } from '../trace/reconcile.ts';
import type { PageFacts } from '../trace/resource-timelines.ts';
import type { Waterfall } from '../trace/waterfall.ts';
import { digestAfter, visitEarlier, warmConnection } from './earlier-visit.ts';
import type { Slot } from './slot.ts';

/** Nothing sent, answered or unacknowledged for this long: the load is over. */
const QUIET_MS = 150;
/**
 * No device emulation: Chromium's own headless window, 800 × 600. Emulating another size costs a resize, and a larger
 * page more drawing, in every first paint.
 */
const VIEWPORT = null;

/** One page of a trial as browser, server and emulator saw it. */
export interface PageEvidence {
  readonly waterfall: Waterfall;
  readonly browser: BrowserEvidence;
}

/** Waterfall and browser are those of the page the answer is about. */
export interface TrialEvidence extends PageEvidence {
  /** Every page, in order. */
  readonly pages: readonly PageEvidence[];
  readonly emulator: EmulatorEvidence;
  readonly rawTrace: readonly TraceEvent[];
  /** Where it was ordered and the page was not too large for it. */
  readonly wire: WireCapture | undefined;
  /** Of the page the answer is about, where it was asked for. */
  readonly film?: readonly FilmFrame[];
}

/** Beyond the page's own limit: opening a context, stopping the trace. A browser that needs longer is stuck. */
const OVERHEAD_LIMIT_MS = 30_000;

/** Where a trial runs. */
type TrialPlace = Pick<Slot, 'open' | 'discard' | 'closed'>;

export interface TrialPage {
  readonly url: string;
  readonly facts: PageFacts;
  /** See JourneyStep. */
  readonly afterMs?: number | undefined;
}

export interface TrialOptions extends Pick<Scenario, 'cache' | 'connection' | 'measure'> {
  readonly order: TrialOrder;
  readonly pages: readonly [TrialPage, ...TrialPage[]];
  /** Of one page. */
  readonly timeoutMs: number;
  readonly site: Site;
  /** Frames of the screen; delays paints a little. */
  readonly film?: boolean;
}

/**
 * The pages of one visitor in a fresh context, from begin to evidence; cache and connections are new, or as an earlier
 * visit left them. Rejects when a page does not load or the browser or emulator fail; the slot has then thrown both
 * away and opens new ones for the next trial. Rejects as well, at once, when the slot is closed.
 */
export async function runTrial(slot: TrialPlace, options: TrialOptions): Promise<TrialEvidence> {
  const { cache, connection, timeoutMs, pages } = options;
  const visits = pages.length + (cache === 'warm' || connection !== 'new' ? 1 : 0);
  const idleMs = connection === 'new' ? 0 : connection.idleMs;
  const pausesMs = pages.reduce((sum, { afterMs = 0 }) => sum + afterMs, idleMs);
  const limitMs = visits * (2 * timeoutMs + OVERHEAD_LIMIT_MS) + pausesMs;
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`the trial was not over after ${limitMs / 1000} s`)), limitMs);
  });
  try {
    let evidence: TrialEvidence | undefined;
    const loading = loadPages(slot, options).then((loaded) => void (evidence = loaded));
    // `closed` lasts as long as the run, and with it whatever a race that it takes part in comes to.
    await Promise.race([loading, limit, slot.closed]);
    return evidence!;
  } catch (error) {
    await slot.discard();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function loadPages(slot: TrialPlace, options: TrialOptions): Promise<TrialEvidence> {
  const { order, pages, timeoutMs, cache, connection, site, measure } = options;
  const { browser, emulator: emulated } = await slot.open();
  const context = await browser.newContext({ viewport: VIEWPORT });
  const isReused = connection !== 'new';
  if (cache === 'warm' && !isReused) {
    const [{ url }] = pages;
    const earlier = await visitEarlier(context, emulated, {
      order: { ...order, capturePackets: false },
      url,
      timeoutMs,
      quietMs: QUIET_MS,
    });
    await tellDigest(context, order, earlier, site);
  }
  const page = await context.newPage();
  await warmRenderer(page, pages[0].url);
  await emulated.begin(isReused && cache === 'cold' ? withPrelude(order) : order);
  const capture = await startCapture(browser, page, { film: options.film === true });
  try {
    if (isReused) await reuse(context, page, emulated, { ...options, idleMs: connection.idleMs });
    for (const [index, { url }] of pages.entries()) {
      if (index > 0) await tellDigest(context, order, await emulated.serverEvents(), site);
      await load(capture, emulated, { url, timeoutMs, nextAfterMs: pages[index + 1]?.afterMs });
    }
  } catch (error) {
    await capture.abort();
    throw error;
  }
  const { navigations, rawTrace, films } = await capture.finish();
  const emulator = await emulated.end();
  const wire = order.capturePackets === true ? await emulated.takeCapture() : undefined;
  await context.close();
  const starts = navigations.map(({ timeOriginMonotonicMs }) => timeOriginMonotonicMs);
  const evidence = navigations.map((browserEvidence, index): PageEvidence => {
    const visit = {
      fromMs: index === 0 && !isReused ? -Infinity : starts[index]!,
      untilMs: starts[index + 1] ?? Infinity,
    };
    const waterfall = reconcile(browserEvidence, emulator, pages[index]!.facts, visit);
    return { waterfall, browser: browserEvidence };
  });
  if (isReused) checkReused(evidence[0]!.waterfall);
  const subject = measure === 'journey' ? evidence.length - 1 : measure;
  const film = films?.[subject];
  return { ...evidence[subject]!, pages: evidence, emulator, rawTrace, wire, ...(film && { film }) };
}

/**
 * An earlier visit on the connections that the measured one gets. With an empty cache it is the same under every
 * strategy, nothing sent ahead: what a server has pushed on a connection it does not push there again, and pushes that
 * nobody claimed would outlive the emptying of the cache.
 */
async function reuse(
  context: BrowserContext,
  page: Page,
  emulator: EmulatorProcess,
  { order, pages: [{ url }], timeoutMs, cache, site, idleMs }: TrialOptions & { readonly idleMs: number },
): Promise<void> {
  await warmConnection(context, emulator, { url, timeoutMs, quietMs: QUIET_MS });
  if (cache === 'cold') {
    const cdp = await context.newCDPSession(page);
    await cdp.send('Network.clearBrowserCache');
    await cdp.detach();
    await emulator.endPrelude();
  } else await tellDigest(context, order, await emulator.serverEvents(), site);
  await pause(idleMs);
}

/**
 * Loads a page until nothing is on its way any more; where the next one has its time, until that has come, whatever is
 * still on its way.
 */
async function load(
  capture: Capture,
  emulator: EmulatorProcess,
  { url, timeoutMs, nextAfterMs }: { url: string; timeoutMs: number; nextAfterMs: number | undefined },
): Promise<void> {
  let loadedMs = 0;
  await capture.navigate(url, {
    timeoutMs,
    settled: async () => {
      loadedMs = performance.now();
      if (nextAfterMs === undefined && !(await emulator.settled(QUIET_MS, timeoutMs))) {
        throw new Error(`bytes were still on their way ${timeoutMs / 1000} s after the load event`);
      }
    },
  });
  if (nextAfterMs !== undefined) await pause(loadedMs + nextAfterMs - performance.now());
}

/** Does not keep the process of an interrupted run. */
async function pause(durationMs: number): Promise<void> {
  await sleep(Math.max(0, durationMs), undefined, { ref: false });
}

/** The browser does not say what it holds; for a strategy that asks, the lab says it. */
async function tellDigest(
  context: BrowserContext,
  { peer }: TrialOrder,
  earlier: readonly ServerEvent[],
  site: Site,
): Promise<void> {
  if (peer.kind !== 'push-server' || !peer.strategy.gate.includes('cache-digest')) return;
  const digest = digestAfter(earlier, site);
  if (digest !== undefined) await context.setExtraHTTPHeaders({ 'cache-digest': digest });
}

function withPrelude(order: TrialOrder): TrialOrder {
  return order.peer.kind === 'push-server' ? { ...order, peer: { ...order.peer, prelude: true } } : order;
}

/** A trial on new connections is not the one that was asked for. */
function checkReused({ connections, resources }: Waterfall): void {
  const document = resources.find(({ type }) => type === 'document');
  const carrier = connections.find(({ id }) => id === document?.connection);
  if (carrier !== undefined && carrier.connectStart >= 0) {
    throw new Error('the page came over a new connection: the one of the earlier visit was not reused');
  }
}
