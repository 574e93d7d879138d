import { InputError } from '../../errors.ts';
import { fileBytes } from '../gzip.ts';
import type { OnRead } from './offer-csv.ts';

/** Where a record stands, from 1; columns count bytes, for such files are ASCII. */
export interface RecordPlace {
  readonly line: number;
  readonly column: number;
}

/** A part of a document that was asked for: the keys that lead to it, `[]` for elements of arrays. */
export interface FoundRecord extends RecordPlace {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Keys that lead to records; `*` is any key, `[]` any element of an array. */
export type RecordPattern = readonly string[];

/** Longest record, in bytes, and deepest nesting (chosen). */
const MAX_RECORD_BYTES = 2 ** 24;
const MAX_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const LINE_FEED = 0x0a;
const SPACE = 0x20;

/**
 * Reads a JSON document of any size, packed or not, and calls `visit` for each part of it that one of the patterns
 * leads to, in order. Only these are parsed; what lies between is skipped by its brackets and quotes. Memory holds one
 * record at a time. Errors: those of `fileBytes`, E3001 with line and column for what is no JSON, E3005 for a record of
 * more than 16 MiB.
 */
export async function readJsonRecords(
  file: string,
  patterns: readonly RecordPattern[],
  visit: (record: FoundRecord) => void,
  onRead: OnRead,
): Promise<void> {
  const walker = new JsonWalker(file, patterns, visit);
  let bytesRead = 0;
  for await (const chunk of fileBytes(file)) {
    walker.push(chunk);
    bytesRead += chunk.length;
    onRead(bytesRead);
  }
  walker.end();
}

class JsonWalker {
  readonly #file: string;
  readonly #patterns: readonly RecordPattern[];
  readonly #visit: (record: FoundRecord) => void;
  /** By depth: is the container an array, and the key of the value that is being read. */
  readonly #isArray: boolean[] = [];
  readonly #keys: string[] = [];
  #state: 'value' | 'key' | 'colon' | 'next' | 'string' | 'scalar' | 'done' = 'value';
  /** After the string: it was a key, or a value. */
  #stringIsKey = false;
  #isEscaped = false;
  #line = 1;
  /** Offset, in all bytes read, of the first byte of the line. */
  #lineStart = 0;
  #chunkStart = 0;
  /** Bytes that are being collected: a record, or a key. Null: none. */
  #collected: Buffer[] | null = null;
  #collectedBytes = 0;
  #collectFrom = 0;
  #recordDepth = -1;
  #place: RecordPlace = { line: 1, column: 1 };

  constructor(file: string, patterns: readonly RecordPattern[], visit: (record: FoundRecord) => void) {
    this.#file = file;
    this.#patterns = patterns;
    this.#visit = visit;
  }

  /** Takes the next bytes of the document. */
  push(bytes: Buffer): void {
    this.#collectFrom = 0;
    let at = this.#chunkStart === 0 && bytes[0] === 0xef ? 3 : 0;
    for (; at < bytes.length; at++) {
      if (this.#state === 'string') {
        at = this.#skipString(bytes, at);
        if (at < bytes.length) this.#endString(bytes, at);
        continue;
      }
      const byte = bytes[at]!;
      if (this.#state === 'scalar') {
        if (byte !== COMMA && byte !== CLOSE_OBJECT && byte !== CLOSE_ARRAY && byte > SPACE) continue;
        this.#endValue(bytes, at);
      }
      if (byte === LINE_FEED) {
        this.#line += 1;
        this.#lineStart = this.#chunkStart + at + 1;
      }
      if (byte > SPACE) this.#token(byte, bytes, at);
    }
    this.#keep(bytes, bytes.length);
    this.#chunkStart += bytes.length;
  }

