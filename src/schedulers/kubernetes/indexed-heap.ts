/** What can be put into heaps, into one at a time. */
export interface HeapItem {
  /** Where it is in its heap; written by that heap alone, and means nothing outside. */
  heapPosition: number;
}

/**
 * A binary heap that finds its items again. It moves items exactly as Go's container/heap does, with the index that
 * kube-scheduler puts around it: where two items tie, the shape of the heap decides which comes out first, and so it
 * must be the same shape.
 * Source: go1.26 container/heap/heap.go, kubernetes v1.36.2 pkg/scheduler/backend/heap/heap.go
 */
export class IndexedHeap<T extends HeapItem> {
  readonly #goesFirst: (a: T, b: T) => boolean;
  readonly #items: T[] = [];

  /** `goesFirst(a, b)`: a strictly before b. What it reads of an item must not change while the item is in here. */
  constructor(goesFirst: (a: T, b: T) => boolean) {
    this.#goesFirst = goesFirst;
  }

  get size(): number {
    return this.#items.length;
  }

  has(item: T): boolean {
    return this.#items[item.heapPosition] === item;
  }

  /** The item that `pop` would give, undefined when there is none. */
  peek(): T | undefined {
    return this.#items[0];
  }

  /** O(log n). The item must not be in a heap yet. */
  push(item: T): void {
    item.heapPosition = this.#items.length;
    this.#items.push(item);
    this.#up(this.#items.length - 1);
  }

  /** Takes the first item out, O(log n); undefined when there is none. */
  pop(): T | undefined {
    const first = this.#items[0];
    if (first !== undefined) this.remove(first);
    return first;
  }

  /** False when the item is not in here. O(log n). */
  remove(item: T): boolean {
    if (!this.has(item)) return false;
    const at = item.heapPosition;
    const last = this.#items.length - 1;
    if (at !== last) this.#swap(at, last);
    this.#items.pop();
    item.heapPosition = -1;
    if (at !== last && !this.#down(at)) this.#up(at);
    return true;
  }

  /** All items, in no promised order. */
  [Symbol.iterator](): Iterator<T> {
    return this.#items[Symbol.iterator]();
  }

  #up(start: number): void {
    let child = start;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#goesFirst(this.#items[child]!, this.#items[parent]!)) return;
      this.#swap(parent, child);
      child = parent;
    }
  }

  /** True when the item moved. */
  #down(start: number): boolean {
    const items = this.#items;
    let parent = start;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= items.length) break;
      if (child + 1 < items.length && this.#goesFirst(items[child + 1]!, items[child]!)) child += 1;
      if (!this.#goesFirst(items[child]!, items[parent]!)) break;
      this.#swap(parent, child);
      parent = child;
    }
    return parent > start;
  }

  #swap(a: number, b: number): void {
    const items = this.#items;
    const itemA = items[a]!;
    const itemB = items[b]!;
    items[a] = itemB;
    items[b] = itemA;
    itemB.heapPosition = a;
    itemA.heapPosition = b;
  }
}
