import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { readEventLog } from '../../src/experiment/read-event-log.ts';
import { BinaryLog } from '../../src/telemetry/binary-log.ts';
import { formatRecord } from '../../src/telemetry/log-format.ts';
import type { LogRecord } from '../../src/telemetry/log-record.ts';
import { tinyLog } from '../support/tiny-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'stowage-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TEXT = Buffer.from(
  tinyLog()
    .map((record) => `${formatRecord(record)}\n`)
    .join(''),
);
const BINARY = binary(tinyLog());

function binary(records: readonly LogRecord[]): Buffer {
  const parts: Buffer[] = [];
  const log = new BinaryLog((bytes) => parts.push(Buffer.from(bytes)));
  for (const record of records) log.write(record);
  log.flush();
  return Buffer.concat(parts);
}

/** The records of a file with these bytes, and what was wrong after them. */
async function read(bytes: Uint8Array) {
  const file = join(folder, 'events');
  writeFileSync(file, bytes);
  const records: LogRecord[] = [];
  try {
    for await (const record of readEventLog(file)) records.push(record);
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return { records, complaint: (error as InputError).message };
  }
  return { records, complaint: null };
}

describe('readEventLog()', () => {
  test.each([
    ['text', TEXT],
    ['bytes', BINARY],
    ['packed text', gzipSync(TEXT)],
    ['packed bytes', gzipSync(BINARY)],
  ])('reads %s, whatever the name of the file', async (_what, bytes) => {
    expect(await read(bytes)).toEqual({ records: tinyLog(), complaint: null });
  });

  test.each([
    ['a line that is cut off', TEXT.subarray(0, -5), tinyLog().length - 1, 'the line is not JSON'],
    [
      'lines that are missing',
      TEXT.subarray(0, TEXT.indexOf('\n') + 1),
      1,
      'no end: it was cut off after record 0',
    ],
    ['a block that is cut off', BINARY.subarray(0, -5), 0, 'the file is cut off'],
    ['blocks that are missing', binary(tinyLog().slice(0, 7)), 7, 'no end: it was cut off after record 6'],
    ['a header alone', binary([]), 0, 'no end: it was cut off'],
    ['part of a header', BINARY.subarray(0, 8), 0, 'the file is cut off'],
  ])('says so of %s, after the records before: E4004', async (_what, bytes, count, complaint) => {
    const found = await read(bytes);
    expect(found.records).toEqual(tinyLog().slice(0, count));
    expect(found.complaint).toMatch(/^E4004: /);
    expect(found.complaint).toContain(complaint);
  });

  test.each([
    ['nothing', Buffer.alloc(0), 'E1001'],
    ['something else', Buffer.from('task,cpu\n1,2\n'), 'E4004'],
    ['a picture', Buffer.from('\u0089PNG\r\n\u001a\n\u0000', 'latin1'), 'E1003'],
    ['a damaged package', gzipSync(BINARY).subarray(0, 100), 'E3006'],
  ])('refuses %s', async (_what, bytes, code) => {
    const { complaint } = await read(bytes);
    expect(complaint).toContain(code);
  });

  test('closes the file, read to its end or not', async () => {
    const file = join(folder, 'events');
    const open = () => readdirSync('/dev/fd').length;
    const before = open();
    for (const bytes of [TEXT, BINARY, Buffer.concat([BINARY, BINARY]), gzipSync(BINARY)]) {
      await read(bytes);
      for await (const record of readEventLog(file)) if (record.kind === 'instance') break;
    }
    // What tests before this one left open may have been closed meanwhile.
    expect(open()).toBeLessThanOrEqual(before);
  });

  test('refuses a file that is not there: E4001', async () => {
    await expect(readEventLog(join(folder, 'none')).next()).rejects.toThrow('E4001');
  });
});
