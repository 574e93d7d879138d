import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError, InvariantError } from '../../src/errors.ts';
import { BINARY_LOG_MAGIC, BinaryLog, BLOCK_HEAD_BYTES } from '../../src/telemetry/binary-log.ts';
import { BinaryLogReader, isBinaryLog } from '../../src/telemetry/binary-log-reader.ts';
import { formatRecord } from '../../src/telemetry/log-format.ts';
import { LOG_FORMAT, type LogRecord } from '../../src/telemetry/log-record.ts';
import { RECORD_KINDS } from '../../src/telemetry/log-schema.ts';
import { anyRecord } from '../support/any-record.ts';
import { writeFrequent } from '../support/frequent-records.ts';
import { tinyLog } from '../support/tiny-log.ts';

/** What a BinaryLog hands over; its buffer is used again, so that the bytes must be copied. */
function bytesOf(write: (log: BinaryLog) => void): Buffer {
  const parts: Buffer[] = [];
  const log = new BinaryLog((bytes) => parts.push(Buffer.from(bytes)));
  write(log);
  log.flush();
  return Buffer.concat(parts);
}

const encoded = (records: readonly LogRecord[]) =>
  bytesOf((log) => {
    for (const record of records) log.write(record);
  });

/** Records, and what was wrong after them. */
function read(bytes: Uint8Array, chunkLength = bytes.length) {
  const reader = new BinaryLogReader('run.slog');
  const records: LogRecord[] = [];
  try {
    for (let at = 0; at < bytes.length; at += chunkLength) {
      // The reader is promised the bytes of a chunk until the next one only.
      const chunk = Buffer.from(bytes.subarray(at, at + chunkLength));
      for (const record of reader.read(chunk)) records.push(record);
      chunk.fill(0);
    }
    reader.finish();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    const [diagnostic] = (error as InputError).diagnostics;
    expect(diagnostic).toMatchObject({ code: 'E4004', position: { file: 'run.slog' } });
    return { records, complaint: diagnostic!.message };
  }
  return { records, complaint: null };
}

/** The header of every log. */
const HEADER = encoded([]);

/** A block with a right checksum, whatever is in it. */
function blockOf(payload: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(payload.length, 0);
  head.writeUInt32LE(crc32(payload), 4);
  return Buffer.concat([HEADER, head, payload]);
}

describe('BinaryLog', () => {
  test('any records come back as they were, to the byte of their text', () => {
    fc.assert(
      fc.property(
        fc.array(anyRecord, { maxLength: 30 }),
        fc.integer({ min: 1, max: 5000 }),
        (records, length) => {
          const { records: back, complaint } = read(encoded(records), length);
          expect(complaint).toBeNull();
          expect(back).toEqual(records);
          expect(back.map(formatRecord)).toEqual(records.map((record) => JSON.stringify(record)));
        },
      ),
      { seed: 1, numRuns: 150 },
    );
  });

  test('writes the frequent records, field by field, into the bytes of the others', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 30 }), (records) => {
        expect(bytesOf((log) => writeFrequent(log, records))).toEqual(encoded(records));
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  test('is what the layout says, byte by byte', () => {
    const task = { task: 300, attempt: 0, instance: 2 } as const;
    const bytes = encoded([
      { kind: 'pass', seq: 0, timeMs: 0 },
      { kind: 'placed', seq: 1, timeMs: 1000, ...task, devices: [] },
      { kind: 'ended', seq: 5, timeMs: 1000, ...task, outcome: 'failed' },
      { kind: 'outage', seq: 6, timeMs: 1000, zone: 'a', isBack: false },
      { kind: 'outage', seq: 7, timeMs: 1000, zone: 'a', isBack: true },
    ]);
    const kind = (name: LogRecord['kind']) => RECORD_KINDS.findIndex((known) => known.kind === name);
    const records = [
      ...[kind('pass')],
      // 64: the time follows. 1000 = 15 × 64 + 40: a first byte with more to come, without sign. 300 = 2 × 128 + 44.
      ...[kind('placed') | 64, 128 | 40, 15, 128 | 44, 2, 0, 2, 0],
      // 32: three numbers were left out. Instance 2 is 3, because 0 is null; failed is the second outcome.
      ...[kind('ended') | 32, 3, 128 | 44, 2, 0, 3, 1],
      // A new text of one byte in UTF-8, then the first text again.
      ...[kind('outage'), 0, 2, 0x61, 0],
      ...[kind('outage'), 1, 1],
    ];
    expect(bytes).toEqual(blockOf(Uint8Array.from(records)));
    const header = [
      0x93,
      0x73,
      0x6c,
      0x6f,
      0x67,
      13,
      10,
      26,
      1,
      LOG_FORMAT.length,
      ...Buffer.from(LOG_FORMAT),
    ];
    expect([...HEADER]).toEqual(header);
  });

  test('numbers texts up to a limit and writes later ones out, so that neither side keeps more', () => {
    const count = 2 ** 16 + 10;
    const zones = Array.from({ length: count }, (_, index) => `zone-${index}`);
    const records = [...zones, ...zones.slice(-20)].map(
      (zone, seq): LogRecord => ({ kind: 'outage', seq, timeMs: 0, zone, isBack: true }),
    );
    const { records: back, complaint } = read(encoded(records), 2 ** 20);
    expect(complaint).toBeNull();
    expect(back.map(formatRecord).join()).toBe(records.map(formatRecord).join());
  });

  test('a record larger than a block has a block of its own size', () => {
    const record: LogRecord = {
      kind: 'service',
      seq: 0,
      timeMs: 0,
      service: 'web',
      event: 'e',
      message: 'x'.repeat(2 ** 20),
    };
    const records = [record, { ...record, seq: 1 }];
    expect(read(encoded(records), 1000)).toEqual({ records, complaint: null });
  });

  test.each([
    ['a fraction', { timeMs: 0.5 }],
    ['a number below 0', { task: -1 }],
    ['more than a safe integer', { task: 2 ** 54 }],
    ['no number', { task: Number.NaN }],
    ['an unknown name', { outcome: 'lost' }],
  ])('%s is a bug, not a record', (_what, wrong) => {
    const record = {
      kind: 'ended',
      seq: 0,
      timeMs: 0,
      task: 0,
      attempt: 0,
      instance: null,
      outcome: 'failed',
    };
    expect(() => encoded([{ ...record, ...wrong } as LogRecord])).toThrow(InvariantError);
  });
});