  /** The document is over. */
  end(): void {
    if (this.#state === 'scalar' && this.#keys.length === 0) this.#state = 'done';
    if (this.#state !== 'done') throw this.#fault('The document ends too early', 0);
  }

  #token(byte: number, bytes: Buffer, at: number): void {
    switch (byte) {
      case QUOTE:
        this.#startString(at);
        return;
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        this.#require(this.#state === 'value', at);
        this.#startValue(at);
        this.#require(this.#keys.length < MAX_DEPTH, at);
        this.#isArray.push(byte === OPEN_ARRAY);
        this.#keys.push(byte === OPEN_ARRAY ? '[]' : '');
        this.#state = byte === OPEN_ARRAY ? 'value' : 'key';
        return;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY: {
        const isArray = byte === CLOSE_ARRAY;
        // An empty container closes where a key or a value might have stood.
        const mayClose = this.#state === 'next' || this.#state === (isArray ? 'value' : 'key');
        this.#require(mayClose && this.#isArray.at(-1) === isArray, at);
        this.#isArray.pop();
        this.#keys.pop();
        this.#endValue(bytes, at + 1);
        return;
      }
      case COMMA:
        this.#require(this.#state === 'next', at);
        this.#state = this.#isArray.at(-1) === true ? 'value' : 'key';
        return;
      case COLON:
        this.#require(this.#state === 'colon', at);
        this.#state = 'value';
        return;
      default:
        this.#require(this.#state === 'value', at);
        this.#startValue(at);
        this.#state = 'scalar';
    }
  }

  /** The closing quote, or the end of the chunk. */
  #skipString(bytes: Buffer, from: number): number {
    const { length } = bytes;
    let at = from;
    if (this.#isEscaped && at < length) {
      this.#isEscaped = false;
      at += 1;
    }
    while (at < length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
    if (at <= length) return at;
    // The escaped character is the first of the next chunk.
    this.#isEscaped = true;
    return length;
  }

  #startString(at: number): void {
    this.#require(this.#state === 'key' || this.#state === 'value', at);
    this.#stringIsKey = this.#state === 'key';
    if (!this.#stringIsKey) this.#startValue(at);
    else if (this.#recordDepth < 0) this.#collect(at);
    this.#state = 'string';
  }

  #endString(bytes: Buffer, at: number): void {
    if (!this.#stringIsKey) {
      this.#endValue(bytes, at + 1);
      return;
    }
    this.#state = 'colon';
    if (this.#recordDepth < 0) this.#keys[this.#keys.length - 1] = String(this.#parse(bytes, at + 1));
  }

  #startValue(at: number): void {
    if (this.#recordDepth >= 0 || !this.#patterns.some((pattern) => this.#isAt(pattern))) return;
    this.#recordDepth = this.#keys.length;
    this.#place = this.#placeOf(at);
    this.#collect(at);
  }

  /** A value ended before byte `end`: a record is whole when it was its own. */
  #endValue(bytes: Buffer, end: number): void {
    this.#state = this.#keys.length === 0 ? 'done' : 'next';
    if (this.#recordDepth !== this.#keys.length) return;
    this.#recordDepth = -1;
    this.#visit({ ...this.#place, path: [...this.#keys], value: this.#parse(bytes, end) });
  }

  #isAt(pattern: RecordPattern): boolean {
    return (
      pattern.length === this.#keys.length &&
      pattern.every((key, depth) =>
        key === '*' ? this.#isArray[depth] === false : key === this.#keys[depth],
      )
    );
  }

  #collect(from: number): void {
    this.#collected = [];
    this.#collectedBytes = 0;
    this.#collectFrom = from;
  }

  /** Puts the collected bytes before `end` aside: the chunk is about to go. */
  #keep(bytes: Buffer, end: number): void {
    if (this.#collected === null) return;
    const part = Buffer.from(bytes.subarray(this.#collectFrom, end));
    this.#collectedBytes += part.length;
    if (this.#collectedBytes > MAX_RECORD_BYTES) {
      throw this.#error('E3005', `The record is longer than ${MAX_RECORD_BYTES} bytes`, this.#place);
    }
    this.#collected.push(part);
  }

  #parse(bytes: Buffer, end: number): unknown {
    const text = this.#collectedText(bytes, end);
    this.#collected = null;
    try {
      return JSON.parse(text);
    } catch {
      throw this.#error('E3001', 'Cannot read the record: it is no JSON', this.#place);
    }
  }

  /** Most records lie within one chunk. */
  #collectedText(bytes: Buffer, end: number): string {
    if (this.#collected?.length === 0) return bytes.toString('utf8', this.#collectFrom, end);
    this.#keep(bytes, end);
    return Buffer.concat(this.#collected ?? []).toString('utf8');
  }

  #placeOf(at: number): RecordPlace {
    return { line: this.#line, column: this.#chunkStart + at - this.#lineStart + 1 };
  }

  #require(condition: boolean, at: number): void {
    if (!condition) throw this.#fault('Cannot read the document: it is no JSON', at);
  }

  #fault(message: string, at: number): InputError {
    return this.#error('E3001', message, this.#placeOf(at));
  }

  #error(code: 'E3001' | 'E3005', message: string, { line, column }: RecordPlace): InputError {
    const position = { file: this.#file, line, column: Math.max(1, column), length: 1 };
    return new InputError([{ severity: 'error', code, message, position }]);
  }
}
