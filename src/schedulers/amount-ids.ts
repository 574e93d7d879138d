const NONE = -1;
const FIRST_PLACES = 64;

/**
 * Whole numbers, each with a small id given at first sight: 0, 1, 2, ... A hash table with open addressing over columns,
 * half full at most: the amounts that are free on instances are few, and asked for with every change of a task.
 */
export class AmountIds {
  /** By id. */
  amounts = new Float64Array(FIRST_PLACES / 2);
  count = 0;
  #places = new Int32Array(FIRST_PLACES).fill(NONE);
  #mask = FIRST_PLACES - 1;

  clear(): void {
    this.count = 0;
    this.#places.fill(NONE);
  }

  /** The id of the amount, or -1 when it has none. */
  find(amount: number): number {
    const places = this.#places;
    const mask = this.#mask;
    for (let place = hash(amount) & mask; ; place = (place + 1) & mask) {
      const id = places[place]!;
      if (id === NONE || this.amounts[id] === amount) return id;
    }
  }

  /** A new id for an amount that has none. */
  add(amount: number): number {
    const id = this.count++;
    if (id === this.amounts.length) this.#grow();
    this.amounts[id] = amount;
    this.#enter(id);
    return id;
  }

  get byteLength(): number {
    return this.amounts.byteLength + this.#places.byteLength;
  }

  #enter(id: number): void {
    let place = hash(this.amounts[id]!) & this.#mask;
    while (this.#places[place] !== NONE) place = (place + 1) & this.#mask;
    this.#places[place] = id;
  }

  #grow(): void {
    const amounts = new Float64Array(this.amounts.length * 2);
    amounts.set(this.amounts);
    this.amounts = amounts;
    this.#mask = amounts.length * 2 - 1;
    this.#places = new Int32Array(amounts.length * 2).fill(NONE);
    for (let id = 0; id < this.count - 1; id++) this.#enter(id);
  }
}

/** Amounts are often multiples of large powers of two, so their upper bits count as much as the lower ones. */
function hash(amount: number): number {
  const mixed = Math.imul(amount | 0, 0x9e3779b1) ^ Math.imul((amount / 2 ** 24) | 0, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
