/** A moment in the model's time: milliseconds since the simulation's beginning. */
export type TimeMs = number;

/** Not in the heap. */
const NOWHERE = -1;

/** Something that happens at a due time; it can be set again and again, which costs no new object. */
export class Timer {
  readonly #simulation: Simulation;
  /** Read and written by the simulation alone. */
  readonly action: () => void;
  sequence = 0;
  position = NOWHERE;
  /** Begun as a number with a fraction: it is then rewritten in place and allocates nothing. */
  #dueMs: TimeMs = Infinity;

  /** @param dueMs for the simulation's own use */
  constructor(simulation: Simulation, action: () => void, dueMs: TimeMs = Infinity) {
    this.#simulation = simulation;
    this.action = action;
    this.#dueMs = dueMs;
  }

  /** Infinity unless it is set. */
  get dueMs(): TimeMs {
    return this.#dueMs;
  }

  get isSet(): boolean {
    return this.position !== NOWHERE;
  }

  /** At `dueMs`, or now if that is past; replaces what it was set to. */
  set(dueMs: TimeMs): void {
    this.#dueMs = Math.max(dueMs, this.#simulation.nowMs);
    this.#simulation.schedule(this);
  }

  /** Safe to call at any time, any number of times. */
  cancel(): void {
    this.#dueMs = Infinity;
    this.#simulation.unschedule(this);
  }

  /** By the simulation, when its time has come. */
  run(): void {
    this.#dueMs = Infinity;
    this.action();
  }
}

/**
 * Deterministic discrete-event core. It never reads a clock: its owner says how far time has come.
 *
 * 1. Timers run in order of (due time, order of setting).
 * 2. While one runs, `nowMs` is its due time, however late the owner called: error never accumulates.
 * 3. Time never goes back: what is asked for in the past runs at `nowMs`.
 */
export class Simulation {
  #nowMs: TimeMs = 0;
  #sequence = 0;
  /** A binary heap; every timer knows its place. */
  readonly #heap: Timer[] = [];
  /**
   * Keeps the place of the timer that runs, at the top: most timers set themselves or another one that is due soon, and
   * that one moves down from there by a step or two, however many wait below.
   */
  readonly #vacancy: Timer;

  constructor() {
    this.#vacancy = new Timer(this, () => undefined, -Infinity);
  }

  get nowMs(): TimeMs {
    return this.#nowMs;
  }

  /** Due time of the next timer, or undefined when none is set. */
  get nextDueMs(): TimeMs | undefined {
    this.#fillVacancy();
    return this.#heap[0]?.dueMs;
  }

  /** How many timers are set. */
  get pending(): number {
    return this.#heap.length - (this.#heap[0] === this.#vacancy ? 1 : 0);
  }

  at(dueMs: TimeMs, action: () => void): Timer {
    const timer = new Timer(this, action);
    timer.set(dueMs);
    return timer;
  }

  after(delayMs: number, action: () => void): Timer {
    return this.at(this.#nowMs + delayMs, action);
  }

  /** Runs everything due up to and including `timeMs`, then stands at `timeMs`. Returns how many timers ran. */
  advanceTo(timeMs: TimeMs): number {
    let ran = 0;
    for (let timer = this.#heap[0]; timer !== undefined && timer.dueMs <= timeMs; timer = this.#heap[0]) {
      this.#runTop(timer);
      ran++;
    }
    this.#nowMs = Math.max(this.#nowMs, timeMs);
    return ran;
  }

  /** Virtual clock: runs until nothing is set, `done` says so, or `limitMs` is reached. */
  run(options: { done?: () => boolean; limitMs?: TimeMs } = {}): void {
    const { done = () => false, limitMs = Infinity } = options;
    for (let timer = this.#heap[0]; timer !== undefined && timer.dueMs <= limitMs; timer = this.#heap[0]) {
      if (done()) return;
      this.#runTop(timer);
      // `done` is asked once per moment, not between things that happen at the same time.
      for (let next = this.#heap[0]; next !== undefined && next.dueMs === this.#nowMs; next = this.#heap[0]) {
        this.#runTop(next);
      }
    }
  }

  /** For `Timer.set`. */
  schedule(timer: Timer): void {
    timer.sequence = this.#sequence++;
    const wasAt = timer.position;
    if (wasAt === NOWHERE && this.#heap[0] === this.#vacancy) {
      this.#siftDown(timer, 0);
    } else if (wasAt === NOWHERE) {
      this.#heap.push(timer);
      this.#siftUp(timer, this.#heap.length - 1);
    } else {
      this.#siftUp(timer, wasAt);
      if (timer.position === wasAt) this.#siftDown(timer, wasAt);
    }
  }

  /** For `Timer.cancel`. */
  unschedule(timer: Timer): void {
    const hole = timer.position;
    if (hole === NOWHERE) return;
    timer.position = NOWHERE;
    const last = this.#heap.pop()!;
    if (last === timer) return;
    this.#siftUp(last, hole);
    if (last.position === hole) this.#siftDown(last, hole);
  }

  #runTop(timer: Timer): void {
    this.#nowMs = timer.dueMs;
    this.#heap[0] = this.#vacancy;
    timer.position = NOWHERE;
    try {
      timer.run();
    } finally {
      this.#fillVacancy();
    }
  }

  /** Nothing took the place of the timer that ran. */
  #fillVacancy(): void {
    if (this.#heap[0] !== this.#vacancy) return;
    const last = this.#heap.pop()!;
    if (last !== this.#vacancy) this.#siftDown(last, 0);
  }

  #siftUp(timer: Timer, from: number): void {
    const heap = this.#heap;
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above]!;
      if (!isBefore(timer, parent)) break;
      heap[index] = parent;
      parent.position = index;
      index = above;
    }
    heap[index] = timer;
    timer.position = index;
  }

  #siftDown(timer: Timer, from: number): void {
    const heap = this.#heap;
    let index = from;
    for (;;) {
      let below = 2 * index + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below++;
      const child = heap[below]!;
      if (!isBefore(child, timer)) break;
      heap[index] = child;
      child.position = index;
      index = below;
    }
    heap[index] = timer;
    timer.position = index;
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.sequence < b.sequence);
}
