import { assert } from '../errors.ts';

/** Id of "not there" in every interned column, so that a fresh column means "absent everywhere". */
export const ABSENT = 0;

/**
 * Strings to small integers and back; ids count from 1 in order of first appearance, 0 is `ABSENT`.
 * Names become numbers once, at the door; everything behind it compares integers.
 */
export class Interner {
  readonly #ids = new Map<string, number>();
  readonly #names: string[] = [''];

  /** The id of `name`, given on first sight. */
  id(name: string): number {
    let id = this.#ids.get(name);
    if (id === undefined) {
      id = this.#names.length;
      this.#ids.set(name, id);
      this.#names.push(name);
    }
    return id;
  }

  /** The id of `name` if it has been seen, else `ABSENT`. Never grows the table. */
  find(name: string): number {
    return this.#ids.get(name) ?? ABSENT;
  }

  name(id: number): string {
    const name = this.#names[id];
    assert(name !== undefined && id !== ABSENT, 'unknown interned id');
    return name;
  }

  /** One more than the largest id: the length of an array indexed by id. */
  get size(): number {
    return this.#names.length;
  }
}
