import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FieldRow, MAX_COLUMNS } from '../../src/io/field-row.ts';

const ONE = { multiply: 1, divide: 1 };

function commas(text: string): FieldRow {
  const row = new FieldRow();
  const bytes = Buffer.from(`x${text}x`);
  row.splitLine(bytes.subarray(0, bytes.length - 1), 1, 1);
  return row;
}

function blanks(text: string): FieldRow {
  const row = new FieldRow();
  const bytes = Buffer.from(text);
  row.splitAtBlanks(bytes, 0, bytes.length, 1);
  return row;
}

describe('FieldRow.splitLine()', () => {
  test.each([
    { text: 'a,b,c', fields: ['a', 'b', 'c'] },
    { text: ',a,', fields: ['', 'a', ''] },
    { text: '', fields: [''] },
    { text: ' a ,\tb ', fields: ['a', 'b'] },
    { text: 'ä,€', fields: ['ä', '€'] },
  ])("splits '$text'", ({ text, fields }) => expect(commas(text).texts()).toEqual(fields));

  test('counts one more than the most columns when there are too many', () => {
    expect(commas(','.repeat(MAX_COLUMNS - 1)).count).toBe(MAX_COLUMNS);
    expect(commas(','.repeat(5 * MAX_COLUMNS)).count).toBe(MAX_COLUMNS + 1);
  });
});

describe('FieldRow.splitAtBlanks()', () => {
  test.each([
    { text: '  1  -1\t2 ', fields: ['1', '-1', '2'] },
    { text: '   ', fields: [] },
    { text: '', fields: [] },
  ])("splits '$text'", ({ text, fields }) => expect(blanks(text).texts()).toEqual(fields));

  test('counts one more than the most columns when there are too many', () => {
    expect(blanks('1 '.repeat(5 * MAX_COLUMNS)).count).toBe(MAX_COLUMNS + 1);
  });
});

describe('FieldRow.number() after splitAtBlanks()', () => {
  test.each([
    { text: '-1', value: -1 },
    { text: '-0', value: 0 },
    { text: '00017', value: 17 },
    { text: '36.25', value: 36.25 },
    { text: '-2.5', value: -2.5 },
    { text: '123456789012345678', value: 123456789012345680 },
    { text: '-', value: Number.NaN },
    { text: '--1', value: Number.NaN },
    { text: '12a', value: Number.NaN },
  ])("reads '$text'", ({ text, value }) => {
    const row = blanks(` 7 ${text} 8`);
    expect([0, 1, 2].map((field) => row.number(field, ONE))).toEqual([7, value, 8]);
  });
});

describe('FieldRow.fill()', () => {
  test('takes fields with commas, line breaks and several bytes a character', () => {
    const row = new FieldRow();
    row.fill(['a,b', 'ä\n', '', '12.5'], 3);
    expect(row.texts()).toEqual(['a,b', 'ä', '', '12.5']);
    expect(row.number(3, ONE)).toBe(12.5);
    expect([row.isEmpty(2), row.isEmpty(0)]).toEqual([true, false]);
  });
});

describe('FieldRow.number()', () => {
  test.each([
    { text: '0', value: 0 },
    { text: '-0', value: 0 },
    { text: '017', value: 17 },
    { text: ' 42\t', value: 42 },
    { text: '-1.5', value: -1.5 },
    { text: '33600.0', value: 33600 },
    { text: '1e3', value: 1000 },
    { text: '-2.5E-1', value: -0.25 },
    { text: '123456789012345678', value: 123456789012345680 },
    { text: '0.1234567890123456789', value: 0.12345678901234568 },
  ])("reads '$text'", ({ text, value }) => expect(commas(text).number(0, ONE)).toBe(value));

  test.each([
    // 0.07 × 1000 is 70.00000000000001 in doubles, 7 × 1000 / 100 is 70.
    { name: 'vCPU to millicores', text: '0.07', unit: { multiply: 1000, divide: 1 }, value: 70 },
    // 512 × 1000 / 1024
    { name: 'CPU units to millicores', text: '512', unit: { multiply: 1000, divide: 1024 }, value: 500 },
    { name: 'microseconds to milliseconds', text: '1500', unit: { multiply: 1, divide: 1000 }, value: 1.5 },
  ])('converts $name with one rounding', ({ text, unit, value }) =>
    expect(commas(text).number(0, unit)).toBe(value),
  );

  test.each([
    '',
    ' ',
    '-',
    '.',
    '1.',
    '.5',
    '+1',
    '1 2',
    '0x10',
    '1_000',
    'NaN',
    'Infinity',
    '1e',
    '1e9999',
    '--1',
    '1.2.3',
    '١',
  ])("gives NaN for '%s'", (text) => expect(commas(text).number(0, ONE)).toBeNaN());

  test('agrees with Number for every finite double and every decimal of up to 20 digits', () => {
    const decimal = fc
      .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.nat(14))
      .map(([whole, decimals]) => `${whole}.${'123456789012345'.slice(0, decimals + 1)}`);
    const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map(String);
    fc.assert(
      fc.property(fc.oneof(decimal, double), (text) => {
        expect(commas(text).number(0, ONE)).toBe(Number(text) + 0);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});
