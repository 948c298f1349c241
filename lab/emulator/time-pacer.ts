import { WallClockDriver } from './wall-clock-driver.ts';

/** Not a divisor of any tick the kernel or the browser has. */
const PERIOD_MS = 2.713;

/** Runs an event every 2.7 ms for a while, with nothing else to do, and tells how late each batch was, ms. */
export async function timePacer(durationMs: number): Promise<readonly number[]> {
  const driver = new WallClockDriver();
  const simulation = driver.restart();
  await new Promise<void>((resolve) => {
    driver.act(() => {
      const endMs = simulation.nowMs + durationMs;
      const tick = () => {
        const isLast = simulation.nowMs >= endMs;
        driver.toClient(isLast ? resolve : () => undefined);
        if (!isLast) simulation.after(PERIOD_MS, tick);
      };
      simulation.after(PERIOD_MS, tick);
    });
  });
  const latenessMs = [...driver.latenessMs];
  await driver.stop();
  // The worker was starting while the first ones were due.
  return latenessMs.slice(WARM_UP_EVENTS);
}

const WARM_UP_EVENTS = 40;
