/**
 * A number for each slot, NaN and Infinity too. Of many runs all numbers are the same: as long as they are, there is no
 * column.
 */
export class UniformColumn {
  /** Empty while all slots have `#first`. */
  #values = new Float64Array(0);
  /** The value that was set first, and of every slot that has not been set. */
  #first = Number.NaN;
  #isUnset = true;

  get(slot: number): number {
    return slot < this.#values.length ? this.#values[slot]! : this.#first;
  }

  set(slot: number, value: number): void {
    if (this.#isUnset) {
      this.#isUnset = false;
      this.#first = value;
    }
    if (slot < this.#values.length) this.#values[slot] = value;
    else if (!Object.is(value, this.#first)) {
      this.#grow(slot);
      this.#values[slot] = value;
    }
  }

  get byteLength(): number {
    return this.#values.byteLength;
  }

  #grow(slot: number): void {
    const before = this.#values;
    this.#values = new Float64Array(Math.max(64, before.length * 2, slot + 1));
    this.#values.set(before);
    this.#values.fill(this.#first, before.length);
  }
}
