import type { Browser } from 'playwright';
import { launchBrowser } from '../browser/launch.ts';
import type { InstalledBrowser } from '../browser/provision.ts';
import type { Certificate } from '../emulator/certificate.ts';
import { EmulatorProcess } from '../emulator/emulator-process.ts';

/** A place where one trial at a time runs: a browser and an emulator process that know each other. */
export class Slot {
  readonly emulator: EmulatorProcess;
  readonly #installed: InstalledBrowser;
  readonly #reach: { spkiSha256Base64: string; hosts: { hostname: string; port: number }[] };
  #browser: Browser;
  #closing: Promise<void> | undefined;

  private constructor(
    emulator: EmulatorProcess,
    installed: InstalledBrowser,
    reach: { spkiSha256Base64: string; hosts: { hostname: string; port: number }[] },
    browser: Browser,
  ) {
    this.emulator = emulator;
    this.#installed = installed;
    this.#reach = reach;
    this.#browser = browser;
  }

  static async open(options: {
    installed: InstalledBrowser;
    certificate: Certificate;
    site: string;
    hostname: string;
    /** 0: any free port. */
    port: number;
  }): Promise<Slot> {
    const { installed, certificate, site, hostname } = options;
    const { emulator, port } = await EmulatorProcess.start({ site, certificate, port: options.port });
    const reach = { spkiSha256Base64: certificate.spkiSha256Base64, hosts: [{ hostname, port }] };
    try {
      return new Slot(emulator, installed, reach, await launchBrowser(installed, reach));
    } catch (error) {
      emulator.kill();
      throw error;
    }
  }

  /** The slot's browser, started again if it has crashed. */
  async browser(): Promise<Browser> {
    if (!this.#browser.isConnected()) this.#browser = await launchBrowser(this.#installed, this.#reach);
    return this.#browser;
  }

  /** Ends whatever runs in it. May be called again. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    await this.#browser.close().catch(() => undefined);
    await this.emulator.stop().catch(() => this.emulator.kill());
  }
}
