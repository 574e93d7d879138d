/** Most columns of a row (chosen). */
export const MAX_COLUMNS = 1024;

const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** No byte is. */
const NEVER = -1;
const SPACE = 0x20;
const TAB = 0x09;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const PLAIN_DECIMAL = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/;
/** A double holds that many digits exactly, and the powers of ten up to 12 times the divisor of any unit. */
const MAX_EXACT_DIGITS = 15;
const MAX_EXACT_DECIMALS = 12;
const POWERS_OF_TEN = Float64Array.from({ length: MAX_EXACT_DECIMALS + 1 }, (_, power) => 10 ** power);

/** Value of a field = its number × multiply / divide: a unit, in whole numbers, so that 0.07 vCPU are 70 millicores. */
export interface Unit {
  readonly multiply: number;
  /** At most 1024. */
  readonly divide: number;
}

/**
 * One row of a text file as fields over its bytes. A reader fills and hands out the same object for every row; it is
 * valid during the call. Field indexes count from 0.
 */
export class FieldRow {
  bytes: Buffer = Buffer.alloc(0);
  /** Number of the (first) line of the row. */
  line = 0;
  start = 0;
  end = 0;
  /** Number of fields; one more than `MAX_COLUMNS` when there are too many. */
  count = 0;
  readonly starts = new Int32Array(MAX_COLUMNS + 1);
  readonly ends = new Int32Array(MAX_COLUMNS + 1);

  /** Fields between commas; nothing is quoted. */
  splitAtCommas(bytes: Buffer, start: number, end: number, line: number): void {
    this.#split(bytes, start, end, line, NEVER);
  }

  /**
   * The same for the line that begins at `start`, whose end it finds on the way: answers where its line feed is, or
   * the end of the bytes. A carriage return before the line feed belongs to neither.
   */
  splitLine(bytes: Buffer, start: number, line: number): number {
    return this.#split(bytes, start, bytes.length, line, LINE_FEED);
  }

  #split(bytes: Buffer, start: number, end: number, line: number, stopAt: number): number {
    const { starts, ends } = this;
    let count = 0;
    let at = start;
    starts[0] = start;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      // Most bytes are digits and letters.
      if (byte > COMMA) continue;
      if (byte === COMMA) {
        ends[count] = at;
        if (count < MAX_COLUMNS) count += 1;
        starts[count] = at + 1;
      } else if (byte === stopAt) break;
    }
    const last = stopAt === LINE_FEED && at > start && bytes[at - 1] === CARRIAGE_RETURN ? at - 1 : at;
    ends[count] = last;
    this.#begin(bytes, start, last, line);
    this.count = count + 1;
    return at;
  }

  /** Fields between runs of blanks. A blank line has no fields. */
  splitAtBlanks(bytes: Buffer, start: number, end: number, line: number): void {
    this.#begin(bytes, start, end, line);
    const { starts, ends } = this;
    let count = 0;
    let at = start;
    while (count <= MAX_COLUMNS) {
      while (at < end && isBlank(bytes[at]!)) at += 1;
      if (at === end) break;
      starts[count] = at;
      while (at < end && !isBlank(bytes[at]!)) at += 1;
      ends[count] = at;
      count += 1;
    }
    this.count = count;
  }

  /** Fields as another reader found them. */
  fill(fields: readonly string[], line: number): void {
    this.bytes = Buffer.from(fields.join(','));
    this.line = line;
    this.start = 0;
    this.end = this.bytes.length;
    this.count = Math.min(fields.length, MAX_COLUMNS + 1);
    let at = 0;
    for (let field = 0; field < this.count; field++) {
      this.starts[field] = at;
      at += Buffer.byteLength(fields[field]!);
      this.ends[field] = at;
      at += 1;
    }
  }

  /** Nothing there but blanks? */
  isEmpty(field: number): boolean {
    for (let at = this.starts[field]!; at < this.ends[field]!; at++) {
      if (!isBlank(this.bytes[at]!)) return false;
    }
    return true;
  }

  /** The text without the blanks around it. */
  text(field: number): string {
    return this.bytes.toString('utf8', this.starts[field]!, this.ends[field]!).trim();
  }

  texts(): string[] {
    return Array.from({ length: this.count }, (_, field) => this.text(field));
  }

  /**
   * A plain decimal number in a unit, rounded once to the nearest double; NaN for any other text. An exponent is
   * allowed; signs other than minus, hexadecimal, separators, names of infinities are not.
   */
  number(field: number, { multiply, divide }: Unit): number {
    const { bytes } = this;
    let at = this.starts[field]!;
    let end = this.ends[field]!;
    while (at < end && isBlank(bytes[at]!)) at += 1;
    while (end > at && isBlank(bytes[end - 1]!)) end -= 1;
    const isNegative = bytes[at] === MINUS && at < end;
    if (isNegative) at += 1;
    const firstDigit = at;
    let mantissa = 0;
    let pointAt = -1;
    for (; at < end; at++) {
      const digit = bytes[at]! - ZERO;
      if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
      else if (bytes[at] === POINT && pointAt < 0 && at > firstDigit) pointAt = at;
      else return this.#longNumber(field, multiply, divide);
    }
    const decimals = pointAt < 0 ? 0 : end - pointAt - 1;
    const isExact = end - firstDigit <= MAX_EXACT_DIGITS && decimals <= MAX_EXACT_DECIMALS;
    const scaled = mantissa * multiply;
    if (!isExact || end === firstDigit || pointAt === end - 1 || scaled > Number.MAX_SAFE_INTEGER) {
      return this.#longNumber(field, multiply, divide);
    }
    const value = scaled / (POWERS_OF_TEN[decimals]! * divide);
    return isNegative ? 0 - value : value;
  }

  /** A decimal that is too long for exact arithmetic or has an exponent, else NaN. */
  #longNumber(field: number, multiply: number, divide: number): number {
    const text = this.text(field);
    if (!PLAIN_DECIMAL.test(text)) return Number.NaN;
    const value = (Number(text) * multiply) / divide;
    return Number.isFinite(value) ? value : Number.NaN;
  }

  #begin(bytes: Buffer, start: number, end: number, line: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.line = line;
  }
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}
