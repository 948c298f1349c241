/**
 * CLOCK_MONOTONIC in milliseconds: the one clock of a run. Node's hrtime, Chromium's TimeTicks (CDP `timestamp`,
 * trace `ts`, NetLog ticks) and every process of this machine read the same one, so no times are ever converted.
 */
export function monotonicNowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
