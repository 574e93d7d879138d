import { InvariantError } from '../errors.ts';

/**
 * Counts events, and sees that not too many happen at one instant: then a run is going round in circles. Half-way to the
 * limit it begins to count by kind, to be able to say which ones repeat.
 */
export class InstantGuard {
  readonly #limit: number;
  readonly #half: number;
  /** Events at this instant, and at how many there is something to do. */
  #events = 0;
  #nextLook: number;
  readonly #byKind: number[] = [];
  #byKindBefore: readonly number[] = [];

  constructor(limit: number) {
    this.#limit = limit;
    this.#half = Math.floor(limit / 2);
    this.#nextLook = this.#half;
  }

  /** A kind more, numbered after those before. */
  addKind(): void {
    this.#byKind.push(0);
  }

  /** The clock has moved on. */
  newInstant(): void {
    this.#events = 0;
    this.#nextLook = this.#half;
  }

  /** An event of the kind happens at `nowMs`. Throws when it is one too many; `names` are those of all kinds. */
  count(kind: number, names: readonly string[], nowMs: number): void {
    this.#byKind[kind]! += 1;
    this.#events += 1;
    if (this.#events > this.#nextLook) this.#look(names, nowMs);
  }

  #look(names: readonly string[], nowMs: number): void {
    if (this.#events <= this.#limit) {
      this.#byKindBefore = this.#byKind.slice();
      this.#nextLook = this.#limit;
      return;
    }
    const repeating = names
      .map((name, kind) => ({ name, count: this.#byKind[kind]! - (this.#byKindBefore[kind] ?? 0) }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count)
      .map(({ name, count }) => `${name} (${count})`);
    throw new InvariantError(
      `more than ${this.#limit} events at ${nowMs} ms; the latest are ${repeating.join(', ')}`,
    );
  }
}
