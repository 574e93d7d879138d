import { createHash, type Hash } from 'node:crypto';
import { assert } from '../errors.ts';

const BLOCK_BYTES = 65_536;
const SHORT_TEXT = 64;
const encoder = new TextEncoder();

/** What a value begins with, so that no two different sequences of values have the same bytes. */
const TAG = { number: 1, text: 2, null: 3, row: 4 } as const;

/**
 * SHA-256 over a sequence of values, fed in blocks. Each value is framed: a tag, then for numbers the IEEE 754 bits
 * (little-endian), for texts the byte length and UTF-8. The same values in the same order give the same digest on
 * every machine; rows ('a', 'bc') and ('ab', 'c') do not.
 */
export class Fingerprint {
  readonly #hash: Hash = createHash('sha256');
  readonly #bytes = new Uint8Array(BLOCK_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  #used = 0;

  /** Any number but NaN. -0 counts as 0. */
  number(value: number): this {
    assert(!Number.isNaN(value), 'a fingerprint takes no NaN');
    this.#room(9);
    this.#view.setUint8(this.#used, TAG.number);
    this.#view.setFloat64(this.#used + 1, value + 0, true);
    this.#used += 9;
    return this;
  }

  text(value: string): this {
    if (this.#shortAscii(value)) return this;
    const bytes = encoder.encode(value);
    this.#room(5);
    this.#view.setUint8(this.#used, TAG.text);
    this.#view.setUint32(this.#used + 1, bytes.length, true);
    this.#used += 5;
    if (bytes.length > BLOCK_BYTES) {
      this.#flush();
      this.#hash.update(bytes);
    } else {
      this.#room(bytes.length);
      this.#bytes.set(bytes, this.#used);
      this.#used += bytes.length;
    }
    return this;
  }

  /** Most texts are words of a few letters, of which there are millions: nothing is made for them. */
  #shortAscii(value: string): boolean {
    const { length } = value;
    if (length > SHORT_TEXT) return false;
    this.#room(5 + length);
    const at = this.#used + 5;
    for (let index = 0; index < length; index++) {
      const code = value.charCodeAt(index);
      if (code > 127) return false;
      this.#bytes[at + index] = code;
    }
    this.#view.setUint8(this.#used, TAG.text);
    this.#view.setUint32(this.#used + 1, length, true);
    this.#used = at + length;
    return true;
  }

  /** A row of a table: its width, then each value. */
  row(values: readonly (number | string | null)[]): this {
    this.#room(5);
    this.#view.setUint8(this.#used, TAG.row);
    this.#view.setUint32(this.#used + 1, values.length, true);
    this.#used += 5;
    for (const value of values) {
      if (typeof value === 'number') this.number(value);
      else if (typeof value === 'string') this.text(value);
      else {
        this.#room(1);
        this.#view.setUint8(this.#used, TAG.null);
        this.#used += 1;
      }
    }
    return this;
  }

  /** 64 hexadecimal digits over everything so far. More may follow. */
  hex(): string {
    this.#flush();
    return this.#hash.copy().digest('hex');
  }

  #room(bytes: number): void {
    if (this.#used + bytes > BLOCK_BYTES) this.#flush();
  }

  #flush(): void {
    this.#hash.update(this.#bytes.subarray(0, this.#used));
    this.#used = 0;
  }
}

/**
 * SHA-256 over events, 16 bytes each: time (float64), kind (uint16), phase (uint16) and entity (int32), little-endian.
 * The fixed width needs no framing, and costs some ten nanoseconds an event.
 */
export class EventDigest {
  readonly #hash: Hash = createHash('sha256');
  readonly #bytes = new Uint8Array(BLOCK_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  #used = 0;

  add(timeMs: number, phase: number, kind: number, entity: number): void {
    const view = this.#view;
    const used = this.#used;
    view.setFloat64(used, timeMs, true);
    view.setUint32(used + 8, (phase << 16) | kind, true);
    view.setInt32(used + 12, entity, true);
    this.#used = used + 16;
    if (this.#used === BLOCK_BYTES) this.#flush();
  }

  /** 64 hexadecimal digits over everything so far. More may follow. */
  hex(): string {
    this.#flush();
    return this.#hash.copy().digest('hex');
  }

  #flush(): void {
    this.#hash.update(this.#bytes.subarray(0, this.#used));
    this.#used = 0;
  }
}

/** SHA-256 of the UTF-8 bytes of `text`, 64 hexadecimal digits. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
