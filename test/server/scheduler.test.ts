import { describe, expect, it } from 'vitest';
import { MAX_CHUNK_BYTES, Scheduler, type Transmission } from '../../server/scheduler/scheduler.ts';

/** A scheduler whose writes are confirmed one at a time, by hand. */
function bench() {
  const scheduler = new Scheduler();
  scheduler.flowControl.onInitialWindowSize(1e9);
  scheduler.flowControl.onWindowUpdate(0, 1e9);
  const wire: string[] = [];
  let confirm: (() => void) | undefined;
  const add = (
    streamId: number,
    bytes: number,
    after: Transmission[] = [],
    order: Pick<Transmission, 'afterHold' | 'hold'> = {},
  ): Transmission => {
    const transmission: Transmission = {
      streamId,
      contentType: '',
      body: Buffer.alloc(bytes),
      after,
      ...order,
      onStart: () => wire.push(`H${streamId}`),
      write: (chunk, isLast, done) => {
        wire.push(`${streamId}:${chunk.length}${isLast ? '!' : ''}`);
        confirm = done;
      },
    };
    scheduler.add(transmission);
    return transmission;
  };
  const drain = () => {
    scheduler.run();
    for (let done = confirm; done !== undefined; done = confirm) {
      confirm = undefined;
      done();
    }
    return wire.join(' ');
  };
  return { scheduler, add, drain, wire, confirmOne: () => confirm?.() };
}

describe('Scheduler', () => {
  it('keeps one chunk outstanding', () => {
    const { scheduler, add, wire } = bench();
    add(1, 40_000);
    scheduler.run();
    scheduler.run();
    expect(wire).toEqual(['H1', `1:${MAX_CHUNK_BYTES}`]);
  });

  it('cuts bodies into chunks that fill a TLS record: 16,375 + 16,375 + 7,250 = 40,000', () => {
    const { add, drain } = bench();
    add(1, 40_000);
    expect(drain()).toBe('H1 1:16375 1:16375 1:7250!');
  });

  it('holds back a stream, headers too, until what it waits for is done', () => {
    const { add, drain } = bench();
    const style = add(2, 100);
    const script = add(4, 100, [style]);
    add(1, 100, [style, script]);
    expect(drain()).toBe('H2 2:100! H4 4:100! H1 1:100!');
  });

  it('starts what is released together in the order in which it was added', () => {
    const { add, drain } = bench();
    const page = add(1, 100);
    add(4, 100, [page]);
    add(2, 100, [page]);
    // At equal weights the lower id has the first turn.
    expect(drain()).toBe('H1 1:100! H4 H2 2:100! 4:100!');
  });

  it('a hold cuts a body where others go in between, and they start there and not before', () => {
    const { add, drain } = bench();
    const until: Transmission[] = [];
    const page = add(1, 40_000, [], { hold: { atByte: 20_000, until } });
    until.push(add(2, 100, [], { afterHold: page }), add(4, 100, [], { afterHold: page }));
    // 16,375 + 3,625 = 20,000, then the other 20,000.
    expect(drain()).toBe('H1 1:16375 1:3625 H2 H4 2:100! 4:100! 1:16375 1:3625!');
  });

  it('what waits for the hold of one that has none waits for its end', () => {
    const { add, drain } = bench();
    const page = add(1, 20_000);
    add(2, 100, [], { afterHold: page });
    expect(drain()).toBe('H1 1:16375 1:3625! H2 2:100!');
  });

  it('waits no more for what was abandoned, and starts nothing that was', () => {
    const { scheduler, add, drain } = bench();
    const style = add(2, 100);
    const script = add(4, 100, [style]);
    add(6, 100, [script, style]);
    scheduler.abandon(4);
    expect(drain()).toBe('H2 2:100! H6 6:100!');
  });

  it('lets the client reprioritise what is not handed over yet', () => {
    const { scheduler, add, drain, wire, confirmOne } = bench();
    scheduler.priorities.prioritize(1, { parent: 0, weight: 16, exclusive: false });
    scheduler.priorities.prioritize(3, { parent: 1, weight: 16, exclusive: false });
    add(1, 2 * MAX_CHUNK_BYTES);
    add(3, 10);
    scheduler.run();
    scheduler.priorities.prioritize(1, { parent: 3, weight: 16, exclusive: false });
    confirmOne();
    expect(wire.slice(0, 4)).toEqual(['H1', 'H3', `1:${MAX_CHUNK_BYTES}`, '3:10!']);
    drain();
  });

  it('passes over a stream without window and resumes it on WINDOW_UPDATE', () => {
    const { scheduler, add, drain, wire } = bench();
    scheduler.flowControl.onInitialWindowSize(50);
    add(1, 120);
    add(3, 20);
    expect(drain()).toBe('H1 H3 1:50 3:20!');
    scheduler.flowControl.onWindowUpdate(1, 70);
    drain();
    expect(wire.at(-1)).toBe('1:70!');
  });

  it('releases what waited for a stream that was reset', () => {
    const { scheduler, add, drain } = bench();
    const push = add(2, 100_000);
    add(1, 10, [push]);
    scheduler.abandon(2);
    expect(drain()).toContain('H1 1:10!');
  });

  it('finishes an empty body', () => {
    const { add, drain, scheduler } = bench();
    add(1, 0);
    expect(drain()).toBe('H1 1:0!');
    expect(scheduler.isIdle).toBe(true);
  });
});
