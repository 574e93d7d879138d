import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InvariantError } from '../../src/errors.ts';
import {
  type CsvColumn,
  csvChunks,
  csvText,
  escapeFormula,
  unescapeFormula,
} from '../../src/io/csv-write.ts';

interface Row {
  readonly name: string | null;
  readonly cost: number | null;
  readonly spot: boolean | null;
}

const COLUMNS: readonly CsvColumn<Row>[] = [
  { name: 'name', kind: 'text', value: (row) => row.name },
  { name: 'cost_usd', kind: 'number', value: (row) => row.cost },
  { name: 'spot', kind: 'boolean', value: (row) => row.spot },
];

const one = (row: Partial<Row>) => csvText(COLUMNS, [{ name: null, cost: null, spot: null, ...row }]);

test('csvText() writes the header of an empty table', () => {
  expect(csvText(COLUMNS, [])).toBe('name,cost_usd,spot\n');
});

test.each([
  { what: 'null as nothing', row: {}, line: ',,' },
  { what: 'false as a word', row: { spot: false }, line: ',,false' },
  { what: 'true as a word', row: { spot: true }, line: ',,true' },
  { what: 'minus zero as zero', row: { cost: -0 }, line: ',0,' },
  { what: 'a negative number without apostrophe', row: { cost: -1.5 }, line: ',-1.5,' },
  { what: 'a large number without grouping', row: { cost: 1234567.25 }, line: ',1234567.25,' },
  { what: 'the shortest decimal', row: { cost: 0.1 + 0.2 }, line: ',0.30000000000000004,' },
  { what: 'a comma quoted', row: { name: 'a,b' }, line: '"a,b",,' },
  { what: 'a quote doubled', row: { name: 'a"b' }, line: '"a""b",,' },
  { what: 'a line feed quoted', row: { name: 'a\nb' }, line: '"a\nb",,' },
  { what: 'a carriage return quoted', row: { name: 'a\rb' }, line: '"a\rb",,' },
  { what: 'other alphabets as they are', row: { name: 'größe 中' }, line: 'größe 中,,' },
])('csvText() writes $what', ({ row, line }) => {
  expect(one(row)).toBe(`name,cost_usd,spot\n${line}\n`);
});

// Every start of a formula, with seven things after it: text, nothing, a call, a link, quotes, a comma, a number.
const STARTS = ['=', '+', '-', '@', '\t', '\r', '\uff1d', '\uff0b', '\uff0d', '\uff20'];
const RESTS = ['cmd', '', 'SUM(A1:A9)', 'HYPERLINK("http://evil")', '"x"', 'a,b', '1'];

test.each(STARTS.flatMap((start) => RESTS.map((rest) => ({ text: start + rest }))))(
  'csvText() puts an apostrophe before $text',
  ({ text }) => {
    const [, cells] = parse(one({ name: text }), { relax_column_count: false });
    expect(cells?.[0]).toBe(`'${text}`);
  },
);

test('unescapeFormula() undoes escapeFormula() on every text', () => {
  const text = fc.array(fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', 'a', ' ', '\uff1d'));
  fc.assert(
    fc.property(text, (characters) => {
      const given = characters.join('');
      expect(unescapeFormula(escapeFormula(given))).toBe(given);
      expect(escapeFormula(given)).not.toMatch(/^[=+\-@\t\r]/);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('csvText() is read back cell by cell, whatever the names', () => {
  const row = fc.record({
    name: fc.string({ unit: 'binary' }),
    cost: fc.double({ noNaN: true, noDefaultInfinity: true }),
    spot: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 5 }), (rows) => {
      const [, ...read] = parse(csvText(COLUMNS, rows));
      expect(read.map(([name]) => unescapeFormula(name ?? ''))).toEqual(rows.map((given) => given.name));
      expect(read.map(([, cost]) => Number(cost))).toEqual(rows.map((given) => given.cost + 0));
    }),
    { seed: 1, numRuns: 100 },
  );
});

test('csvChunks() makes the same text in pieces', () => {
  const rows = Array.from({ length: 2500 }, (_, index) => ({
    name: `task-${index}`,
    cost: index,
    spot: null,
  }));
  const pieces = [...csvChunks(COLUMNS, rows)];
  // The header, then 1000 + 1000 + 500 rows.
  expect(pieces).toHaveLength(4);
  expect(pieces.join('')).toBe(csvText(COLUMNS, rows));
});

test('csvText() takes NaN for a bug of its caller', () => {
  expect(() => one({ cost: Number.NaN })).toThrow(InvariantError);
});
