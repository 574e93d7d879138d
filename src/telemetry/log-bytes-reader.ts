import { MOST_NUMBERED_TEXTS } from './log-bytes.ts';

/** Bytes that no writer has written. Caught where the file is known. */
export class LogDamage extends Error {
  /** Of the byte at which reading stopped, within the bytes that were given. */
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(reason);
    this.name = 'LogDamage';
    this.offset = offset;
  }
}

/** Reads back what `LogBytes` has written, part by part. Every method throws `LogDamage` at bytes that it cannot be. */
export class LogBytesReader {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  readonly #texts: string[] = [];

  /** Goes on with other bytes; texts keep their numbers. */
  open(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#at = 0;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.#at++] ?? this.fail('a record is cut off');
  }

  count(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (value > 2 ** 53) this.fail('a number is too large');
      if (byte < 128) return value;
      factor *= 128;
      if (factor > 2 ** 53) this.fail('a number is too long');
    }
  }

  countOrNull(): number | null {
    const value = this.count();
    return value === 0 ? null : value - 1;
  }

  integer(): number {
    const first = this.byte();
    const size = (first & 63) + (first < 128 ? 0 : 64 * this.count());
    if (size > Number.MAX_SAFE_INTEGER) this.fail('a number is too large');
    return (first & 64) === 0 ? size : -size;
  }

  /** A count less than `limit`. */
  below(limit: number): number {
    const value = this.count();
    return value < limit ? value : this.fail(`${value} stands where less than ${limit} was expected`);
  }

  text(): string {
    const number = this.count();
    if (number > 0) return this.#texts[number - 1] ?? this.fail(`there is no text ${number} yet`);
    const head = this.count();
    const length = Math.floor(head / 2);
    const end = this.#at + length;
    if (end > this.#bytes.length) this.fail('a text is cut off');
    const value = this.#bytes.toString(head % 2 === 0 ? 'utf8' : 'utf16le', this.#at, end);
    this.#at = end;
    if (this.#texts.length < MOST_NUMBERED_TEXTS) this.#texts.push(value);
    return value;
  }

  /** Says where the bytes are wrong, and in what. */
  fail(reason: string): never {
    throw new LogDamage(reason, Math.min(this.#at, this.#bytes.length));
  }
}
