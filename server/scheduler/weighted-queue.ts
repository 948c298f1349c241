/** One of several that share what there is to send by weight. */
export interface Share {
  /** Settles a tie: the lower goes first. */
  readonly streamId: number;
  weight: number;
  /** Bytes served, over the weight. */
  virtualTime: number;
  /** Where it stands in its queue's heap; -1: in none. The queue keeps it. */
  position: number;
}

/**
 * Weighted fair queueing: the member that has had least for its weight goes next. A heap, so that a choice among
 * thousands costs a few comparisons; only members that are not ready cost more.
 */
export class WeightedQueue<Member extends Share> {
  readonly #heap: Member[] = [];
  /** Virtual time of the last service: where a newcomer starts, for it may not claim the past. */
  #clock = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** The first member, whether ready or not. */
  get first(): Member | undefined {
    return this.#heap[0];
  }

  add(member: Member): void {
    member.virtualTime = this.#clock;
    member.position = this.#heap.length;
    this.#heap.push(member);
    this.#rise(member);
  }

  remove(member: Member): void {
    const last = this.#heap.pop()!;
    if (last !== member) {
      this.#place(last, member.position);
      this.#rise(last);
      this.#sink(last);
    }
    member.position = -1;
  }

  served(member: Member, bytes: number): void {
    this.#clock = Math.max(this.#clock, member.virtualTime);
    member.virtualTime += bytes / member.weight;
    this.#sink(member);
  }

  /** What `probe` finds in the first member, by turn, in which it finds something. */
  find<Found>(probe: (member: Member) => Found | undefined): Found | undefined {
    let best: Member | undefined;
    let found: Found | undefined;
    const visit = (position: number): void => {
      const member = this.#heap[position];
      // Whatever stands below in the heap comes later still.
      if (member === undefined || (best !== undefined && precedes(best, member))) return;
      const here = probe(member);
      if (here !== undefined) {
        best = member;
        found = here;
        return;
      }
      visit(2 * position + 1);
      visit(2 * position + 2);
    };
    visit(0);
    return found;
  }

  #rise(member: Member): void {
    while (member.position > 0) {
      const above = this.#heap[(member.position - 1) >> 1]!;
      if (!precedes(member, above)) return;
      this.#swap(member, above);
    }
  }

  #sink(member: Member): void {
    for (;;) {
      const left = this.#heap[2 * member.position + 1];
      const right = this.#heap[2 * member.position + 2];
      if (left === undefined) return;
      const below = right !== undefined && precedes(right, left) ? right : left;
      if (!precedes(below, member)) return;
      this.#swap(member, below);
    }
  }

  #swap(a: Member, b: Member): void {
    const { position } = a;
    this.#place(a, b.position);
    this.#place(b, position);
  }

  #place(member: Member, position: number): void {
    member.position = position;
    this.#heap[position] = member;
  }
}

function precedes(a: Share, b: Share): boolean {
  return a.virtualTime < b.virtualTime || (a.virtualTime === b.virtualTime && a.streamId < b.streamId);
}
