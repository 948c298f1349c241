import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright';
import type { BrowserEvidence } from '../trace/browser-evidence.ts';
import type { PageMetrics } from '../trace/waterfall.ts';
import { eventsByNavigation, mainDocumentLoader, requestsFromCdp, type NetworkEvent } from './from-cdp.ts';
import { http2FromNetLog } from './from-netlog.ts';
import { http1FromNetLog } from './http1-from-netlog.ts';
import { metricsFromTrace } from './metrics-from-trace.ts';
import { NetworkRecorder } from './network-recorder.ts';
import { asPageLoadError, PageLoadError } from './page-load-error.ts';
import { nextPaint, readPageMetrics } from './page-metrics.ts';
import { framesOfLoad, Screencast, type FilmFrame } from './screencast.ts';
import type { TraceEvent } from './trace-event.ts';
import { TraceSession } from './trace-session.ts';

/** An image that arrived just before the load event is decoded and painted well within this. */
const DEFAULT_PAINT_SETTLE_MS = 100;
/** Frames come some time after what they show, and a large image may be drawn in steps. */
const FILM_SETTLE_MS = 600;
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
  /** Of the last navigation. */
  readonly evidence: BrowserEvidence;
  /** Of every navigation, in order. `http2` is the whole browser's in each: a page may use what the one before left. */
  readonly navigations: readonly BrowserEvidence[];
  /** Every event the browser traced, sorted by time: the raw material of `evidence`. */
  readonly rawTrace: readonly TraceEvent[];
  /** CDP's Network events, as they came: the raw material of `evidence.requests`. */
  readonly rawNetwork: readonly NetworkEvent[];
  /** What the screen showed during each of them, where it was filmed. */
  readonly films?: readonly (readonly FilmFrame[])[];
}

/**
 * Starts collecting what the browser says, before anything is loaded: HTTP/2 of the whole browser, requests of this page.
 * Of a connection that another page opened before, the events are missing; start before that page is loaded.
 *
 * @throws where the browser is being captured already: it has one tracer for all its pages.
 */
export async function startCapture(
  browser: Browser,
  page: Page,
  options: { readonly film?: boolean } = {},
): Promise<Capture> {
  const trace = await TraceSession.start(browser);
  let network: NetworkRecorder | undefined;
  try {
    network = await NetworkRecorder.start(page);
    const screencast = options.film === true ? await Screencast.start(page) : undefined;
    return new Capture(browser, page, { trace, network, screencast });
  } catch (error) {
    network?.stop();
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

/** A navigation that is over, and where among the page's network events it began. */
interface Navigation {
  readonly url: string;
  readonly firstEvent: number;
  readonly metrics: PageMetrics;
}

/** Evidence in the making: `navigate`, as often as pages follow, then `finish`. A failure stops the tracing by itself. */
export class Capture {
  readonly #browser: Browser;
  readonly #page: Page;
  readonly #trace: TraceSession;
  readonly #network: NetworkRecorder;
  readonly #navigations: Navigation[] = [];
  readonly #screencast: Screencast | undefined;

  /** Use startCapture. */
  constructor(
    browser: Browser,
    page: Page,
    recorders: { trace: TraceSession; network: NetworkRecorder; screencast: Screencast | undefined },
  ) {
    this.#browser = browser;
    this.#page = page;
    this.#trace = recorders.trace;
    this.#network = recorders.network;
    this.#screencast = recorders.screencast;
  }

  /**
   * Loads a page until its load event, then until the caller says the network is idle, then reads the metrics.
   *
   * @throws {PageLoadError} where it does not get there; the capture is over then.
   */
  async navigate(url: string, options: NavigateOptions): Promise<void> {
    const firstEvent = this.#network.events.length;
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
        const metrics = await within(
          this.#settleAndRead(options.paintSettleMs ?? this.#defaultSettleMs()),
          READ_METRICS_TIMEOUT_MS,
          `${url} loaded, but the page does not answer`,
        );
        this.#navigations.push({ url, firstEvent, metrics });
      });
    } catch (error) {
      await this.abort();
      throw asPageLoadError(error, url);
    }
  }

  /**
   * Stops the tracing and translates what was collected.
   *
   * @throws {PageLoadError} where the trace lacks a navigation.
   */
  async finish(): Promise<CaptureResult> {
    let rawTrace: TraceEvent[];
    try {
      rawTrace = await this.#trace.stop();
    } catch (error) {
      throw asPageLoadError(error, this.#navigations.at(-1)?.url ?? '');
    } finally {
      this.#network.stop();
      this.#screencast?.stop();
    }
    const http2 = http2FromNetLog(rawTrace);
    const http1 = http1FromNetLog(rawTrace);
    const parts = eventsByNavigation(
      this.#network.events,
      this.#navigations.map(({ firstEvent }) => firstEvent),
    );
    const navigations = this.#navigations.map((navigation, index) => ({
      ...this.#evidenceOf(navigation, parts[index]!, rawTrace),
      http2,
      http1,
    }));
    const evidence = navigations.at(-1);
    if (evidence === undefined) throw new PageLoadError('incomplete', 'nothing was loaded');
    const { events: rawNetwork } = this.#network;
    const frames = this.#screencast?.frames;
    const films =
      frames &&
      navigations.map(({ timeOriginMonotonicMs }, index) =>
        framesOfLoad(frames, rawNetwork, {
          fromMonotonicMs: timeOriginMonotonicMs,
          untilMonotonicMs: navigations[index + 1]?.timeOriginMonotonicMs ?? Infinity,
        }),
      );
    return { evidence, navigations, rawTrace, rawNetwork, ...(films && { films }) };
  }

  #evidenceOf(
    { url, metrics }: Navigation,
    events: readonly NetworkEvent[],
    rawTrace: readonly TraceEvent[],
  ): Omit<BrowserEvidence, 'http2'> {
    const { mainFrameId } = this.#network;
    const document = mainDocumentLoader(events, mainFrameId);
    const navigation = document && metricsFromTrace(rawTrace, document.loaderId);
    if (!document || !navigation) {
      throw new PageLoadError('incomplete', `the browser's trace does not contain the navigation to ${url}`);
    }
    return {
      browserVersion: this.#browser.version(),
      url: document.url,
      timeOriginMonotonicMs: navigation.timeOriginMonotonicMs,
      metrics,
      traceMetrics: navigation.metrics,
      requests: requestsFromCdp(events, mainFrameId),
    };
  }

  /** Stops collecting and throws away what there is. Never fails; harmless after `finish`. */
  async abort(): Promise<void> {
    await this.#trace.stop().catch(() => undefined);
    this.#network.stop();
    this.#screencast?.stop();
  }

  #defaultSettleMs(): number {
    return this.#screencast ? FILM_SETTLE_MS : DEFAULT_PAINT_SETTLE_MS;
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
