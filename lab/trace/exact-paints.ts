import type { PageMetrics } from './waterfall.ts';

const COARSE_PAINT_MS = 4;

/**
 * Current Chromiums tell a page its paints rounded up to 4 ms, so that it cannot time what others draw; the trace has
 * them as they were.
 */
export function withExactPaints(page: PageMetrics, trace: PageMetrics): PageMetrics {
  const exact = (name: 'firstPaint' | 'firstContentfulPaint' | 'largestContentfulPaint') => {
    const [inPage, inTrace] = [page[name], trace[name]];
    if (inPage === undefined || inTrace === undefined) return inPage;
    const roundedUp =
      inPage % COARSE_PAINT_MS === 0 && inPage > inTrace && inPage - inTrace <= COARSE_PAINT_MS;
    return roundedUp ? inTrace : inPage;
  };
  return {
    ...page,
    firstPaint: exact('firstPaint'),
    firstContentfulPaint: exact('firstContentfulPaint'),
    largestContentfulPaint: exact('largestContentfulPaint'),
  };
}
