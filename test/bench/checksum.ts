const MODULUS = 2 ** 31 - 1;

/** h ← (31·h + value + 1) mod (2³¹−1) over whole numbers in order: two answers that differ anywhere differ here. */
export class Checksum {
  #hash = 0;

  add(value: number): void {
    this.#hash = (31 * this.#hash + value + 1) % MODULUS;
  }

  get text(): string {
    return String(this.#hash);
  }
}
