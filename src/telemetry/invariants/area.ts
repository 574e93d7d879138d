/** The exact area under a step function of time: ∫ count dt, in milliseconds. */
export class Area {
  #count = 0;
  #sinceMs = 0;
  #area = 0n;

  /** The count changes by `delta` at `timeMs`, which never goes back. */
  change(timeMs: number, delta: number): void {
    this.#area = this.at(timeMs);
    this.#sinceMs = timeMs;
    this.#count += delta;
  }

  /** The area up to `timeMs`. */
  at(timeMs: number): bigint {
    return this.#area + BigInt(this.#count) * BigInt(timeMs - this.#sinceMs);
  }
}
