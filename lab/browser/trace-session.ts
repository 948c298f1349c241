import type { Browser, CDPSession } from 'playwright';
import { readTraceEvents, type TraceEvent } from './trace-event.ts';

/** Sending a trace of a large page back takes well below a second; a browser that needs longer is stuck. */
const STOP_TIMEOUT_MS = 15_000;
/** No more than is read: with `devtools.timeline` besides, a page of 190 ms painted 2 ms later. */
const CATEGORIES = ['netlog', 'loading', 'blink.user_timing'];

/** Browsers with a trace running. Chromium knows one at a time, for all its pages. */
const traced = new WeakSet<Browser>();

/**
 * Chromium's tracing, from the browser's own CDP session. Only there does it include the network service's NetLog:
 * a trace started on a page's session is filtered to the page's process.
 */
export class TraceSession {
  readonly #browser: Browser;
  readonly #cdp: CDPSession;
  readonly #collected: unknown[] = [];
  #running = true;

  private constructor(browser: Browser, cdp: CDPSession) {
    this.#browser = browser;
    this.#cdp = cdp;
    cdp.on('Tracing.dataCollected', (part) => this.#collected.push(...part.value));
  }

  /** @throws where this browser is being traced already, or is gone. */
  static async start(browser: Browser): Promise<TraceSession> {
    if (traced.has(browser)) throw new Error('this browser is being traced already: one capture at a time');
    traced.add(browser);
    try {
      const cdp = await browser.newBrowserCDPSession();
      const session = new TraceSession(browser, cdp);
      await cdp.send('Tracing.start', {
        transferMode: 'ReportEvents',
        traceConfig: {
          recordMode: 'recordAsMuchAsPossible',
          includedCategories: CATEGORIES,
          excludedCategories: ['*'],
        },
      });
      return session;
    } catch (error) {
      traced.delete(browser);
      throw error;
    }
  }

  /**
   * Stops tracing and returns its events, sorted by time. A second call returns nothing.
   *
   * @throws where the browser is gone or does not answer; it is then of no further use.
   */
  async stop(): Promise<TraceEvent[]> {
    if (!this.#running) return [];
    this.#running = false;
    try {
      await this.#end();
      await this.#cdp.detach();
    } finally {
      traced.delete(this.#browser);
    }
    return readTraceEvents(this.#collected).sort((a, b) => a.ts - b.ts);
  }

  #end(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        done(new Error(`the browser did not hand over its trace within ${STOP_TIMEOUT_MS / 1000} s`));
      }, STOP_TIMEOUT_MS);
      const onDisconnected = (): void => done(new Error('the browser went away while it was traced'));
      const done = (error?: Error): void => {
        clearTimeout(timer);
        this.#browser.off('disconnected', onDisconnected);
        if (error) reject(error);
        else resolve();
      };
      this.#browser.on('disconnected', onDisconnected);
      this.#cdp.once('Tracing.tracingComplete', () => done());
      this.#cdp.send('Tracing.end').catch((error: unknown) => {
        done(error instanceof Error ? error : new Error(String(error)));
      });
    });
  }
}
