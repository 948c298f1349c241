/** A moment in the model's time: milliseconds from an origin its owner chose. */
export type TimeMs = number;

/** A pending event; `cancel` is safe to call at any time, any number of times. */
export interface Timer {
  readonly dueMs: TimeMs;
  cancel(): void;
}

class ScheduledEvent implements Timer {
  readonly dueMs: TimeMs;
  readonly sequence: number;
  action: (() => void) | undefined;

  constructor(dueMs: TimeMs, sequence: number, action: () => void) {
    this.dueMs = dueMs;
    this.sequence = sequence;
    this.action = action;
  }

  cancel(): void {
    this.action = undefined;
  }
}

/**
 * Deterministic discrete-event core. It never reads a clock: its owner says how far time has come.
 *
 * 1. Events run in order of (due time, order of scheduling).
 * 2. While an event runs, `nowMs` is its due time, however late the owner called: error never accumulates.
 * 3. Time never goes back: an event asked for in the past runs at `nowMs`.
 */
export class Simulation {
  #nowMs: TimeMs;
  #sequence = 0;
  readonly #heap: ScheduledEvent[] = [];

  constructor(startMs: TimeMs = 0) {
    this.#nowMs = startMs;
  }

  get nowMs(): TimeMs {
    return this.#nowMs;
  }

  /** Due time of the next event, or undefined when nothing is pending. */
  get nextDueMs(): TimeMs | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.dueMs;
  }

  at(dueMs: TimeMs, action: () => void): Timer {
    const event = new ScheduledEvent(Math.max(dueMs, this.#nowMs), this.#sequence++, action);
    this.#push(event);
    return event;
  }

  after(delayMs: number, action: () => void): Timer {
    return this.at(this.#nowMs + delayMs, action);
  }

  /** Runs everything due up to and including `timeMs`, then stands at `timeMs`. Returns how many events ran. */
  advanceTo(timeMs: TimeMs): number {
    let ran = 0;
    for (let dueMs = this.nextDueMs; dueMs !== undefined && dueMs <= timeMs; dueMs = this.nextDueMs) {
      const event = this.#pop();
      this.#nowMs = event.dueMs;
      const action = event.action;
      // What has run can no longer be cancelled, and holds on to nothing.
      event.action = undefined;
      action?.();
      ran++;
    }
    this.#nowMs = Math.max(this.#nowMs, timeMs);
    return ran;
  }

  /** Virtual clock: runs until nothing is pending, `done` says so, or `limitMs` is reached. */
  run(options: { done?: () => boolean; limitMs?: TimeMs } = {}): void {
    const { done = () => false, limitMs = Infinity } = options;
    for (let dueMs = this.nextDueMs; dueMs !== undefined && dueMs <= limitMs; dueMs = this.nextDueMs) {
      if (done()) return;
      this.advanceTo(dueMs);
    }
  }

  #dropCancelled(): void {
    while (this.#heap.length > 0 && this.#heap[0]!.action === undefined) this.#pop();
  }

  #push(event: ScheduledEvent): void {
    const heap = this.#heap;
    let index = heap.push(event) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(event, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = event;
  }

  #pop(): ScheduledEvent {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function before(a: ScheduledEvent, b: ScheduledEvent): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.sequence < b.sequence);
}
