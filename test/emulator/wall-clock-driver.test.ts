import { afterEach, describe, expect, it } from 'vitest';
import { monotonicNowMs } from '../../lab/emulator/monotonic-clock.ts';
import { WallClockDriver } from '../../lab/emulator/wall-clock-driver.ts';

describe('WallClockDriver', () => {
  let driver: WallClockDriver;
  afterEach(() => driver.stop());

  it('runs events at their due time however late they are processed: no drift', async () => {
    driver = new WallClockDriver();
    const simulation = driver.restart();
    const seen: number[] = [];
    let startMs = NaN;
    await new Promise<void>((resolve) => {
      const tick = () => {
        seen.push(simulation.nowMs);
        if (seen.length === 50) resolve();
        else simulation.after(2, tick);
      };
      driver.act(() => {
        startMs = simulation.nowMs;
        simulation.after(2, tick);
      });
    });
    // Each event is due 2 ms after the one before, not after the moment that one was processed.
    for (const [index, time] of seen.entries()) expect(time - startMs).toBeCloseTo(2 * (index + 1), 6);
    // Never early, and the record says how late.
    expect(monotonicNowMs() - startMs).toBeGreaterThanOrEqual(100);
    expect(driver.latenessMs.length).toBeGreaterThan(0);
    expect(Math.min(...driver.latenessMs)).toBeGreaterThanOrEqual(0);
  });

  it('lets what an event sets off act on the model only after the event', async () => {
    driver = new WallClockDriver();
    const simulation = driver.restart();
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      driver.act(() => {
        simulation.after(1, () => {
          driver.afterwards(() => {
            driver.act(() => order.push('reaction'));
            resolve();
          });
          order.push('event');
        });
      });
    });
    expect(order).toEqual(['event', 'reaction']);
  });

  it('forgets what was pending when a trial ends', async () => {
    driver = new WallClockDriver();
    let ran = false;
    driver.act(() => void driver.restart().after(1, () => (ran = true)));
    driver.restart();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(ran).toBe(false);
  });
});
