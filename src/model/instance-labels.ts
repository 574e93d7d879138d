import { grown } from './grown.ts';
import { ABSENT, type Interner } from './interner.ts';

/** Labels of instances: one column of interned values per key, indexed by instance slot; `ABSENT` where there is none. */
export class InstanceLabels {
  readonly #strings: Interner;
  readonly #columns = new Map<string, Int32Array>();
  #length = 0;

  constructor(strings: Interner) {
    this.#strings = strings;
  }

  /** Every key that any instance has had. */
  get keys(): Iterable<string> {
    return this.#columns.keys();
  }

  column(key: string): Int32Array | undefined {
    return this.#columns.get(key);
  }

  value(slot: number, key: string): string | undefined {
    const id = this.#columns.get(key)?.[slot] ?? ABSENT;
    return id === ABSENT ? undefined : this.#strings.name(id);
  }

  set(slot: number, key: string, value: string): void {
    let column = this.#columns.get(key);
    if (column === undefined) {
      column = new Int32Array(this.#length);
      this.#columns.set(key, column);
    }
    column[slot] = this.#strings.id(value);
  }

  clear(slot: number): void {
    for (const column of this.#columns.values()) column[slot] = ABSENT;
  }

  grow(slots: number): void {
    this.#length = slots;
    for (const [key, column] of this.#columns) this.#columns.set(key, grown(Int32Array, column, slots));
  }
}
