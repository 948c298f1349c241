import { describe, expect, it } from 'vitest';
import { Simulation } from '../../../lab/network/simulation.ts';
import { Deadline } from '../../../lab/network/tcp/deadline.ts';
import { kernelTimerMs } from '../../../lab/network/tcp/kernel-timer.ts';

describe("the kernel's timers", () => {
  it.each([
    // 40 ms = 10 jiffies of 4 ms; one more to the next tick, half a one gone already: 10.5 × 4.
    [40, 42],
    // 1 ms rounds up to one jiffy.
    [1, 6],
    // 252 ms = 63 jiffies is the last of the finest level.
    [252, 254],
    // 256 ms = 64 jiffies: slots of eight jiffies, 1 to 8 of them beyond, 4.5 on average, less half a jiffy: 68 × 4.
    [256, 272],
    // 2 s = 500 jiffies, the same level.
    [2000, 2016],
    // 2048 ms = 512 jiffies: slots of 64, 32.5 on average, less half a jiffy: 544 × 4.
    [2048, 2176],
  ])('set for %i ms fire after %i ms on average', (delayMs, expectedMs) => {
    expect(kernelTimerMs(delayMs)).toBe(expectedMs);
  });
});

describe('a deadline', () => {
  it('moved later fires once, at the later time', () => {
    const simulation = new Simulation();
    const fired: number[] = [];
    const deadline = new Deadline(simulation, () => fired.push(simulation.nowMs));
    for (let dueMs = 10; dueMs <= 50; dueMs += 10) deadline.set(dueMs);
    simulation.run();
    expect(fired).toEqual([50]);
    expect(deadline.isSet).toBe(false);
  });

  it('moved earlier fires at the earlier time', () => {
    const simulation = new Simulation();
    const fired: number[] = [];
    const deadline = new Deadline(simulation, () => fired.push(simulation.nowMs));
    deadline.set(50);
    deadline.set(20);
    simulation.run();
    expect(fired).toEqual([20]);
  });

  it('cleared does not fire; stopped leaves nothing behind', () => {
    const simulation = new Simulation();
    const deadline = new Deadline(simulation, () => expect.unreachable());
    deadline.set(5);
    deadline.clear();
    expect(deadline.dueMs).toBe(Infinity);
    deadline.stop();
    expect(simulation.pending).toBe(0);
    simulation.advanceTo(10);
  });

  it('may be set again by its own action', () => {
    const simulation = new Simulation();
    const fired: number[] = [];
    const deadline = new Deadline(simulation, () => {
      fired.push(simulation.nowMs);
      if (fired.length < 3) deadline.set(simulation.nowMs + 7);
    });
    deadline.set(7);
    simulation.run();
    expect(fired).toEqual([7, 14, 21]);
  });
});
