import type { Page } from 'playwright';
import type { PageMetrics } from '../trace/waterfall.ts';

/**
 * The page's own account of its load, ms since its timeOrigin. To be called after the load event, and after the paint
 * that follows it: entries are buffered by the browser, so nothing has to run in the page while it loads.
 */
export async function readPageMetrics(page: Page): Promise<PageMetrics> {
  const { cumulativeLayoutShift, ...times } = await page.evaluate(collectMetrics);
  const rounded = Object.entries(times).map(([name, timeMs]) => [
    name,
    timeMs && roundToMicroseconds(timeMs),
  ]);
  return { ...(Object.fromEntries(rounded) as typeof times), cumulativeLayoutShift };
}

/** Takes away the noise of adding and subtracting doubles: 111.89999999990687 is 111.9. */
function roundToMicroseconds(timeMs: number): number {
  return Math.round(timeMs * 1000) / 1000;
}

/** Waits until the page has drawn two more frames: what the load event's handlers changed is then on the screen. */
export async function nextPaint(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
      }),
  );
}

/** Runs in the page: uses nothing of this module. */
function collectMetrics(): PageMetrics {
  interface LayoutShift extends PerformanceEntry {
    readonly value: number;
    readonly hadRecentInput: boolean;
  }
  const buffered = (type: string): PerformanceEntryList => {
    const observer = new PerformanceObserver(() => undefined);
    observer.observe({ type, buffered: true });
    const entries = observer.takeRecords();
    observer.disconnect();
    return entries;
  };
  const paint = (name: string): number | undefined =>
    performance.getEntriesByType('paint').find((entry) => entry.name === name)?.startTime;
  const navigation = performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined;
  const shifts = buffered('layout-shift') as LayoutShift[];
  return {
    firstPaint: paint('first-paint'),
    firstContentfulPaint: paint('first-contentful-paint'),
    largestContentfulPaint: buffered('largest-contentful-paint').at(-1)?.startTime,
    cumulativeLayoutShift: shifts
      .filter((shift) => !shift.hadRecentInput)
      .reduce((sum, shift) => sum + shift.value, 0),
    // 0 in Navigation Timing means: has not happened.
    domContentLoadedEventEnd: navigation?.domContentLoadedEventEnd || undefined,
    loadEventEnd: navigation?.loadEventEnd || undefined,
  };
}
