import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FieldRow } from '../../../src/io/field-row.ts';
import { splitQuotedRow } from '../../../src/io/prices/quoted-row.ts';

function split(line: string): string[] | null {
  const bytes = Buffer.from(`x${line}\n"`);
  const row = new FieldRow();
  return splitQuotedRow(row, bytes, 1, bytes.length - 2, 7) ? row.texts() : null;
}

test.each([
  ['"a","b"', ['a', 'b']],
  ['"a",b,""', ['a', 'b', '']],
  ['a', ['a']],
  ['', ['']],
  ['"a,b","c"', ['a,b', 'c']],
  ['"say ""x""",2', ['say ""x""', '2']],
  ['"a"b', null],
  ['"a', null],
  ['"a""', null],
  ['a,', ['a', '']],
])('splitQuotedRow() of %s', (line, fields) => {
  expect(split(line)).toEqual(fields);
});

test('splitQuotedRow() undoes quoting, whatever the fields hold', () => {
  const field = fc.string({ unit: fc.constantFrom('a', ',', ' b', 'é', '0') }).map((text) => text.trim());
  fc.assert(
    fc.property(fc.array(field, { minLength: 1, maxLength: 9 }), (fields) => {
      expect(split(fields.map((text) => `"${text}"`).join(','))).toEqual(fields);
    }),
    { seed: 5, numRuns: 200 },
  );
});
