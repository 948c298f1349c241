import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectFile } from '../../lab/inspect/inspect-file.ts';
import { packageRoot } from '../../lab/package-root.ts';
import { loadInspectClient } from '../../reports/html/assets.ts';
import { renderInspection } from '../../reports/inspect/page.ts';
import { cutOff, focusedName, seriousViolations } from './support/page-checks.ts';
import { DESKTOP, PAPER, PHONE, ReportBrowser } from './support/report-page.ts';

let browser: ReportBrowser;
let html: string;
beforeAll(async () => {
  browser = await ReportBrowser.launch();
  const log = path.join(packageRoot, 'test/data/netlog/chromium-106-default.json.gz');
  html = renderInspection(await inspectFile(log), 'log.json', loadInspectClient());
});
afterAll(() => browser.close());

describe('an inspected NetLog, opened from disk, offline', () => {
  test.each([
    ['light', { colorScheme: 'light', viewport: DESKTOP }],
    ['dark', { colorScheme: 'dark', viewport: DESKTOP }],
    ['light, on a phone', { colorScheme: 'light', viewport: PHONE }],
  ] as const)('axe finds nothing serious: %s', async (_, options) => {
    const { page, trouble } = await browser.openHtml(html, 'inspect', options);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(options.viewport.width);
    expect(await seriousViolations(page)).toEqual([]);
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  test('tells a stream’s life under the pointer and by arrow keys', async () => {
    const { page } = await browser.openHtml(html, 'rows');
    await page.locator('.wf-row.push').first().hover();
    expect(await page.locator('#tooltip').innerText()).toContain('Outcome');
    const list = page.locator('.wf-rows').first();
    await list.locator('[tabindex="0"]').focus();
    const before = await focusedName(page);
    await page.keyboard.press('ArrowDown');
    expect(await focusedName(page)).not.toBe(before);
    await page.context().close();
  });

  test('fits on paper', async () => {
    const { page } = await browser.openHtml(html, 'paper', { viewport: PAPER });
    await page.emulateMedia({ media: 'print' });
    expect(await cutOff(page)).toEqual([]);
    await page.context().close();
  });
});
