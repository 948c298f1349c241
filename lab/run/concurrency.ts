import type { NetworkConditions } from '../network/conditions.ts';

/**
 * Up to four browsers at once on two cores first contentful paint shifted by less than 2 % (measured with Chromium 103
 * on a page of 600 ms); with six and more it did not stay there.
 */
const MAX_SIDE_BY_SIDE = 4;
/** CPU time of one page load, browser and emulator together. */
const CPU_PER_LOAD_MS = 500;
/** Share of the machine that may be busy: the rest keeps timers punctual. */
const BUSY_SHARE = 0.1;
/** TCP, TLS, HTML, style sheet, image: what a load waits for beyond the bytes. */
const ROUND_TRIPS_PER_LOAD = 5;

/** How many trials may run side by side: as many as leave the CPU idle while the emulated link is what is waited for. */
export function sideBySide(conditions: NetworkConditions, pageBytes: number, cores: number): number {
  const affordable = Math.floor(
    (BUSY_SHARE * cores * expectedLoadMs(conditions, pageBytes)) / CPU_PER_LOAD_MS,
  );
  return Math.max(1, Math.min(affordable, MAX_SIDE_BY_SIDE));
}

/**
 * A load on this link without losses, roughly: its bytes at the link's rate, and the round trips before them. Where
 * these change, the worst of them; background downloads take their share.
 */
export function expectedLoadMs(conditions: NetworkConditions, pageBytes: number): number {
  const { downlink, baseRttMs, changes = [], background = [] } = conditions;
  const slowestBps = Math.min(
    downlink.bandwidthBps,
    ...changes.map(({ downlinkBps }) => downlinkBps ?? Infinity),
  );
  const longestRttMs = Math.max(baseRttMs, ...changes.map((change) => change.baseRttMs ?? 0));
  const rivals = background
    .filter(({ direction }) => direction === 'downlink')
    .reduce((sum, { flows }) => sum + flows, 0);
  const transferMs = (pageBytes * 8 * 1000 * (1 + rivals)) / slowestBps;
  return transferMs + ROUND_TRIPS_PER_LOAD * longestRttMs;
}
