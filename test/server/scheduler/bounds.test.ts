import { describe, expect, it } from 'vitest';
import type { SchedulerSpec } from '../../../server/scheduler/create-policy.ts';
import { FlowControl } from '../../../server/scheduler/flow-control.ts';
import { IDLE_STREAMS_KEPT } from '../../../server/scheduler/policy.ts';
import { PriorityTree } from '../../../server/scheduler/priority-tree.ts';
import { MAX_CHUNK_BYTES, Scheduler } from '../../../server/scheduler/scheduler.ts';

const STREAMS = 1_000;
const CHUNKS = 10;

/** Queues 1,000 responses of ten chunks and sends them all; ms of CPU time. */
function sendThousand(spec: SchedulerSpec, prepare: (scheduler: Scheduler) => void): number {
  const scheduler = new Scheduler(spec);
  scheduler.flowControl.onInitialWindowSize(1e9);
  scheduler.flowControl.onWindowUpdate(0, 1e9);
  const body = Buffer.alloc(CHUNKS * MAX_CHUNK_BYTES);
  let chunks = 0;
  let confirm: (() => void) | undefined;
  const startedUs = process.cpuUsage();
  prepare(scheduler);
  for (let index = 0; index < STREAMS; index++) {
    scheduler.add({
      streamId: 2 * index + 1,
      body,
      contentType: index % 2 === 0 ? 'text/css' : 'image/png',
      after: [],
      onStart: () => undefined,
      write: (_chunk, _isLast, done) => {
        chunks++;
        confirm = done;
      },
    });
  }
  scheduler.run();
  for (let done = confirm; done !== undefined; done = confirm) {
    confirm = undefined;
    done();
  }
  const { user, system } = process.cpuUsage(startedUs);
  expect(chunks).toBe(STREAMS * CHUNKS);
  return (user + system) / 1000;
}

const flat = () => undefined;
const chain = ({ priorities }: Scheduler) => {
  for (let id = 1; id < 2 * STREAMS; id += 2) {
    priorities.prioritize(id, { parent: Math.max(0, id - 2), weight: 256, exclusive: true });
  }
};
const urgency = ({ priorities }: Scheduler) => {
  for (let id = 1; id < 2 * STREAMS; id += 2) priorities.update(id, id % 4 === 1 ? 'u=1' : 'u=2, i');
};

describe('a choice among 1,000 ready streams', () => {
  it.each<[string, SchedulerSpec, (scheduler: Scheduler) => void]>([
    ['client, all below the root', 'client', flat],
    ['client, a chain of dependencies', 'client', chain],
    ['client, by urgency', 'client', urgency],
    ['blocking-first', 'blocking-first', flat],
    ['fifo', 'fifo', flat],
    ['fair', 'fair', flat],
    ['mime', { mime: [] }, flat],
  ])('is cheap: 10,000 chunks take less than a second (%s)', (_name, spec, prepare) => {
    expect(sendThousand(spec, prepare)).toBeLessThan(1000);
  });
});

describe('what is remembered', () => {
  it('of streams a client prioritises and never opens: the last 1,000', () => {
    const tree = new PriorityTree();
    for (let id = 1; id < 100_000; id += 2) tree.prioritize(id, { parent: 0, weight: 16, exclusive: false });
    expect(tree.size).toBe(IDLE_STREAMS_KEPT);
  });

  it('never so little that an open stream is lost', () => {
    const tree = new PriorityTree();
    tree.open(1);
    for (let id = 3; id < 10_000; id += 2)
      tree.prioritize(id, { parent: id - 2, weight: 16, exclusive: true });
    expect(tree.size).toBe(IDLE_STREAMS_KEPT + 1);
    expect(tree.next(() => true)).toBe(1);
  });

  it('of a tree whose middle is forgotten: dependents move up and share its weight (RFC 7540 §5.3.4)', () => {
    const tree = new PriorityTree();
    // 3, of weight 32, has 5 and 7 below it, 3 to 1; beside it stands 9 with weight 32.
    tree.prioritize(3, { parent: 0, weight: 32, exclusive: false });
    tree.prioritize(5, { parent: 3, weight: 48, exclusive: false });
    tree.prioritize(7, { parent: 3, weight: 16, exclusive: false });
    tree.prioritize(9, { parent: 0, weight: 32, exclusive: false });
    for (const id of [5, 7, 9]) tree.open(id);
    for (let id = 101; id <= 101 + 2 * IDLE_STREAMS_KEPT; id += 2)
      tree.prioritize(id, { parent: 0, weight: 16, exclusive: false });
    expect([tree.parentOf(5), tree.parentOf(7)]).toEqual([0, 0]);
    // 32 × 48/64 = 24 and 32 × 16/64 = 8.
    expect([tree.weightOf(5), tree.weightOf(7)]).toEqual([24, 8]);
  });

  it('of a deep tree with a branch at every stream: enough to choose from, without a stack overflow', () => {
    const tree = new PriorityTree();
    const depth = 3_000;
    for (let level = 1; level <= depth; level++) {
      tree.prioritize(2 * level, { parent: Math.max(0, 2 * level - 2), weight: 16, exclusive: false });
      tree.prioritize(2 * level + 10_001, { parent: 2 * level, weight: 16, exclusive: false });
      tree.open(2 * level);
      tree.open(2 * level + 10_001);
    }
    expect(tree.next((id) => id === 2 * depth)).toBe(2 * depth);
  });

  it('of windows: those of open streams, and 1,000 others', () => {
    const windows = new FlowControl();
    windows.onWindowUpdate(0, 1e9);
    windows.onWindowUpdate(1, 100);
    windows.open(1);
    for (let id = 3; id < 100_000; id += 2) windows.onWindowUpdate(id, 1);
    expect(windows.size).toBe(IDLE_STREAMS_KEPT + 1);
    expect(windows.available(1)).toBe(65_535 + 100);
    windows.close(1);
    expect(windows.size).toBe(IDLE_STREAMS_KEPT);
  });

  it('of what a connection has sent: nothing', () => {
    const scheduler = new Scheduler();
    for (let id = 1; id < 20_000; id += 2) {
      scheduler.add({
        streamId: id,
        body: Buffer.alloc(1),
        contentType: '',
        after: [],
        onStart: () => undefined,
        write: (_chunk, _isLast, done) => done(),
      });
      scheduler.run();
    }
    expect(scheduler.isIdle).toBe(true);
    expect(scheduler.flowControl.size).toBe(0);
  });
});
