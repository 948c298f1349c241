import type { SackBlock } from './segment.ts';

/** Blocks a receiver keeps for reporting (TCP_NUM_SACKS). */
const MAX_REMEMBERED_BLOCKS = 4;

/** What has arrived beyond a hole: disjoint ranges in sequence order, and which of them changed last. */
export class Reassembly {
  /** Ascending. */
  #ranges: [start: number, end: number][] = [];
  /** Most recently touched first (RFC 2018 §4). */
  readonly #recent: SackBlock[] = [];
  /** Payload waiting. */
  bytes = 0;

  get isEmpty(): boolean {
    return this.#ranges.length === 0;
  }

  get blocks(): readonly SackBlock[] {
    return this.#recent;
  }

  get highestEnd(): number {
    return this.#ranges.at(-1)?.[1] ?? 0;
  }

  /** Whether all of [start, end) is here already. */
  contains(start: number, end: number): boolean {
    return this.#ranges.some(([from, to]) => from <= start && end <= to);
  }

  /** Position among the remembered blocks of the one a segment extends; -1: it begins a new one. */
  blockTouching(start: number, end: number): number {
    return this.#recent.findIndex(([from, to]) => start <= to && from <= end);
  }

  add(start: number, end: number): void {
    this.bytes += end - start;
    // Almost always the newest segment extends the highest range.
    const last = this.#ranges.at(-1);
    if (last !== undefined && start === last[1]) last[1] = end;
    else this.#insert(start, end);
    this.#remember(start, end);
  }

  /** The stream is complete up to `nextExpected`; returns up to where it is once the ranges that touch are taken in. */
  absorb(nextExpected: number): number {
    let reached = nextExpected;
    let taken = 0;
    for (const [start, end] of this.#ranges) {
      if (start > reached) break;
      reached = Math.max(reached, end);
      this.bytes -= end - start;
      taken++;
    }
    if (taken > 0) this.#ranges.splice(0, taken);
    this.#forget(reached);
    return reached;
  }

  #insert(start: number, end: number): void {
    const index = this.#ranges.findIndex(([from, to]) => from > end || start <= to);
    if (index === -1) {
      this.#ranges.push([start, end]);
      return;
    }
    const range = this.#ranges[index]!;
    if (range[0] > end) {
      this.#ranges.splice(index, 0, [start, end]);
      return;
    }
    range[0] = Math.min(range[0], start);
    range[1] = Math.max(range[1], end);
    const next = this.#ranges[index + 1];
    if (next !== undefined && next[0] <= range[1]) {
      range[1] = Math.max(range[1], next[1]);
      this.#ranges.splice(index + 1, 1);
    }
  }

  /** What is complete needs no report. */
  #forget(reached: number): void {
    const recent = this.#recent;
    let kept = 0;
    for (const block of recent) if (block[1] > reached) recent[kept++] = block;
    while (recent.length > kept) recent.pop();
  }

  #remember(start: number, end: number): void {
    const recent = this.#recent;
    let from = start;
    let to = end;
    let apart = 0;
    for (const block of recent) {
      if (block[1] < from || block[0] > to) {
        recent[apart++] = block;
      } else {
        from = Math.min(from, block[0]);
        to = Math.max(to, block[1]);
      }
    }
    while (recent.length > Math.min(apart, MAX_REMEMBERED_BLOCKS - 1)) recent.pop();
    const newest: SackBlock = [from, to];
    recent.push(newest);
    for (let index = recent.length - 1; index > 0; index--) recent[index] = recent[index - 1]!;
    recent[0] = newest;
  }
}
