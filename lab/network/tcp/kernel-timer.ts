/** Linux's HZ on Debian: timers are counted in jiffies of 4 ms. */
export const JIFFY_MS = 4;
/** The timer wheel's levels: 64 slots each, every level eight times as coarse as the one below (kernel/time/timer.c). */
const SLOTS_PER_LEVEL = 64;
const LEVEL_RATIO = 8;
const LEVELS = 8;

/**
 * How long a kernel timer set for `delayMs` takes to fire, on average. The delay is rounded up to jiffies, and the wheel
 * rounds the moment up to the next slot of its level: one jiffy below 256 ms, eight below 2 s, and so on. When within a
 * jiffy and within a slot the timer was set is not knowable, so both count with their mean.
 */
export function kernelTimerMs(delayMs: number): number {
  const jiffies = Math.max(Math.ceil(delayMs / JIFFY_MS - 1e-9), 1);
  let slotJiffies = 1;
  for (let level = 1; level < LEVELS && jiffies >= SLOTS_PER_LEVEL * slotJiffies; level++)
    slotJiffies *= LEVEL_RATIO;
  // Uniform over 1..slot jiffies beyond the expiry, less half a jiffy that had passed when the timer was set.
  return (jiffies + (slotJiffies + 1) / 2 - 0.5) * JIFFY_MS;
}
