import { assert } from '../errors.ts';

/** Texts that a log numbers; later ones are written out each time, so that memory stays flat on both sides. */
export const MOST_NUMBERED_TEXTS = 2 ** 16;

/** Seven bits in each: safe integers have 53, and null moves them up by one. */
const MOST_BYTES_OF_NUMBER = 8;

/** Half of a surrogate pair has no UTF-8. */
const HALF_A_PAIR = /\p{Surrogate}/u;

/**
 * Bytes of the binary event log, put into one buffer that is used again and again. Nothing is allocated but for texts
 * that are new, and where something is larger than the buffer.
 */
export class LogBytes {
  #bytes: Buffer;
  #at: number;
  readonly #start: number;
  /** Of texts that were written before, from 1 on. */
  readonly #numbers = new Map<string, number>();

  /** For `length` bytes at a time; `start` bytes before them are left to the caller. */
  constructor(length: number, start: number) {
    this.#bytes = Buffer.allocUnsafeSlow(start + length);
    this.#start = start;
    this.#at = start;
  }

  /** Bytes written since the last `clear`. */
  get length(): number {
    return this.#at - this.#start;
  }

  /** The bytes of the caller and what was written since the last `clear`. Valid until the next write. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  clear(): void {
    this.#at = this.#start;
  }

  byte(value: number): void {
    this.#makeRoom(1);
    this.#bytes[this.#at++] = value;
  }

  /** A whole number from 0 to 2^53: seven bits a byte, the lowest first, the highest bit set in all but the last. */
  count(value: number): void {
    this.#makeRoom(MOST_BYTES_OF_NUMBER);
    const bytes = this.#bytes;
    let at = this.#at;
    let rest = value;
    if (value >>> 0 === value) {
      while (rest > 127) {
        bytes[at++] = (rest & 127) | 128;
        rest >>>= 7;
      }
    } else {
      assert(value > 0 && value <= 2 ** 53 && Number.isInteger(value), 'a log counts in whole numbers');
      while (rest > 127) {
        bytes[at++] = (rest % 128) | 128;
        rest = Math.floor(rest / 128);
      }
    }
    bytes[at++] = rest;
    this.#at = at;
  }

  /** As `count`, and null. */
  countOrNull(value: number | null): void {
    this.count(value === null ? 0 : value + 1);
  }

  /** Any safe integer: sign and six bits in the first byte, then as `count`. */
  integer(value: number): void {
    assert(Number.isSafeInteger(value), 'a log holds whole numbers');
    const size = Math.abs(value);
    const sign = value < 0 ? 64 : 0;
    const isLong = size > 63;
    this.byte((size % 64) | sign | (isLong ? 128 : 0));
    if (isLong) this.count(Math.floor(size / 64));
  }

  /** A text that was there before is its number. Others are 0, how many bytes, and in which encoding: they get a number. */
  text(value: string): void {
    const number = this.#numbers.get(value);
    if (number !== undefined) {
      this.count(number);
      return;
    }
    if (this.#numbers.size < MOST_NUMBERED_TEXTS) this.#numbers.set(value, this.#numbers.size + 1);
    this.count(0);
    const encoding = HALF_A_PAIR.test(value) ? 'utf16le' : 'utf8';
    const length = Buffer.byteLength(value, encoding);
    this.count(2 * length + (encoding === 'utf8' ? 0 : 1));
    this.#makeRoom(length);
    this.#at += this.#bytes.write(value, this.#at, encoding);
  }

  #makeRoom(length: number): void {
    if (this.#at + length <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (this.#at + length));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
