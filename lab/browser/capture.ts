import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright';
import type { BrowserEvidence } from '../trace/browser-evidence.ts';
import type { PageMetrics } from '../trace/waterfall.ts';
import { mainDocumentLoader, requestsFromCdp, type NetworkEvent } from './from-cdp.ts';
import { http2FromNetLog } from './from-netlog.ts';
import { metricsFromTrace } from './metrics-from-trace.ts';
import { NetworkRecorder } from './network-recorder.ts';
import { asPageLoadError, PageLoadError } from './page-load-error.ts';
import { nextPaint, readPageMetrics } from './page-metrics.ts';
import type { TraceEvent } from './trace-event.ts';
import { TraceSession } from './trace-session.ts';

/** An image that arrived just before the load event is decoded and painted well within this. */
const DEFAULT_PAINT_SETTLE_MS = 100;
/** Two frames and a look at the performance timeline; a page that needs longer hangs. */
const READ_METRICS_TIMEOUT_MS = 10_000;

export interface NavigateOptions {
  /** For the load event, and again for `settled`. */
  readonly timeoutMs: number;
  /** Called after the load event: resolves when the network is idle, for instance when the last push arrived. */
  readonly settled?: (() => Promise<void>) | undefined;
  /** Between `settled` and the reading of the metrics. */
  readonly paintSettleMs?: number | undefined;
}

export interface CaptureResult {
  readonly evidence: BrowserEvidence;
  /** Every event the browser traced, sorted by time: the raw material of `evidence`. */
  readonly rawTrace: readonly TraceEvent[];
  /** CDP's Network events, as they came: the raw material of `evidence.requests`. */
  readonly rawNetwork: readonly NetworkEvent[];
}

/**
 * Starts collecting what the browser says, before anything is loaded. Use a page of a fresh context for a cold load,
 * the page of the earlier load for a warm one.
 *
 * @throws where the browser is being captured already: it has one tracer for all its pages.
 */
export async function startCapture(browser: Browser, page: Page): Promise<Capture> {
  const trace = await TraceSession.start(browser);
  try {
    return new Capture(browser, page, trace, await NetworkRecorder.start(page));
  } catch (error) {
    await trace.stop().catch(() => undefined);
    throw asPageLoadError(error, page.url());
  }
}

/** Start, one load, finish. @throws {PageLoadError} and leaves nothing running. */
export async function captureLoad(
  browser: Browser,
  page: Page,
  url: string,
  options: NavigateOptions,
): Promise<CaptureResult> {
  const capture = await startCapture(browser, page);
  await capture.navigate(url, options);
  return capture.finish();
}

/** Evidence in the making: `navigate`, then `finish`. A failure of either stops the tracing by itself. */
export class Capture {
  readonly #browser: Browser;
  readonly #page: Page;
  readonly #trace: TraceSession;
  readonly #network: NetworkRecorder;
  #metrics: PageMetrics | undefined;
  #url = '';

  /** Use startCapture. */
  constructor(browser: Browser, page: Page, trace: TraceSession, network: NetworkRecorder) {
    this.#browser = browser;
    this.#page = page;
    this.#trace = trace;
    this.#network = network;
  }

  /**
   * Loads a page until its load event, then until the caller says the network is idle, then reads the metrics.
   *
   * @throws {PageLoadError} where it does not get there; the capture is over then.
   */
  async navigate(url: string, options: NavigateOptions): Promise<void> {
    this.#url = url;
    const seconds = options.timeoutMs / 1000;
    try {
      await this.#orCrash(async () => {
        await within(
          this.#page.goto(url, { waitUntil: 'load', timeout: 0 }),
          options.timeoutMs,
          `${url} did not reach its load event within ${seconds} s`,
        );
        if (options.settled) {
          await within(
            options.settled(),
            options.timeoutMs,
            `the network was not idle ${seconds} s after ${url} had loaded`,
          );
        }
        this.#metrics = await within(
          this.#settleAndRead(options.paintSettleMs ?? DEFAULT_PAINT_SETTLE_MS),
          READ_METRICS_TIMEOUT_MS,
          `${url} loaded, but the page does not answer`,
        );
      });
    } catch (error) {
      await this.abort();
      throw asPageLoadError(error, url);
    }
  }

  /**
   * Stops the tracing and translates what was collected, for the last navigation.
   *
   * @throws {PageLoadError} where the trace lacks that navigation.
   */
  async finish(): Promise<CaptureResult> {
    let rawTrace: TraceEvent[];
    try {
      rawTrace = await this.#trace.stop();
    } catch (error) {
      throw asPageLoadError(error, this.#url);
    } finally {
      this.#network.stop();
    }
    const { events, mainFrameId } = this.#network;
    const document = mainDocumentLoader(events, mainFrameId);
    const navigation = document && metricsFromTrace(rawTrace, document.loaderId);
    if (!this.#metrics || !document || !navigation) {
      throw new PageLoadError(
        'incomplete',
        `the browser's trace does not contain the navigation to ${this.#url}`,
      );
    }
    const evidence: BrowserEvidence = {
      browserVersion: this.#browser.version(),
      url: document.url,
      timeOriginMonotonicMs: navigation.timeOriginMonotonicMs,
      metrics: this.#metrics,
      traceMetrics: navigation.metrics,
      http2: http2FromNetLog(rawTrace),
      requests: requestsFromCdp(events, mainFrameId),
    };
    return { evidence, rawTrace, rawNetwork: events };
  }

  /** Stops collecting and throws away what there is. Never fails; harmless after `finish`. */
  async abort(): Promise<void> {
    await this.#trace.stop().catch(() => undefined);
    this.#network.stop();
  }

  async #settleAndRead(paintSettleMs: number): Promise<PageMetrics> {
    await nextPaint(this.#page);
    await sleep(paintSettleMs);
    return readPageMetrics(this.#page);
  }

  /** Rejects as soon as the page crashes or the browser goes: Playwright's waiting calls may go on waiting. */
  async #orCrash(work: () => Promise<void>): Promise<void> {
    let stopListening = (): void => undefined;
    const crashed = new Promise<never>((_resolve, reject) => {
      const onCrash = (): void => reject(new Error('page crashed'));
      const onDisconnected = (): void => reject(new Error('browser went away'));
      this.#page.on('crash', onCrash);
      this.#browser.on('disconnected', onDisconnected);
      stopListening = () => {
        this.#page.off('crash', onCrash);
        this.#browser.off('disconnected', onDisconnected);
      };
    });
    try {
      await Promise.race([work(), crashed]);
    } finally {
      stopListening();
    }
  }
}

/** @throws {PageLoadError} of kind `timeout`; the work itself goes on and its outcome is dropped. */
async function within<T>(work: Promise<T>, timeoutMs: number, message: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new PageLoadError('timeout', message)), timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
