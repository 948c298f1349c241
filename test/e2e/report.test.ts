import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nextPaint } from '../../lab/browser/page-metrics.ts';
import { hostileReport } from '../reports/hostile-report.ts';
import { sampleReport } from '../reports/sample-results.ts';
import {
  cutOff,
  elementShape,
  focusedName,
  openAll,
  seriousViolations,
  tabStops,
} from './support/page-checks.ts';
import { DESKTOP, PAPER, PHONE, ReportBrowser, type OpenReport } from './support/report-page.ts';

const sample = sampleReport();
let browser: ReportBrowser;

beforeAll(async () => {
  browser = await ReportBrowser.launch();
});
afterAll(() => browser.close());

describe('a report opened from disk, offline', () => {
  let report: OpenReport;
  beforeAll(async () => {
    report = await browser.open(sample, 'sample');
  });

  test('has data in every chart of every metric', async () => {
    const { page } = report;
    const tabs = await page.locator('[role=tab]').all();
    expect(tabs.length).toBe(6);
    let charts = 0;
    for (const tab of tabs) {
      await tab.click();
      for (const canvas of await page.locator('.panel.current canvas').all()) {
        charts++;
        const { dots, painted } = await canvas.evaluate((element) => {
          const drawing = element as HTMLCanvasElement;
          const { data } = drawing.getContext('2d')!.getImageData(0, 0, drawing.width, drawing.height);
          let count = 0;
          for (let at = 3; at < data.length; at += 4) if (data[at]! > 0) count++;
          const circles = drawing.closest('figure')!.querySelectorAll('svg.strip circle').length;
          return { dots: circles, painted: count / (data.length / 4) };
        });
        // Five strategies, eight blocks, one failed trial; the baseline has no difference from itself.
        expect([39, 31]).toContain(dots);
        expect(painted).toBeGreaterThan(0.02);
      }
    }
    expect(charts).toBe(12);
    await tabs[0]!.click();
  });

  test('says who held the bottleneck under the pointer', async () => {
    const { page } = report;
    const strips = page.locator('svg.slots');
    expect(await strips.count()).toBe(5);
    for (const strip of await strips.all()) expect(await strip.locator('path').count()).toBeGreaterThan(5);
    const strip = strips.nth(1);
    await strip.scrollIntoViewIfNeeded();
    const box = (await strip.boundingBox())!;
    // The hero image is the longest body and holds the link for a quarter of the load.
    await page.mouse.move(box.x + box.width * 0.35, box.y + 8);
    const readout = page.locator('.slots-lane').nth(1).locator('.readout');
    await expect.poll(() => readout.innerText()).toBe('/img/home-bg.jpg');
    const used = page.locator('.wf-lane:has(.series.use)').nth(1).locator('.readout');
    expect(await used.innerText()).toMatch(/^use (9\d|100)\s%$/);
  });

  test('is reached by keyboard in every part', async () => {
    const { page, trouble } = await browser.open(sample, 'keyboard');
    await openAll(page);
    const wanted = await tabStops(page);
    expect(wanted.length).toBeGreaterThan(25);
    const seen: string[] = [];
    for (let press = 0; press <= wanted.length + 3; press++) {
      await page.keyboard.press('Tab');
      seen.push(await focusedName(page));
    }
    expect(wanted.filter((name) => !seen.includes(name))).toEqual([]);
    expect(seen[0]).toContain('Skip to the answer');

    const rows = page.locator('.wf-rows').first();
    const first = rows.locator('[tabindex="0"]');
    await first.focus();
    // The next ones are below the window's edge.
    await first.evaluate((row) => scrollBy(0, row.getBoundingClientRect().bottom - innerHeight));
    await nextPaint(page);
    const before = await page.evaluate(() => scrollY);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await focusedName(page)).toContain('index.html');
    // Of a scroll the page hears with the next frame.
    await nextPaint(page);
    expect(await page.evaluate(() => scrollY)).toBeGreaterThan(before);
    expect(await page.locator('#tooltip').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.locator('#tooltip').isVisible()).toBe(false);
    expect(trouble).toEqual([]);
    await page.context().close();
  });

  test('zooms by drag and button, all waterfalls together', async () => {
    const { page } = report;
    const plot = page.locator('.wf-row .wf-plot').nth(3);
    await plot.scrollIntoViewIfNeeded();
    const box = (await plot.boundingBox())!;
    await page.mouse.move(box.x + box.width * 0.2, box.y + 8);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.3, box.y + 8, { steps: 4 });
    await page.mouse.up();
    // A tenth of the axis was selected.
    expect(Number.parseFloat(await page.locator('.zoom-level').innerText())).toBeCloseTo(10, 0);
    const positions = await page
      .locator('.wf-scroll')
      .evaluateAll((scrollers) => scrollers.map((scroller) => Math.round(scroller.scrollLeft)));
    expect(positions[0]).toBeGreaterThan(500);
    expect(new Set(positions).size).toBe(1);
    await page.getByRole('button', { name: 'Whole load' }).click();
    expect(await page.locator('.zoom-level').innerText()).toBe('1×');
  });

  test('draws another trial on request, all on one axis, and keeps the focus', async () => {
    const { page } = report;
    const article = page.locator('#waterfall-2');
    const pick = article.locator('.trial-pick');
    // Eight measured trials.
    expect(await pick.locator('option').count()).toBe(8);
    const slowest = (await pick.locator('option').last().getAttribute('value'))!;
    await pick.selectOption(slowest);
    await expect.poll(() => article.locator('.wf-meta code').innerText()).toBe(slowest);
    expect(await article.locator('.wf-row').count()).toBeGreaterThan(12);
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('trial-pick');
    const ends = await page.locator('.wf-axis text:last-of-type').allInnerTexts();
    expect(new Set(ends).size).toBe(1);
    // What listens to the rows listens to the new ones.
    await article.locator('.wf-row').nth(2).hover();
    expect(await page.locator('#tooltip').isVisible()).toBe(true);
  });

  test('compares any two trials, file by file', async () => {
    const { page } = report;
    const diff = page.locator('#diff');
    const firstRow = diff.locator('.diff tbody tr').first();
    expect(await diff.locator('.diff tbody tr').count()).toBeGreaterThan(10);
    const select = diff.locator('[data-diff=b]');
    const afterHtml = sample.results.medianTrials['after-html']!;
    await select.selectOption(afterHtml);
    await expect.poll(() => diff.locator('.diff caption').innerText()).toContain(afterHtml);
    expect(await diff.locator('.diff').innerText()).toContain('pushed for nothing');
    expect(await firstRow.locator('td').nth(3).innerText()).toMatch(/ms|s$/);
    // Against itself nothing moves.
    await select.selectOption(await diff.locator('[data-diff=a]').inputValue());
    await expect.poll(() => diff.locator('.diff .earlier, .diff .later').count()).toBe(0);
  });

  test('has done nothing it should not', () => expect(report.trouble).toEqual([]));
});

