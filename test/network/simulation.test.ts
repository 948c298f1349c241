import { describe, expect, it } from 'vitest';
import { Simulation, Timer } from '../../lab/network/simulation.ts';
import { createRandom } from '../../lab/network/random.ts';

describe('the simulation', () => {
  it('runs timers by due time, and equal ones in the order in which they were set', () => {
    const simulation = new Simulation();
    const ran: string[] = [];
    simulation.at(2, () => ran.push('second'));
    simulation.at(1, () => ran.push('first'));
    simulation.at(2, () => ran.push('third'));
    expect(simulation.advanceTo(2)).toBe(3);
    expect(ran).toEqual(['first', 'second', 'third']);
  });

  it('lets a timer see its due time, however late it is run', () => {
    const simulation = new Simulation();
    const seen: number[] = [];
    simulation.at(5, () => seen.push(simulation.nowMs));
    simulation.advanceTo(100);
    expect(seen).toEqual([5]);
    expect(simulation.nowMs).toBe(100);
  });

  it('runs what is asked for in the past at once, never before', () => {
    const simulation = new Simulation();
    simulation.advanceTo(10);
    const seen: number[] = [];
    simulation.at(3, () => seen.push(simulation.nowMs));
    simulation.run();
    expect(seen).toEqual([10]);
  });

  it('a timer set again counts once, at its new time and behind those set before', () => {
    const simulation = new Simulation();
    const ran: string[] = [];
    const timer = new Timer(simulation, () => ran.push(`again at ${simulation.nowMs}`));
    timer.set(1);
    simulation.at(4, () => ran.push('other'));
    timer.set(4);
    expect(timer.dueMs).toBe(4);
    simulation.run();
    expect(ran).toEqual(['other', 'again at 4']);
    expect(timer.isSet).toBe(false);
    timer.set(9);
    simulation.run();
    expect(ran.at(-1)).toBe('again at 9');
  });

  it('a cancelled timer neither runs nor stays', () => {
    const simulation = new Simulation();
    const timer = simulation.at(1, () => expect.unreachable());
    timer.cancel();
    timer.cancel();
    expect(simulation.pending).toBe(0);
    expect(simulation.nextDueMs).toBeUndefined();
    simulation.advanceTo(2);
  });

  it('is in order while a timer runs: it is gone, and what it sets comes in its turn', () => {
    const simulation = new Simulation();
    const seen: (number | undefined)[] = [];
    const ran: string[] = [];
    const later = simulation.at(3, () => ran.push('later'));
    const timer = simulation.at(1, () => {
      ran.push('first');
      seen.push(simulation.pending, simulation.nextDueMs);
      simulation.at(1, () => ran.push('at once'));
      timer.set(2);
      later.cancel();
      seen.push(simulation.pending, simulation.nextDueMs);
    });
    simulation.advanceTo(1);
    // Only `later` was set when it began; then one at 1 ms and itself at 2 ms.
    expect(seen).toEqual([1, 3, 2, 1]);
    expect(ran).toEqual(['first', 'at once']);
    expect(simulation.nextDueMs).toBe(2);
  });

  it('keeps going after an action that throws', () => {
    const simulation = new Simulation();
    const ran: string[] = [];
    simulation.at(1, () => {
      throw new Error('in an action');
    });
    simulation.at(2, () => ran.push('second'));
    expect(() => simulation.run()).toThrow('in an action');
    expect(simulation.pending).toBe(1);
    simulation.run();
    expect(ran).toEqual(['second']);
  });

  it('keeps the order under ten thousand random settings, moves and cancellations', () => {
    const random = createRandom(1);
    const simulation = new Simulation();
    const timers: Timer[] = [];
    let lastMs = 0;
    let ran = 0;
    for (let index = 0; index < 300; index++) {
      timers.push(
        new Timer(simulation, () => {
          expect(simulation.nowMs).toBeGreaterThanOrEqual(lastMs);
          lastMs = simulation.nowMs;
          ran++;
          for (let other = 0; other < 2 && random() < 0.4; other++)
            timers[Math.floor(random() * timers.length)]!.set(simulation.nowMs + random() * 9);
        }),
      );
    }
    for (let step = 0; step < 10_000; step++) {
      const timer = timers[Math.floor(random() * timers.length)]!;
      if (random() < 0.2) timer.cancel();
      else timer.set(simulation.nowMs + random() * 50);
      if (random() < 0.3) simulation.advanceTo(simulation.nowMs + random() * 2);
      expect(simulation.pending).toBe(timers.filter(({ isSet }) => isSet).length);
    }
    simulation.run();
    expect(ran).toBeGreaterThan(1000);
  });
});
