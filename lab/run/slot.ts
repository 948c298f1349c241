import type { Browser } from 'playwright';
import { launchBrowser } from '../browser/launch.ts';
import type { InstalledBrowser } from '../browser/installed-browser.ts';
import type { Certificate } from '../emulator/certificate.ts';
import { EmulatorProcess } from '../emulator/emulator-process.ts';
import { loopbackAddresses } from '../emulator/loopback-addresses.ts';
import type { SiteHosts } from '../../server/site/origins.ts';

export interface SlotOptions {
  readonly installed: InstalledBrowser;
  readonly certificate: Certificate;
  /** Name or folder, as loadSite takes it. */
  readonly site: string;
  readonly hosts: SiteHosts;
  /** 0: any free port. */
  readonly port: number;
}

/** A browser and an emulator process that know each other. */
interface Pair {
  readonly browser: Browser;
  readonly emulator: EmulatorProcess;
}

/** A browser that does not close within this is left to die with us. */
const CLOSE_LIMIT_MS = 5000;

/** A place where one trial at a time runs. Its browser and emulator are opened when needed, and anew after a failure. */
export class Slot {
  readonly #options: SlotOptions;
  #pair: Promise<Pair> | undefined;
  #closed = false;
  #onClose: (reason: Error) => void = () => undefined;
  /** Rejects once the slot is closed: what is asked of a browser that goes is not always answered. */
  readonly closed: Promise<never>;

  constructor(options: SlotOptions) {
    this.#options = options;
    this.closed = new Promise((_resolve, reject) => (this.#onClose = reject));
    this.closed.catch(() => undefined);
  }

  /** @throws {EnvironmentError} where browser or emulator do not start, or the slot is closed */
  async open(): Promise<Pair> {
    if (this.#closed) throw new Error('the slot is closed');
    this.#pair ??= openPair(this.#options);
    return this.#pair;
  }

  /** After a failure nothing of the pair is trusted any more: the next `open` starts afresh. */
  async discard(): Promise<void> {
    const opened = this.#pair;
    this.#pair = undefined;
    const pair = await opened?.catch(() => undefined);
    if (pair !== undefined) await closePair(pair);
  }

  /** Ends whatever runs in it, for good. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#onClose(new Error('the slot was closed'));
    await this.discard();
  }
}

async function openPair({ installed, certificate, site, hosts, port: wanted }: SlotOptions): Promise<Pair> {
  const { emulator, port, scheduling } = await EmulatorProcess.start({
    port: wanted,
    served: { site, certificate },
  });
  try {
    const { spkiSha256Base64 } = certificate;
    return {
      emulator,
      browser: await launchBrowser(installed, {
        spkiSha256Base64,
        isRealTime: scheduling === 'real-time',
        hosts: [...loopbackAddresses(hosts)].map(([hostname, address]) => ({ hostname, address, port })),
      }),
    };
  } catch (error) {
    emulator.kill();
    throw error;
  }
}

async function closePair({ browser, emulator }: Pair): Promise<void> {
  await within(browser.close(), CLOSE_LIMIT_MS).catch(() => undefined);
  await within(emulator.stop(), CLOSE_LIMIT_MS).catch(() => emulator.kill());
}

async function within(work: Promise<void>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not done within ${limitMs} ms`)), limitMs);
  });
  await Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