describe('accessibility', () => {
  test.each([
    ['light', { colorScheme: 'light', viewport: DESKTOP }],
    ['dark', { colorScheme: 'dark', viewport: DESKTOP }],
    ['light, on a phone', { colorScheme: 'light', viewport: PHONE }],
  ] as const)('axe finds nothing serious: %s', async (_, options) => {
    const { page, trouble } = await browser.open(sample, 'axe', options);
    await openAll(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(options.viewport.width);
    expect(await seriousViolations(page)).toEqual([]);
    expect(trouble).toEqual([]);
    await page.context().close();
  });
});

describe('on paper', () => {
  test('nothing is cut off, nothing is left out, and the pages can be counted', async () => {
    const { page } = await browser.open(sample, 'print', { viewport: PAPER, colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    expect(await cutOff(page)).toEqual([]);
    // Every metric is there, not only the one whose tab is open, and light on a dark system.
    expect(await page.locator('.panel:visible svg.strip:visible').count()).toBe(12);
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      'rgb(255, 255, 255)',
    );
    const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
    const pages = [...pdf.matchAll(/\/Type \/Page\b(?!s)/g)].length;
    expect(pages).toBeGreaterThan(5);
    expect(pages).toBeLessThan(25);
    await page.context().close();
  });
});

describe('a hostile site', () => {
  test('runs nothing, opens nothing, breaks out of nothing', async () => {
    const kind = await browser.open(sampleReport(2), 'kind');
    const shape = await elementShape(kind.page);
    const { page, trouble } = await browser.open(hostileReport(sampleReport(2)), 'hostile');
    await openAll(page);
    for (const tab of await page.locator('[role=tab]').all()) await tab.click();
    for (const row of (await page.locator('.wf-row').all()).slice(0, 8)) {
      await row.hover();
      await page.waitForTimeout(20);
    }
    expect(await page.locator('#tooltip').innerText()).toContain('<img src=x onerror=alert(1)>');
    await page.locator('input[type=search]').fill('</script><script>alert(1)</script>');
    expect([...(await elementShape(page))].filter((item) => !shape.has(item))).toEqual([]);
    expect(trouble).toEqual([]);
    await kind.page.context().close();
    await page.context().close();
  });
});
