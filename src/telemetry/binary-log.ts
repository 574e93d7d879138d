import { crc32 } from 'node:zlib';
import { LogBytes } from './log-bytes.ts';
import { type Codec, codecOf } from './log-codec.ts';
import { type EndedRecord, LOG_FORMAT, type LogRecord } from './log-record.ts';
import { RECORD_KINDS } from './log-schema.ts';
import type { FrequentRecords, LogSink } from './log-sink.ts';

/**
 * The first bytes of a binary log: no text begins like this, and whatever turns line ends into others breaks it (as PNG
 * has it). After it stand the version of this layout and the name of the record format, its length before it.
 */
export const BINARY_LOG_MAGIC = Uint8Array.of(0x93, 0x73, 0x6c, 0x6f, 0x67, 0x0d, 0x0a, 0x1a);
export const BINARY_LOG_VERSION = 1;

/** Before each block: the length of its records in bytes and their CRC-32, 32 bits each, the lowest byte first. */
export const BLOCK_HEAD_BYTES = 8;
/** A block ends with the record that fills it so far. A page or two of the disk more or less make no difference. */
const BLOCK_BYTES = 2 ** 18;
/** A record that begins below the limit seldom needs more than this. */
const ROOM_AFTER_LIMIT = 2 ** 14;

/** The tag of a record is the place of its kind among `RECORD_KINDS`, and one or both of these. */
export const TAG_KIND = 31;
/** Its number is not one more than that of the record before: the difference follows. */
export const TAG_NUMBER = 32;
/** Its time is not that of the record before: the difference follows. */
export const TAG_TIME = 64;

const indexOf = (kind: LogRecord['kind']) => RECORD_KINDS.findIndex((known) => known.kind === kind);
const SUBMITTED = indexOf('submitted');
const PLACED = indexOf('placed');
const RUNNING = indexOf('running');
const ENDED = indexOf('ended');
const PASS = indexOf('pass');
const OUTCOMES: readonly EndedRecord['outcome'][] = ['succeeded', 'failed', 'stopped', 'rejected'];

/** By place among `RECORD_KINDS`. */
const CODECS: readonly Codec[] = RECORD_KINDS.map(({ schema }) => codecOf(schema));
const INDEX_OF = new Map(RECORD_KINDS.map(({ kind }, index) => [kind, index]));

/**
 * The event log as bytes, about a tenth of its text: docs/event-log.md tells the layout. Records come from the schema that
 * the text comes from; those of every task are written by hand, into the same bytes.
 */
export class BinaryLog implements LogSink, FrequentRecords {
  readonly frequent: FrequentRecords = this;
  readonly #write: (bytes: Uint8Array) => void;
  readonly #bytes = new LogBytes(BLOCK_BYTES + ROOM_AFTER_LIMIT, BLOCK_HEAD_BYTES);
  #seq = -1;
  #timeMs = 0;

  /** `write` gets the header at once, then block after block; the bytes are valid until it returns. */
  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
    const format = Buffer.from(LOG_FORMAT);
    write(Buffer.concat([BINARY_LOG_MAGIC, Uint8Array.of(BINARY_LOG_VERSION, format.length), format]));
  }

  write(record: LogRecord): void {
    const kind = INDEX_OF.get(record.kind)!;
    this.#begin(kind, record.seq, record.timeMs);
    CODECS[kind]!.encode(this.#bytes, record);
    this.#end();
  }

  submitted(
    seq: number,
    timeMs: number,
    task: number,
    taskClass: number,
    startupMs: number | null,
    runtimeMs: number | null,
    memoryBytes: number | null,
  ): void {
    const bytes = this.#bytes;
    this.#begin(SUBMITTED, seq, timeMs);
    bytes.count(task);
    bytes.count(taskClass);
    bytes.countOrNull(startupMs);
    bytes.countOrNull(runtimeMs);
    bytes.countOrNull(memoryBytes);
    this.#end();
  }

  placed(
    seq: number,
    timeMs: number,
    task: number,
    attempt: number,
    instance: number,
    devices: readonly number[],
  ): void {
    const bytes = this.#bytes;
    this.#attempt(PLACED, seq, timeMs, task, attempt);
    bytes.count(instance);
    bytes.count(devices.length);
    for (let i = 0; i < devices.length; i++) bytes.count(devices[i]!);
    this.#end();
  }

  running(seq: number, timeMs: number, task: number, attempt: number, instance: number): void {
    this.#attempt(RUNNING, seq, timeMs, task, attempt);
    this.#bytes.count(instance);
    this.#end();
  }

  ended(
    seq: number,
    timeMs: number,
    task: number,
    attempt: number,
    instance: number | null,
    outcome: EndedRecord['outcome'],
  ): void {
    this.#attempt(ENDED, seq, timeMs, task, attempt);
    this.#bytes.countOrNull(instance);
    this.#bytes.count(OUTCOMES.indexOf(outcome));
    this.#end();
  }

  pass(seq: number, timeMs: number): void {
    this.#begin(PASS, seq, timeMs);
    this.#end();
  }

  /** Hands over what is left. More may follow. */
  flush(): void {
    const bytes = this.#bytes;
    if (bytes.length === 0) return;
    const block = bytes.bytes;
    block.writeUInt32LE(bytes.length, 0);
    block.writeUInt32LE(crc32(block.subarray(BLOCK_HEAD_BYTES)), 4);
    this.#write(block);
    bytes.clear();
  }

  #attempt(kind: number, seq: number, timeMs: number, task: number, attempt: number): void {
    this.#begin(kind, seq, timeMs);
    this.#bytes.count(task);
    this.#bytes.count(attempt);
  }

  #begin(kind: number, seq: number, timeMs: number): void {
    const bytes = this.#bytes;
    const isNext = seq === this.#seq + 1;
    const isNow = timeMs === this.#timeMs;
    bytes.byte(kind | (isNext ? 0 : TAG_NUMBER) | (isNow ? 0 : TAG_TIME));
    if (!isNext) bytes.integer(seq - (this.#seq + 1));
    if (!isNow) bytes.integer(timeMs - this.#timeMs);
    this.#seq = seq;
    this.#timeMs = timeMs;
  }

  #end(): void {
    if (this.#bytes.length >= BLOCK_BYTES) this.flush();
  }
}
