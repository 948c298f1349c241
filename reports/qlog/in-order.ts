/** How far a stream is complete, while its segments come with holes and twice. */
export class InOrder {
  #reached = 0;
  /** Beyond a hole: start → end. */
  readonly #held = new Map<number, number>();

  /** Of [start, end); returns the offset up to which nothing is missing. */
  add(start: number, end: number): number {
    this.#held.set(start, Math.max(end, this.#held.get(start) ?? 0));
    for (let moved = true; moved;) {
      moved = false;
      for (const [from, to] of this.#held) {
        if (from > this.#reached) continue;
        this.#held.delete(from);
        if (to > this.#reached) this.#reached = to;
        moved = true;
      }
    }
    return this.#reached;
  }
}
