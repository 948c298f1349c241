import type { NetworkConditions } from '../network/conditions.ts';

/**
 * On two cores, loads of 600 ms one after the other: up to four browsers at once first contentful paint shifted by less
 * than 2 %, with six and more it did not stay there (Chromium 103). Five only ever run where a load takes so long that
 * all of them together keep the CPU below BUSY_SHARE.
 */
const MAX_SIDE_BY_SIDE = 5;
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

/** Of the expected load: the last of five slots is then an eighth of a load behind the first. */
const STAGGER_SHARE = 1 / 30;
const MAX_STAGGER_MS = 1000;

/**
 * How long each slot waits after the one before it, once, at the start. Loads of equal length keep in step, and in step
 * their browsers start and paint together, each on a machine that four others want at that moment.
 */
export function staggerMs(expectedMs: number): number {
  return Math.min(MAX_STAGGER_MS, expectedMs * STAGGER_SHARE);
}

/**
 * A load on this link without losses, roughly: its bytes at the link's rate, and the round trips before them. Where
 * these change, the worst of them; background downloads take their share.
 */
export function expectedLoadMs(conditions: NetworkConditions, pageBytes: number): number {
  const { downlink, changes = [], background = [] } = conditions;
  const slowestBps = Math.min(
    downlink.bandwidthBps,
    ...changes.map(({ downlinkBps }) => downlinkBps ?? Infinity),
  );
  const rivals = background
    .filter(({ direction }) => direction === 'downlink')
    .reduce((sum, { flows }) => sum + flows, 0);
  const transferMs = (pageBytes * 8 * 1000 * (1 + rivals)) / slowestBps;
  return transferMs + ROUND_TRIPS_PER_LOAD * longestRttMs(conditions);
}

/** What so small a window costs at most: a round trip each time it is full, one stream after the other. */
export function windowWaitMs(conditions: NetworkConditions, pageBytes: number, windowBytes: number): number {
  return Math.ceil(pageBytes / windowBytes) * longestRttMs(conditions);
}

/** To the host that is furthest away. */
function longestRttMs({ baseRttMs, changes = [], extraRttMs = {} }: NetworkConditions): number {
  const sharedMs = Math.max(baseRttMs, ...changes.map((change) => change.baseRttMs ?? 0));
  return sharedMs + Math.max(0, ...Object.values(extraRttMs));
}
