import { assert } from '../../errors.ts';

/** Rounds of the network; four are the least that mix every half into every other one. */
export const PERMUTATION_KEYS = 8;

/**
 * A random order of 0 … n-1 that is never written down: a function from a place to the number that stands there. A
 * Feistel network permutes the powers of four above n; a result beyond n is permuted again until it lies below, at most
 * four times on average (J. Black, P. Rogaway, Ciphers with arbitrary finite domains, CT-RSA 2002). `n` from 1 to 2^30;
 * `keys` are `PERMUTATION_KEYS` random 32-bit integers and decide the order.
 */
export function permutation(n: number, keys: readonly number[]): (place: number) => number {
  assert(Number.isInteger(n) && n >= 1 && n <= 2 ** 30, 'a permutation is of 1 to 2^30 numbers');
  let halfBits = 1;
  while (4 ** halfBits < n) halfBits += 1;
  const mask = 2 ** halfBits - 1;
  return (place) => {
    assert(place >= 0 && place < n, 'a place of the permutation');
    let value = place;
    do {
      let left = value >>> halfBits;
      let right = value & mask;
      for (const key of keys) [left, right] = [right, left ^ (mixed(right ^ key) & mask)];
      value = ((left << halfBits) | right) >>> 0;
    } while (value >= n);
    return value;
  };
}

/** The finaliser of MurmurHash3 (A. Appleby, public domain): every bit of the input reaches every bit of the output. */
function mixed(word: number): number {
  let hash = word;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
