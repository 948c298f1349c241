import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { monotonicNowMs } from '../../lab/emulator/monotonic-clock.ts';
import { WallClockDriver } from '../../lab/emulator/wall-clock-driver.ts';

describe('WallClockDriver', () => {
  let driver: WallClockDriver;
  beforeEach(() => void (driver = new WallClockDriver()));
  afterEach(() => driver.stop());

  it('runs events at their due time however late they are processed: no drift', async () => {
    const simulation = driver.restart();
    const seen: number[] = [];
    let startMs = NaN;
    await new Promise<void>((resolve) => {
      const tick = () => {
        seen.push(driver.monotonicMs);
        driver.toClient(seen.length === 50 ? resolve : () => undefined);
        simulation.after(2, tick);
      };
      driver.act(() => {
        startMs = driver.monotonicMs;
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

  it('begins the model’s time when something first acts on it', async () => {
    // The pacer is at work by then.
    await new Promise<void>((resolve) =>
      driver.act(() => driver.simulation.after(1, () => driver.toClient(resolve))),
    );
    driver.act(() => driver.simulation.after(5, () => undefined));
    const simulation = driver.restart();
    // The alarm for what was pending goes off meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 20));
    const beforeMs = monotonicNowMs();
    expect(driver.monotonicMs).toBeGreaterThanOrEqual(beforeMs);
    driver.act(() => {
      expect(simulation.nowMs).toBe(0);
      expect(driver.monotonicMs).toBeGreaterThanOrEqual(beforeMs);
      expect(driver.monotonicMs).toBeLessThanOrEqual(monotonicNowMs());
    });
  });

  it('lets what an event sets off act on the model only after the event', async () => {
    const simulation = driver.restart();
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      driver.act(() => {
        simulation.after(1, () => {
          driver.toClient(() => {
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
    let ran = false;
    driver.act(() => void driver.simulation.after(1, () => (ran = true)));
    driver.act(() => void driver.restart());
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(ran).toBe(false);
  });

  describe('the server’s computing takes no time', () => {
    /** Gives the server something 1 ms from now; resolves with the due time once `server` is through. */
    function give(options: { hiddenMs: number }, server: () => void | Promise<void>): Promise<number> {
      const simulation = driver.restart(options);
      return new Promise((resolve) => {
        driver.act(() =>
          simulation.after(1, () => {
            const dueMs = driver.monotonicMs;
            driver.toServer(() => void Promise.resolve(server()).then(() => resolve(dueMs)));
          }),
        );
      });
    }

    const serverNowMs = () => driver.fromServer(() => driver.monotonicMs);

    it('what it answers, at once or some turns of the loop later, is from the moment it was asked', async () => {
      const seen: number[] = [];
      const dueMs = await give({ hiddenMs: Infinity }, async () => {
        compute(3);
        seen.push(serverNowMs());
        await turn();
        compute(3);
        seen.push(serverNowMs());
        // node:http2 sends what it was given only in the next turn.
        await turn();
        await turn();
        seen.push(serverNowMs());
      });
      expect(seen).toEqual([dueMs, dueMs, dueMs]);
      expect(monotonicNowMs() - dueMs).toBeGreaterThanOrEqual(6);
    });

    it('as far as the way to the client hides it', async () => {
      const hiddenMs = 2;
      let answeredMs = 0;
      let earliestMs = 0;
      const dueMs = await give({ hiddenMs }, () => {
        compute(6);
        earliestMs = monotonicNowMs() - hiddenMs;
        answeredMs = serverNowMs();
      });
      expect(answeredMs).toBeGreaterThanOrEqual(earliestMs);
      expect(answeredMs).toBeLessThanOrEqual(monotonicNowMs() - hiddenMs);
      expect(answeredMs - dueMs).toBeGreaterThanOrEqual(6 - hiddenMs);
    });

    it('and no further where something else has reached it meanwhile; what cannot be hidden is lateness', async () => {
      const hiddenMs = 2;
      const simulation = driver.restart({ hiddenMs });
      const lagsMs: number[] = [];
      await new Promise<void>((resolve) => {
        driver.act(() => {
          simulation.after(1, () =>
            driver.toServer(() => {
              compute(8);
              for (let write = 0; write < 2; write++) {
                const answeredMs = serverNowMs();
                lagsMs.push(monotonicNowMs() - answeredMs);
                compute(4);
              }
            }),
          );
          simulation.after(1.5, () => driver.toServer(() => undefined));
          simulation.after(30, () => driver.toClient(resolve));
        });
      });
      // The lag is read a little later than the time it is of.
      expect(Math.min(...lagsMs)).toBeGreaterThanOrEqual(hiddenMs);
      // Not 7.5 and more, as since the second arrival.
      expect(Math.min(...lagsMs)).toBeLessThan(7);
      await expect.poll(() => Math.max(...driver.latenessMs)).toBeGreaterThanOrEqual(8 - hiddenMs);
    });

    it('what the client does meanwhile comes to the model behind the answer, at its own time', async () => {
      const order: [string, number][] = [];
      const note = (who: string) => () => void order.push([who, driver.monotonicMs]);
      let calledMs = 0;
      let doneMs = 0;
      const dueMs = await give({ hiddenMs: Infinity }, async () => {
        compute(2);
        calledMs = monotonicNowMs();
        driver.fromClient(note('client'));
        doneMs = monotonicNowMs();
        compute(2);
        driver.fromServer(note('server'));
        await turn();
        await turn();
        await turn();
        await turn();
      });
      expect(order.map(([who]) => who)).toEqual(['server', 'client']);
      expect(order[0]![1]).toBe(dueMs);
      expect(order[1]![1]).toBeGreaterThanOrEqual(calledMs);
      expect(order[1]![1]).toBeLessThanOrEqual(doneMs);
    });

    it('one that has given the network a TLS record to send goes on by the wall clock', async () => {
      let laterMs = 0;
      const dueMs = await give({ hiddenMs: Infinity }, async () => {
        driver.fromServer(() => undefined, 16_384);
        compute(2);
        await turn();
        await turn();
        laterMs = serverNowMs();
      });
      expect(laterMs - dueMs).toBeGreaterThanOrEqual(2);
    });

    it('one that acts of its own accord does so now', () => {
      driver.restart({ hiddenMs: Infinity });
      const beforeMs = monotonicNowMs();
      const actedMs = serverNowMs();
      expect(actedMs).toBeGreaterThanOrEqual(beforeMs);
      expect(actedMs).toBeLessThanOrEqual(monotonicNowMs());
    });

    it('its clock never goes back, and two that are asked at different times answer at these', async () => {
      const simulation = driver.restart({ hiddenMs: Infinity });
      const seen: number[] = [];
      let startMs = NaN;
      await new Promise<void>((resolve) => {
        driver.act(() => {
          startMs = driver.monotonicMs;
          for (const [index, afterMs] of [1, 1.1, 1.2].entries()) {
            simulation.after(afterMs, () =>
              driver.toServer(() => {
                compute(1);
                seen.push(serverNowMs() - startMs);
                if (index === 2) resolve();
              }),
            );
          }
        });
      });
      expect(seen).toHaveLength(3);
      for (const [index, afterMs] of [1, 1.1, 1.2].entries()) expect(seen[index]).toBeCloseTo(afterMs, 3);
    });
  });
});

function compute(durationMs: number): void {
  const endMs = monotonicNowMs() + durationMs;
  while (monotonicNowMs() < endMs);
}
