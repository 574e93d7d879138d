/** Most columns of a row (chosen). */
export const MAX_COLUMNS = 1024;

const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
/** In `#decimals`: what number the field is, if any, is for its bytes to say. */
const UNREAD = -1;
const PLAIN_DECIMAL = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/;
/** A double holds that many digits exactly, and the powers of ten up to 12 times the divisor of any unit. */
const MAX_EXACT_DIGITS = 15;
const MAX_EXACT_DECIMALS = 12;
export const POWERS_OF_TEN = Float64Array.from({ length: MAX_EXACT_DECIMALS + 1 }, (_, power) => 10 ** power);

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
  /** The digits of a field as one whole number, whatever the point among them. */
  readonly digits = new Float64Array(MAX_COLUMNS + 1);
  /** How many of them stand behind the point; `UNREAD` when there is more to the field than digits and one point. */
  readonly decimals = new Int8Array(MAX_COLUMNS + 1).fill(UNREAD);

  /**
   * Fields between the commas of the line that begins at `start`; nothing is quoted. Answers where the line feed is, or
   * the end of the bytes; a carriage return before it belongs to neither. Digits are read on the way, whether anybody
   * will ask for them or not: they have to be passed over in any case.
   */
  splitLine(bytes: Buffer, start: number, line: number): number {
    const { starts, ends, digits, decimals } = this;
    const { length } = bytes;
    let count = 0;
    let at = start;
    for (;;) {
      let number = 0;
      let byte = LINE_FEED;
      starts[count] = at;
      while (at < length) {
        byte = bytes[at]!;
        if (byte < ZERO || byte > NINE) break;
        number = number * 10 + (byte - ZERO);
        at += 1;
      }
      digits[count] = number;
      decimals[count] = 0;
      if (byte !== COMMA && byte !== LINE_FEED && at < length) {
        decimals[count] = byte === POINT ? this.#readDecimals(bytes, at + 1, count) : UNREAD;
        for (at += 1; at < length; at++) {
          byte = bytes[at]!;
          // Most bytes are letters and digits.
          if (byte <= COMMA && (byte === COMMA || byte === LINE_FEED)) break;
        }
      }
      ends[count] = at;
      if (byte !== COMMA || at === length) break;
      if (count < MAX_COLUMNS) count += 1;
      at += 1;
    }
    const end = at > start && bytes[at - 1] === CARRIAGE_RETURN ? at - 1 : at;
    ends[count] = end;
    this.#place(bytes, start, end, line);
    this.count = count + 1;
    return at;
  }

  /** Goes on behind the point of a field with digits before it. Answers their number, or `UNREAD`. */
  #readDecimals(bytes: Buffer, start: number, field: number): number {
    let number = this.digits[field]!;
    let at = start;
    let byte = COMMA;
    for (; at < bytes.length; at++) {
      byte = bytes[at]!;
      if (byte < ZERO || byte > NINE) break;
      number = number * 10 + (byte - ZERO);
    }
    this.digits[field] = number;
    const decimals = at - start;
    const isOver = byte === COMMA || byte === LINE_FEED || at === bytes.length;
    const isPlain = isOver && decimals > 0 && start - this.starts[field]! > 1;
    return isPlain && decimals <= MAX_EXACT_DECIMALS ? decimals : UNREAD;
  }

  /** Fields between runs of blanks. A blank line has no fields. */
  splitAtBlanks(bytes: Buffer, start: number, end: number, line: number): void {
    this.#place(bytes, start, end, line);
    const { starts, ends } = this;
    let count = 0;
    let at = start;
    while (count <= MAX_COLUMNS) {
      while (at < end && isBlank(bytes[at]!)) at += 1;
      if (at === end) break;
      starts[count] = at;
      while (at < end && !isBlank(bytes[at]!)) at += 1;
      ends[count] = at;
      this.decimals[count] = UNREAD;
      count += 1;
    }
    this.count = count;
  }

  /** Fields as another reader found them. */
  fill(fields: readonly string[], line: number): void {
    const bytes = Buffer.from(fields.join(','));
    this.#place(bytes, 0, bytes.length, line);
    this.count = Math.min(fields.length, MAX_COLUMNS + 1);
    let at = 0;
    for (let field = 0; field < this.count; field++) {
      this.starts[field] = at;
      at += Buffer.byteLength(fields[field]!);
      this.ends[field] = at;
      this.decimals[field] = UNREAD;
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
    const decimals = this.decimals[field]!;
    const scaled = this.digits[field]! * multiply;
    if (isPlain(decimals, this.ends[field]! - this.starts[field]!, scaled)) {
      return scaled / (POWERS_OF_TEN[decimals]! * divide);
    }
    return this.#parse(field, multiply, divide);
  }

  #parse(field: number, multiply: number, divide: number): number {
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

  #place(bytes: Buffer, start: number, end: number, line: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.line = line;
  }
}

/** Is a field of so many digits behind its point and so many bytes exact in doubles, with the factor of its unit? */
export function isPlain(decimals: number, length: number, scaled: number): boolean {
  return decimals !== UNREAD && length > 0 && length <= MAX_EXACT_DIGITS && scaled <= Number.MAX_SAFE_INTEGER;
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB;
}
