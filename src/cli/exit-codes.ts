/** Exit codes: stable, documented in the README, tested as a process. */
export const EXIT = {
  success: 0,
  /** A bug in stowage: an unexpected error, or an invariant that does not hold. */
  internal: 1,
  /** Unknown command or flag, bad value. */
  usage: 2,
  /** The input does not validate. */
  invalidInput: 3,
  /** Cannot read or write, corrupt or foreign-version result. */
  files: 4,
  /** A check failed (`checks:`, `--check`, `--fail-on`). */
  checkFailed: 5,
  /** A comparison beyond `--fail-if`, or any difference with `--exit-code`. */
  differs: 6,
  /** Part of the runs of a sweep are missing, or have failed. What is there is kept. */
  incomplete: 7,
  /** A stored result cannot be made again. */
  notReproducible: 8,
  interrupted: 130,
  terminated: 143,
} as const;
