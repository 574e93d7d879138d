/** Whole numbers from 0 to 2^32 - 1. */
type Words = Uint16Array | Uint32Array | Int32Array;

const WORD = 2 ** 32;
const DIGIT_BITS = 11;
const BUCKETS = 2 ** DIGIT_BITS;

/** Row numbers in order of (value, row number). Values are whole numbers from 0 to 2^53. O(rows); see `orderByWords`. */
export function stableOrder(values: Float64Array): Uint32Array {
  const low = new Uint32Array(values.length);
  const high = new Uint32Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    const upper = Math.floor(value / WORD);
    low[row] = value - upper * WORD;
    high[row] = upper;
  }
  return orderByWords([low, high]);
}

/**
 * Row numbers in order of (last word, ..., first word, row number); a column for each word, none negative. A radix sort,
 * lowest digit first: each pass keeps the order of the one before among equals, and a word takes no more passes than
 * its largest value has digits. Nothing is compared, and no function called for each pair.
 */
export function orderByWords(columns: readonly Words[]): Uint32Array {
  const rows = columns[0]!.length;
  let order = new Uint32Array(rows);
  let next = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) order[row] = row;
  for (const words of columns) {
    const largest = largestOf(words);
    for (let shift = 0; shift < 32 && largest >>> shift > 0; shift += DIGIT_BITS) {
      distribute(words, shift, order, next);
      [order, next] = [next, order];
    }
  }
  return order;
}

function largestOf(words: Words): number {
  let largest = 0;
  for (let row = 0; row < words.length; row++) if (words[row]! > largest) largest = words[row]!;
  return largest;
}

/** Puts the rows of `from` into `into` by one digit of their words, rows with the same digit in the order they had. */
function distribute(words: Words, shift: number, from: Uint32Array, into: Uint32Array): void {
  const places = new Uint32Array(BUCKETS);
  for (let row = 0; row < words.length; row++) {
    const digit = (words[row]! >>> shift) & (BUCKETS - 1);
    places[digit] = places[digit]! + 1;
  }
  let place = 0;
  for (let digit = 0; digit < BUCKETS; digit++) {
    const rows = places[digit]!;
    places[digit] = place;
    place += rows;
  }
  for (let at = 0; at < from.length; at++) {
    const row = from[at]!;
    const digit = (words[row]! >>> shift) & (BUCKETS - 1);
    into[places[digit]!] = row;
    places[digit] = places[digit]! + 1;
  }
}
