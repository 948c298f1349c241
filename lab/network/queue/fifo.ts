const FIRST_CAPACITY = 16;

/** First in, first out in a ring that doubles when full: O(1) per item, and nothing taken out is kept alive. */
export class Fifo<T> {
  #items: (T | undefined)[] = new Array<T | undefined>(FIRST_CAPACITY).fill(undefined);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    if (this.#length === this.#items.length) this.#grow();
    this.#items[(this.#head + this.#length) & (this.#items.length - 1)] = item;
    this.#length++;
  }

  peek(): T | undefined {
    return this.#items[this.#head];
  }

  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#items.length - 1);
    this.#length--;
    return item;
  }

  /** The capacity stays a power of two, so that a mask does for a remainder. */
  #grow(): void {
    const old = this.#items;
    this.#items = new Array<T | undefined>(2 * old.length).fill(undefined);
    for (let index = 0; index < old.length; index++) {
      this.#items[index] = old[(this.#head + index) & (old.length - 1)];
    }
    this.#head = 0;
  }
}
