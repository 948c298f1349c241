import { createPolicy, type SchedulerSpec } from '../../../server/scheduler/create-policy.ts';
import type { Policy } from '../../../server/scheduler/policy.ts';
import { MAX_CHUNK_BYTES, Scheduler, type Transmission } from '../../../server/scheduler/scheduler.ts';

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css',
  js: 'text/javascript',
  png: 'image/png',
  woff: 'font/woff2',
  json: 'application/json',
};

export interface Response {
  /** `css`, `css2`: its letters say its type. */
  readonly name: string;
  readonly streamId: number;
  readonly chunks: number;
  readonly pushedOn?: number;
  readonly priority?: string;
  readonly after?: readonly Transmission[];
  readonly firstSliceBytes?: number;
}

/** A scheduler with a wire that takes every chunk, and windows without end. */
export function wireBench(spec: SchedulerSpec = 'client') {
  const scheduler = new Scheduler(spec);
  scheduler.flowControl.onInitialWindowSize(1e12);
  scheduler.flowControl.onWindowUpdate(0, 1e12);
  const sent: string[] = [];
  let confirm: (() => void) | undefined;
  const queue = (response: Response): Transmission => {
    const transmission: Transmission = {
      streamId: response.streamId,
      body: Buffer.alloc(response.chunks * MAX_CHUNK_BYTES),
      contentType: TYPES[response.name.replace(/\d+$/, '')] ?? '',
      pushedOn: response.pushedOn,
      priorityField: response.priority,
      firstSliceBytes: response.firstSliceBytes,
      after: response.after ?? [],
      onStart: () => undefined,
      write: (_chunk, _isLast, done) => {
        sent.push(response.name);
        confirm = done;
      },
    };
    scheduler.add(transmission);
    return transmission;
  };
  /** Sends up to `chunks` more; all that was sent so far, in order. */
  const send = (chunks = Infinity): string => {
    scheduler.run();
    for (let left = chunks - 1; left > 0 && confirm !== undefined; left--) {
      const done = confirm;
      confirm = undefined;
      done();
    }
    return sent.join(' ');
  };
  const depend = (streamId: number, parent: number, weight = 16, exclusive = false) =>
    scheduler.priorities.prioritize(streamId, { parent, weight, exclusive });
  return { scheduler, queue, send, depend };
}

/** How many bytes each of `streamIds` gets of `turns` chunks of 1 kB, all of them always ready. */
export function share(policy: Policy, streamIds: readonly number[], turns: number): number[] {
  const bytes = new Map(streamIds.map((id) => [id, 0]));
  for (let turn = 0; turn < turns; turn++) {
    const next = policy.next((id) => bytes.has(id))!;
    policy.served(next, 1000);
    bytes.set(next, bytes.get(next)! + 1000);
  }
  return [...bytes.values()];
}

/** A policy with these streams open, each of weight as given and depending on the root. */
export function opened(spec: SchedulerSpec, weights: Readonly<Record<number, number>>): Policy {
  const policy = createPolicy(spec);
  for (const [id, weight] of Object.entries(weights)) {
    policy.prioritize(Number(id), { parent: 0, weight, exclusive: false });
    policy.opened(Number(id), { contentType: '' });
  }
  return policy;
}
