import { expect, test } from 'vitest';
import { FieldRow } from '../../src/io/field-row.ts';
import { NumberColumns } from '../../src/io/number-columns.ts';

test('NumberColumns.read() gives what FieldRow.number() gives, and constants as they are', () => {
  const texts = [
    '',
    '0',
    '12',
    '-3',
    '0.07',
    '1.',
    '.5',
    '12a',
    '1e3',
    ' 7 ',
    '123456789012345',
    '1234567890123456',
  ];
  const units = [
    { multiply: 1, divide: 1 },
    { multiply: 1000, divide: 1024 },
    { multiply: 2 ** 40, divide: 1 },
  ];
  const row = new FieldRow();
  const line = Buffer.from(`${texts.join(',')}\r\n${'9'.repeat(14)}\n`);
  expect(row.splitLine(line, 0, 1)).toBe(line.indexOf('\n'));
  const wanted = texts.flatMap((_, at) => units.map((unit) => ({ ...unit, at, constant: null })));
  const columns = new NumberColumns([{ at: -1, constant: 4.5, multiply: 1, divide: 1 }, ...wanted]);
  columns.read(row);
  expect([...columns.values]).toEqual([4.5, ...wanted.map((column) => row.number(column.at, column))]);
  // A row that another reader has split: nothing of the row before is left.
  row.fill(['x', ...texts.slice(1)], 2);
  columns.read(row);
  expect([...columns.values]).toEqual([4.5, ...wanted.map((column) => row.number(column.at, column))]);
  expect(columns.values[1]).toBeNaN();
});
