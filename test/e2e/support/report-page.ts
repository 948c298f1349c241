import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { launchBrowser } from '../../../lab/browser/launch.ts';
import { provisionBrowser } from '../../../lab/browser/provision.ts';
import { loadReportClient } from '../../../reports/html/assets.ts';
import { packDetails } from '../../../reports/html/detail/pack.ts';
import { renderHtmlReport } from '../../../reports/html/report.ts';
import type { SampleReport } from '../../reports/sample-results.ts';

/** The lab's own browser with nothing to reach, and reports that it opens from disk. */
export class ReportBrowser {
  readonly #browser: Browser;
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'report-page-'));

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async launch(): Promise<ReportBrowser> {
    const installed = await provisionBrowser('chromium-106');
    return new ReportBrowser(await launchBrowser(installed, { spkiSha256Base64: '', hosts: [] }));
  }

  /** Opens a report as a reader would, without a network. */
  async open(report: SampleReport, name: string, options: BrowserContextOptions = {}): Promise<OpenReport> {
    const details = await packDetails(report.results, (trial) =>
      Promise.resolve(report.waterfalls.get(trial)),
    );
    return this.openHtml(renderHtmlReport({ ...report, details, client: loadReportClient() }), name, options);
  }

  /** The same of any page the lab writes. */
  async openHtml(html: string, name: string, options: BrowserContextOptions = {}): Promise<OpenReport> {
    const file = path.join(this.#folder, `${name}.html`);
    writeFileSync(file, html);
    const context = await this.#browser.newContext({ viewport: DESKTOP, offline: true, ...options });
    const page = await context.newPage();
    const trouble: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) trouble.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => trouble.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => {
      trouble.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      const url = request.url();
      if (url !== `file://${file}` && !/^(data|blob):/.test(url)) trouble.push(`request: ${url}`);
    });
    await page.goto(`file://${file}`);
    await page.waitForFunction(() => document.documentElement.classList.contains('scripted'));
    return { page, trouble };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true });
  }
}

export interface OpenReport {
  readonly page: Page;
  /** What a report must never do: errors, dialogs, requests. Grows while the page is open. */
  readonly trouble: readonly string[];
}

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };
/** What `@page` leaves of A4: 210 mm less two margins of 12 mm. */
export const PAPER = { width: Math.floor((186 / 25.4) * 96), height: 1000 };
