/** Bytes that are kept elsewhere than in memory. */
export interface Scratch {
  /** Puts the bytes behind all others; returns where they begin. */
  append(bytes: Uint8Array): number;
  /** Puts the bytes in the place of those from `at` on. */
  replace(bytes: Uint8Array, at: number): void;
  /** Fills `into` with the bytes from `at` on. */
  read(into: Uint8Array, at: number): void;
}

/** How many rows of one kind memory holds, a power of two, and where the others go. */
export interface Overflow {
  readonly memoryRows: number;
  open(): Scratch;
}
