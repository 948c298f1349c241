import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadIndexClient } from '../../reports/html/assets.ts';
import { renderRunsIndex } from '../../reports/index/runs-index.ts';
import { sampleRuns } from '../reports/index/sample-runs.ts';
import { cutOff, focusedName, seriousViolations, tabStops } from './support/page-checks.ts';
import { DESKTOP, PAPER, PHONE, ReportBrowser } from './support/report-page.ts';

let browser: ReportBrowser;
let html: string;
beforeAll(async () => {
  browser = await ReportBrowser.launch();
  html = renderRunsIndex(sampleRuns(), loadIndexClient());
});
afterAll(() => browser.close());

describe('the index of all runs, opened from disk, offline', () => {
  test.each([
    ['light', { colorScheme: 'light', viewport: DESKTOP }],
    ['dark', { colorScheme: 'dark', viewport: DESKTOP }],
    ['light, on a phone', { colorScheme: 'light', viewport: PHONE }],
  ] as const)('axe finds nothing serious: %s', async (_, options) => {
    const { page, trouble } = await browser.openHtml(html, 'index', options);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(options.viewport.width);
    expect(await seriousViolations(page)).toEqual([]);
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  test('is reached by keyboard in every part', async () => {
    const { page } = await browser.openHtml(html, 'keyboard', { viewport: PHONE });
    const wanted = await tabStops(page);
    expect(wanted.length).toBeGreaterThan(12);
    const seen: string[] = [];
    for (let press = 0; press <= wanted.length + 2; press++) {
      await page.keyboard.press('Tab');
      seen.push(await focusedName(page));
    }
    expect(wanted.filter((name) => !seen.includes(name))).toEqual([]);
    await page.context().close();
  });

  test('fits on paper, light on a dark system', async () => {
    const { page } = await browser.openHtml(html, 'paper', { viewport: PAPER, colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    expect(await cutOff(page)).toEqual([]);
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      'rgb(255, 255, 255)',
    );
    await page.context().close();
  });
});
