import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { formatRecord, lineSink, parseLog, parseRecord } from '../../src/telemetry/log-format.ts';
import { LOG_FORMAT, type LogRecord } from '../../src/telemetry/log-record.ts';
import { anyRecord } from '../support/any-record.ts';
import { writeFrequent } from '../support/frequent-records.ts';
import { tinyLog } from '../support/tiny-log.ts';

const WHERE = { file: 'events.ndjson', line: 1 };

/** What parsing `line` says, or undefined when it succeeds; anything but an InputError fails the test. */
function complaint(line: string, where = WHERE) {
  try {
    parseRecord(line, where);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    return (error as InputError).diagnostics[0];
  }
}

test('formatRecord() writes what JSON.stringify() writes, for every kind of record', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      expect(formatRecord(record)).toBe(JSON.stringify(record));
    }),
    { seed: 2, numRuns: 1000 },
  );
});

test('formatRecord() writes the fields in one order, however the record was put together', () => {
  const reversed = (value: object) => Object.fromEntries(Object.entries(value).reverse());
  fc.assert(
    fc.property(anyRecord, (record) => {
      expect(formatRecord(reversed(record) as LogRecord)).toBe(formatRecord(record));
    }),
    { seed: 3, numRuns: 300 },
  );
});

test('lineSink() writes the frequent records, field by field, into the lines of formatRecord()', () => {
  fc.assert(
    fc.property(fc.array(anyRecord), (records) => {
      const lines: string[] = [];
      writeFrequent(
        lineSink((line) => lines.push(line)),
        records,
      );
      expect(lines).toEqual(records.map((record) => `${formatRecord(record)}\n`));
    }),
    { seed: 4, numRuns: 300 },
  );
});

describe('parseRecord()', () => {
  test('reads back what formatRecord() wrote: parse(format(x)) = x, on one line', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        const line = formatRecord(record);
        expect(line).not.toMatch(/[\n\r]/);
        expect(parseRecord(line, WHERE)).toEqual(record);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  test('a line torn at any character is an error with its position, never a shorter record', () => {
    for (const record of tinyLog()) {
      const line = formatRecord(record);
      for (let length = 0; length < line.length; length++) {
        const found = complaint(line.slice(0, length), { file: 'events.ndjson', line: 12 });
        expect(found).toMatchObject({
          code: 'E4004',
          position: { file: 'events.ndjson', line: 12, column: 1 },
        });
      }
    }
  });

  test.each([
    ['{"kind":"pass","seq":0,"timeMs":1.5}', "'timeMs'"],
    ['{"kind":"pass","seq":0,"timeMs":-1}', "'timeMs'"],
    ['{"kind":"pass","seq":0,"timeMs":9007199254740992}', "'timeMs'"],
    ['{"kind":"pass","seq":0}', "'timeMs'"],
    ['{"kind":"pass","seq":0,"timeMs":1,"more":1}', 'the record'],
    ['{"kind":"other","seq":0,"timeMs":1}', "'kind'"],
    ['{"kind":"pass","seq":0,"timeMs":1,"__proto__":{"a":1}}', 'the record'],
    ['[]', 'the record'],
    ['null', 'the record'],
    ['{"kind":"run","seq":0,"timeMs":0,"format":"stowage-log/0"}', "'format'"],
  ])('names what is wrong in %s', (line, what) => {
    expect(complaint(line)?.message).toContain(`${what} is not as ${LOG_FORMAT} has it`);
  });

  test('any text is a record or an InputError', () => {
    const line = formatRecord(tinyLog()[0]!);
    const mutated = fc
      .tuple(fc.nat(line.length), fc.nat(20), fc.string({ maxLength: 5 }))
      .map(([at, drop, insert]) => line.slice(0, at) + insert + line.slice(at + drop));
    fc.assert(
      fc.property(fc.oneof(mutated, fc.json(), fc.string()), (candidate) => {
        complaint(candidate);
        expect(({} as Record<string, unknown>)['x']).toBeUndefined();
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});

describe('parseLog()', () => {
  test('yields records lazily and names the line of the first bad one', () => {
    const lines = tinyLog().map(formatRecord);
    lines[4] = lines[4]!.slice(0, 20);
    const read: LogRecord[] = [];
    const run = () => {
      for (const record of parseLog(lines, 'run/events.ndjson')) read.push(record);
    };
    expect(run).toThrow('E4004: Cannot read the event log: the line is not JSON');
    expect(read).toEqual(tinyLog().slice(0, 4));
    try {
      run();
    } catch (error) {
      expect((error as InputError).diagnostics[0]?.position).toEqual({
        file: 'run/events.ndjson',
        line: 5,
        column: 1,
        length: 20,
      });
    }
  });
});
