import { describe, expect, test } from 'vitest';
import { FieldRow } from '../../../src/io/field-row.ts';
import { RowProblems } from '../../../src/io/traces/row-problems.ts';
import {
  hasFields,
  readCpuMilli,
  readMemoryBytes,
  readTimeMs,
  readWhole,
} from '../../../src/io/traces/row-values.ts';
import { diagnosticsOf } from '../../support/trace-files.ts';

function row(...fields: readonly string[]): FieldRow {
  const made = new FieldRow();
  made.fill(fields, 1);
  return made;
}

const SECONDS = { name: 'time', unit: 'seconds', multiply: 1000, divide: 1 };
const CORES = { name: 'cpu', unit: 'cores', multiply: 1000, divide: 1 };
const MIB = { name: 'memory', unit: 'MiB', multiply: 2 ** 20, divide: 1 };

/** The value, or the message of the one problem. */
async function outcome(read: (problems: RowProblems) => number | undefined): Promise<number | string> {
  const problems = new RowProblems('file');
  const value = read(problems);
  if (value !== undefined) {
    problems.throwAny();
    return value;
  }
  const diagnostics = await diagnosticsOf(Promise.resolve().then(() => problems.throwAny()));
  return diagnostics.map(({ message }) => message).join();
}

describe('readTimeMs()', () => {
  test('gives milliseconds, negative ones too unless a minimum says no', async () => {
    expect(await outcome((problems) => readTimeMs(row('-1.5'), 0, SECONDS, problems))).toBe(-1500);
    expect(await outcome((problems) => readTimeMs(row('-1'), 0, SECONDS, problems, 0))).toBe(
      "Cannot read time '-1': expected a time in seconds that is not negative, as a plain decimal",
    );
  });

  test('refuses times beyond 1e15 ms', async () => {
    expect(await outcome((problems) => readTimeMs(row('1e12'), 0, SECONDS, problems))).toBe(1e15);
    expect(await outcome((problems) => readTimeMs(row('1.1e12'), 0, SECONDS, problems))).toMatch(
      /^Cannot read/,
    );
  });
});

describe('readCpuMilli() and readMemoryBytes()', () => {
  test('round requests up', async () => {
    expect(await outcome((problems) => readCpuMilli(row('0.0001'), 0, CORES, problems))).toBe(1);
    // 0.3 × 2^20 is 314572.8
    expect(await outcome((problems) => readMemoryBytes(row('0.3'), 0, MIB, problems))).toBe(314_573);
  });

  test('refuse more than a million cores, a pebibyte, and less than nothing', async () => {
    expect(await outcome((problems) => readCpuMilli(row('1000000'), 0, CORES, problems))).toBe(1e9);
    expect(await outcome((problems) => readCpuMilli(row('1000000.001'), 0, CORES, problems))).toMatch(
      /^Cannot read/,
    );
    expect(await outcome((problems) => readMemoryBytes(row('1073741825'), 0, MIB, problems))).toMatch(
      /^Cannot read/,
    );
    expect(await outcome((problems) => readMemoryBytes(row('-1'), 0, MIB, problems))).toMatch(/^Cannot read/);
  });
});

describe('readWhole()', () => {
  test.each(['-1', '1.5', '17', '', 'x'])("refuses '%s' where 0 to 16 is expected", async (text) => {
    const message = `Cannot read gpu '${text}': expected a whole number from 0 to 16`;
    expect(await outcome((problems) => readWhole(row(text, ''), 0, 'gpu', problems, 16))).toBe(message);
  });
});

describe('hasFields()', () => {
  test('notes the numbers of fields', async () => {
    const problems = new RowProblems('file');
    expect(hasFields(row('a', 'b'), 2, problems)).toBe(true);
    expect(hasFields(row('a', 'b'), 3, problems)).toBe(false);
    const [problem] = await diagnosticsOf(Promise.resolve().then(() => problems.throwAny()));
    expect(problem!.message).toBe('Cannot read the row: it has 2 fields, expected 3');
  });
});
