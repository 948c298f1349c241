import { setTimeout as sleep } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright';
import type { NetworkEvent } from './from-cdp.ts';
import { FrameBuffer } from './frame-buffer.ts';
import { asNumber } from './untyped.ts';

/** What the screen showed from a moment on, until the next frame. */
export interface FilmFrame {
  /** Since navigationStart, on the clock of every other time of the load. */
  readonly atMs: number;
  readonly jpeg: Buffer;
}

/** Half of the window, each way: enough to read headlines by, and a page of text stays below 20 kB. */
const FRAME_SIZE = { maxWidth: 400, maxHeight: 300 };
const JPEG_QUALITY = 60;
/** The blank page is drawn within this; if not, the film begins with its first frame. */
const FIRST_FRAME_LIMIT_MS = 500;

/**
 * Frames as the browser's compositor shows them (CDP `Page.startScreencast`), from a session of its own beside
 * Playwright's. Making pictures may delay paints by some ms: for loads whose times do not count.
 */
export class Screencast {
  readonly #cdp: CDPSession;
  readonly #frames = new FrameBuffer();
  readonly #started: Promise<void>;
  #stopped = false;

  private constructor(cdp: CDPSession) {
    this.#cdp = cdp;
    this.#started = new Promise((resolve) => cdp.once('Page.screencastFrame', () => resolve()));
    cdp.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
      if (this.#stopped) return;
      // Chromium sends no more before this.
      cdp.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined);
      const { timestamp } = metadata;
      if (timestamp !== undefined)
        this.#frames.add({ atMs: timestamp * 1000, jpeg: Buffer.from(data, 'base64') });
    });
  }

  /** Returns with what the screen shows now as the first frame. */
  static async start(page: Page): Promise<Screencast> {
    const cdp = await page.context().newCDPSession(page);
    const screencast = new Screencast(cdp);
    await cdp.send('Page.startScreencast', { format: 'jpeg', quality: JPEG_QUALITY, ...FRAME_SIZE });
    await Promise.race([screencast.#started, sleep(FIRST_FRAME_LIMIT_MS)]);
    return screencast;
  }

  /** Frames of which each differs from the one before it, `atMs` since 1970. */
  get frames(): readonly FilmFrame[] {
    return this.#frames.frames;
  }

  /** Does not wait, and does not fail: the page may be gone already. */
  stop(): void {
    this.#stopped = true;
    this.#cdp.detach().catch(() => undefined);
  }
}

/**
 * Puts frames from the wall clock onto the load's own, and leaves out those from before it: of them only the last is
 * kept, as what the screen showed at 0.
 *
 * @param events of CDP's Network domain: each request tells its start on both clocks
 * @returns nothing where no request does
 */
export function framesOfLoad(
  frames: readonly FilmFrame[],
  events: readonly NetworkEvent[],
  load: { readonly fromMonotonicMs: number; readonly untilMonotonicMs: number },
): FilmFrame[] {
  const offsetMs = wallMinusMonotonicMs(events);
  if (offsetMs === undefined) return [];
  const placed = frames
    .filter(({ atMs }) => atMs - offsetMs < load.untilMonotonicMs)
    .map(({ atMs, jpeg }) => ({
      atMs: Math.round((atMs - offsetMs - load.fromMonotonicMs) * 1000) / 1000,
      jpeg,
    }));
  const before = placed.findLast(({ atMs }) => atMs <= 0);
  return [...(before ? [{ ...before, atMs: 0 }] : []), ...placed.filter(({ atMs }) => atMs > 0)];
}

/** The median: a process that is put to sleep between its two looks at the clocks tells a wrong difference. */
function wallMinusMonotonicMs(events: readonly NetworkEvent[]): number | undefined {
  const differences = events.flatMap(({ method, params }) => {
    if (method !== 'Network.requestWillBeSent') return [];
    const wallSeconds = asNumber(params['wallTime']);
    const seconds = asNumber(params['timestamp']);
    return wallSeconds === undefined || seconds === undefined ? [] : [(wallSeconds - seconds) * 1000];
  });
  return differences.sort((a, b) => a - b)[Math.floor(differences.length / 2)];
}
