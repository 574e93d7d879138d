import { crc32 } from 'node:zlib';
import { InputError } from '../errors.ts';
import {
  BINARY_LOG_MAGIC,
  BINARY_LOG_VERSION,
  BLOCK_HEAD_BYTES,
  TAG_KIND,
  TAG_NUMBER,
  TAG_TIME,
} from './binary-log.ts';
import { LogBytesReader, LogDamage } from './log-bytes-reader.ts';
import { type Codec, codecOf } from './log-codec.ts';
import { LOG_FORMAT, type LogRecord } from './log-record.ts';
import { RECORD_KINDS } from './log-schema.ts';

/** No writer fills a block with more, unless one record is larger; a length that is a lie must not be believed. */
const MOST_BLOCK_BYTES = 2 ** 28;

const READERS: readonly { readonly kind: LogRecord['kind']; readonly codec: Codec }[] = RECORD_KINDS.map(
  ({ kind, schema }) => ({ kind, codec: codecOf(schema) }),
);

/** Do these first bytes of a file say that it is a binary log? */
export function isBinaryLog(start: Uint8Array): boolean {
  return BINARY_LOG_MAGIC.every((byte, index) => start[index] === byte);
}

/**
 * Reads a binary log back from chunks of any length, a block at a time: memory is that of a block. Everything throws
 * `InputError` E4004 with the offset of the first byte that cannot be: damaged, cut off, or of another version. Records
 * of the blocks before it have been yielded by then.
 */
export class BinaryLogReader {
  readonly #file: string;
  readonly #reader = new LogBytesReader();
  /** Not read yet: the start of a block, or of the header. */
  #rest: Buffer = Buffer.alloc(0);
  /** Of the first of these, in the file. */
  #offset = 0;
  #hasHeader = false;
  #seq = -1;
  #timeMs = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** The records that end in this chunk. The chunk may be used again afterwards. */
  *read(chunk: Uint8Array): Generator<LogRecord> {
    // A chunk is as large as a few blocks, so that what is left of the one before is copied seldom.
    this.#rest = Buffer.concat([this.#rest, chunk]);
    if (!this.#hasHeader && !this.#readHeader()) return;
    for (;;) {
      const rest = this.#rest;
      if (rest.length < BLOCK_HEAD_BYTES) return;
      const length = rest.readUInt32LE(0);
      if (length > MOST_BLOCK_BYTES) this.#damaged(0, `a block of ${length} bytes cannot be`);
      const end = BLOCK_HEAD_BYTES + length;
      if (rest.length < end) return;
      const block = rest.subarray(BLOCK_HEAD_BYTES, end);
      if (crc32(block) !== rest.readUInt32LE(4)) this.#damaged(0, 'the checksum of a block is wrong');
      yield* this.#records(block);
      this.#skip(end);
    }
  }

  /** To be called after the last chunk. */
  finish(): void {
    if (this.#rest.length > 0 || !this.#hasHeader) this.#damaged(this.#rest.length, 'the file is cut off');
  }

  #readHeader(): boolean {
    const rest = this.#rest;
    const [version, length] = [rest[BINARY_LOG_MAGIC.length], rest[BINARY_LOG_MAGIC.length + 1]];
    if (version === undefined || length === undefined) return false;
    if (!isBinaryLog(rest)) this.#damaged(0, 'it does not begin like one');
    const start = BINARY_LOG_MAGIC.length + 2;
    if (version !== BINARY_LOG_VERSION)
      this.#damaged(start - 2, `version ${version} of its layout is not known`);
    if (rest.length < start + length) return false;
    const format = rest.toString('latin1', start, start + length);
    if (format !== LOG_FORMAT) this.#damaged(start, `its records are not as ${LOG_FORMAT} has them`);
    this.#skip(start + length);
    this.#hasHeader = true;
    return true;
  }

  *#records(block: Buffer): Generator<LogRecord> {
    const reader = this.#reader;
    reader.open(block);
    while (!reader.isAtEnd) {
      let record: LogRecord;
      try {
        record = this.#record();
      } catch (error) {
        if (error instanceof LogDamage) this.#damaged(BLOCK_HEAD_BYTES + error.offset, error.message);
        throw error;
      }
      yield record;
    }
  }

  #record(): LogRecord {
    const reader = this.#reader;
    const tag = reader.byte();
    const known = READERS[tag & TAG_KIND];
    if (known === undefined || tag > (TAG_KIND | TAG_NUMBER | TAG_TIME)) {
      return reader.fail('there is no such kind of record');
    }
    this.#seq += 1;
    if ((tag & TAG_NUMBER) !== 0) this.#seq += reader.integer();
    if ((tag & TAG_TIME) !== 0) this.#timeMs += reader.integer();
    for (const number of [this.#seq, this.#timeMs]) {
      if (number < 0 || number > Number.MAX_SAFE_INTEGER) reader.fail('a number or time cannot be');
    }
    const { seq, kind } = { seq: this.#seq, kind: known.kind };
    // The schema is that of the kind: its codec gives what the record has beyond its position.
    return Object.assign({ kind, seq, timeMs: this.#timeMs }, known.codec.decode(reader)) as LogRecord;
  }

  #skip(length: number): void {
    this.#rest = this.#rest.subarray(length);
    this.#offset += length;
  }

  #damaged(at: number, reason: string): never {
    const message = `Cannot read the event log at byte ${this.#offset + at}: ${reason}`;
    const position = { file: this.#file, line: 1, column: 1, length: 1 };
    throw new InputError([{ severity: 'error', code: 'E4004', message, position }]);
  }
}
