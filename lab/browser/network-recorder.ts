import type { CDPSession, Page } from 'playwright';
import { NETWORK_EVENTS, type NetworkEvent } from './from-cdp.ts';

/** Keeps the events of CDP's Network domain of one page, from a session of its own beside Playwright's. */
export class NetworkRecorder {
  readonly events: NetworkEvent[] = [];
  readonly mainFrameId: string;
  readonly #cdp: CDPSession;
  #stopped = false;

  private constructor(cdp: CDPSession, mainFrameId: string) {
    this.#cdp = cdp;
    this.mainFrameId = mainFrameId;
    for (const method of NETWORK_EVENTS) {
      cdp.on(method, (params) => {
        if (!this.#stopped) this.events.push({ method, params: { ...params } });
      });
    }
  }

  static async start(page: Page): Promise<NetworkRecorder> {
    const cdp = await page.context().newCDPSession(page);
    const { frameTree } = await cdp.send('Page.getFrameTree');
    const recorder = new NetworkRecorder(cdp, frameTree.frame.id);
    await cdp.send('Network.enable');
    return recorder;
  }

  /**
   * Does not wait for the session to be detached: while a navigation is pending, the renderer does not answer, and the
   * detaching would take as long as the navigation. Nor does it fail: the page may be gone already.
   */
  stop(): void {
    this.#stopped = true;
    this.#cdp.detach().catch(() => undefined);
  }
}