describe('BinaryLogReader', () => {
  const whole = encoded(tinyLog());

  test('says so wherever the file is cut off, and yields the blocks before', () => {
    const half = tinyLog().length >> 1;
    const twoBlocks = bytesOf((log) => {
      tinyLog().forEach((record, index) => {
        log.write(record);
        if (index === half - 1) log.flush();
      });
    });
    const ends = new Set([HEADER.length, encoded(tinyLog().slice(0, half)).length, twoBlocks.length]);
    for (let length = 0; length <= twoBlocks.length; length++) {
      const { records, complaint } = read(twoBlocks.subarray(0, length), 1000);
      expect(complaint).toBe(
        ends.has(length) ? null : `Cannot read the event log at byte ${length}: the file is cut off`,
      );
      expect([0, half, tinyLog().length]).toContain(records.length);
      expect(records).toEqual(tinyLog().slice(0, records.length));
    }
  });

  test('any bit that is another one is found', () => {
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 1 << (at % 8);
      const { complaint } = read(damaged);
      expect(complaint, `byte ${at}`).toMatch(/^Cannot read the event log at byte \d+: /);
    }
  });

  test('any bytes with a right checksum are records or damage, never anything else', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc
            .array(fc.integer({ min: 0, max: 127 }), { maxLength: 60 })
            .map((bytes) => Uint8Array.from(bytes)),
        ),
        (payload) => {
          const { complaint } = read(blockOf(payload));
          if (complaint !== null) expect(complaint).toMatch(/^Cannot read the event log at byte \d+: /);
        },
      ),
      { seed: 3, numRuns: 2000 },
    );
  });

  test.each([
    ['a kind that is none', [31], 1, 'there is no such kind of record'],
    ['an unknown tag', [128 | 13], 1, 'there is no such kind of record'],
    ['a time before the start', [13 | 64, 64 | 1], 2, 'a number or time cannot be'],
    ['an outcome that is none', [12, 0, 0, 0, 4], 5, '4 stands where less than 4 was expected'],
    ['a text that was not there', [18, 1], 2, 'there is no text 1 yet'],
    ['a text longer than the block', [18, 0, 40, 0x61], 3, 'a text is cut off'],
    ['a record that stops', [7, 0], 2, 'a record is cut off'],
    [
      'a number of nine bytes',
      [13 | 32, 128, 255, 255, 255, 255, 255, 255, 255, 255, 1],
      10,
      'a number is too',
    ],
  ])('%s is named with its place', (_what, payload, bytesRead, reason) => {
    const at = HEADER.length + BLOCK_HEAD_BYTES + bytesRead;
    expect(read(blockOf(Uint8Array.from(payload))).complaint).toContain(`at byte ${at}: ${reason}`);
  });

  test.each([
    [
      'of another layout',
      (bytes: Buffer) => bytes.writeUInt8(2, 8),
      'byte 8: version 2 of its layout is not known',
    ],
    [
      'of other records',
      (bytes: Buffer) => bytes.write('stowage-log/0', 10),
      `byte 10: its records are not as ${LOG_FORMAT} has them`,
    ],
    [
      'of something else',
      (bytes: Buffer) => bytes.write('\u0089PNG', 0, 'latin1'),
      'byte 0: it does not begin like one',
    ],
    [
      'with a block of 4 GiB',
      (bytes: Buffer) => bytes.writeUInt32LE(0xffff_ffff, HEADER.length),
      `byte ${HEADER.length}: a block of 4294967295 bytes cannot be`,
    ],
  ])('refuses a log %s', (_what, change, message) => {
    const bytes = Buffer.from(whole);
    change(bytes);
    expect(read(bytes)).toEqual({ records: [], complaint: `Cannot read the event log at ${message}` });
  });
});

test('isBinaryLog() knows the first bytes', () => {
  expect(isBinaryLog(BINARY_LOG_MAGIC)).toBe(true);
  expect(isBinaryLog(BINARY_LOG_MAGIC.subarray(0, 7))).toBe(false);
  expect(isBinaryLog(Buffer.from('{"kind":"run"'))).toBe(false);
});
