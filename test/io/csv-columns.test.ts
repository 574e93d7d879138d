import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findColumns, readCsv } from '../../src/io/csv-columns.ts';
import { MAX_COLUMNS } from '../../src/io/field-row.ts';
import { diagnosticsOf, findingsOf, traceFolder } from '../support/trace-files.ts';

const { write } = traceFolder();

async function all(file: string): Promise<{ header: readonly string[]; rows: string[][]; lines: number[] }> {
  let header: readonly string[] = [];
  const rows: string[][] = [];
  const lines: number[] = [];
  await readCsv(file, {
    header(names) {
      header = names;
    },
    row(row) {
      rows.push(row.texts());
      lines.push(row.line);
    },
  });
  return { header, rows, lines };
}

const csv = (content: string) => all(write('file.csv', content));

describe('readCsv()', () => {
  test('splits by bytes and passes over blank lines', async () => {
    expect(await csv('a, b\r\n1,2\n\n  \n3,\n')).toEqual({
      header: ['a', 'b'],
      rows: [
        ['1', '2'],
        ['3', ''],
      ],
      lines: [2, 5],
    });
  });

  test('goes on with csv-parse at the first quote, line numbers and all', async () => {
    expect(await csv('a,b\n1,2\n"3,""x""",4\n\n"5\ny",6\n7,8')).toEqual({
      header: ['a', 'b'],
      rows: [
        ['1', '2'],
        ['3,"x"', '4'],
        ['5\ny', '6'],
        ['7', '8'],
      ],
      lines: [2, 3, 5, 7],
    });
  });

  test('reads quoted headers', async () => {
    expect(await csv('"a,1","b"\n1,2\n')).toEqual({ header: ['a,1', 'b'], rows: [['1', '2']], lines: [2] });
  });

  test('gives the same fields with a quote in the first row as without any', async () => {
    const field = fc.stringMatching(/^[a-z0-9äß€.-]{0,6}$/);
    const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom('\n', '\r\n'), async (generated, lineBreak) => {
        const body = generated.map((row) => `${row.join(',')}${lineBreak}`).join('');
        const plain = await csv(`h,i${lineBreak}${body}`);
        const quoted = await csv(`"h",i${lineBreak}${body}`);
        expect(quoted).toEqual(plain);
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  test('reads a quoted file of many blocks', async () => {
    // 60,000 rows of about 14 bytes: 0.8 MB, four blocks; the first quote stands in the second.
    const rows = Array.from({ length: 60_000 }, (_, row) =>
      row >= 30_000 ? `"${row}",${row}` : `${row},${row}`,
    );
    const { rows: found, lines } = await csv(`a,b\n${rows.join('\n')}\n`);
    expect(found).toHaveLength(60_000);
    expect(found.every(([a, b], row) => a === String(row) && b === a && lines[row] === row + 2)).toBe(true);
  });

  test.each([
    { name: 'no bytes', content: '', finding: 'E1001 1:1' },
    { name: 'blank lines only', content: '\n \n', finding: 'E1001 1:1' },
    { name: 'text after a closing quote', content: 'a,b\n1,2\n"x"y,2\n', finding: 'E3001 3:1' },
    { name: 'a quote inside a bare field', content: 'a,b\n1,2\n1,x"y\n', finding: 'E3001 3:1' },
    { name: 'a quote that is never closed', content: 'a,b\n1,2\n3,4\n5,"6\n7,8\n', finding: 'E3001 4:1' },
    {
      name: 'a quoted row beyond the limit',
      content: `a,b\n"${'x'.repeat(1100 * 1024)}",1\n`,
      finding: 'E3005 2:1',
    },
    { name: 'too many columns', content: `${'a,'.repeat(MAX_COLUMNS)}a\n`, finding: 'E3002 1:1' },
  ])('refuses a file with $name', async ({ content, finding }) => {
    expect(await findingsOf(csv(content))).toEqual([finding]);
  });

  test('hands on what a visitor throws', async () => {
    const file = write('throws.csv', 'a,b\n"1",2\n');
    const attempt = readCsv(file, {
      header() {},
      row() {
        throw new RangeError('mine');
      },
    });
    await expect(attempt).rejects.toThrow(RangeError);
  });
});

describe('findColumns()', () => {
  test('finds columns by name, in any order, optional ones or not', () => {
    expect(findColumns('f', ['b', 'x', 'a'], ['a', 'b'], ['c', 'x'])).toEqual({ a: 2, b: 0, c: -1, x: 1 });
  });

  test('collects missing and repeated columns, with the nearest name', async () => {
    const attempt = Promise.resolve().then(() =>
      findColumns('f', ['cpu_mili', 'b', 'b'], ['cpu_milli', 'zzz', 'b']),
    );
    const diagnostics = await diagnosticsOf(attempt);
    expect(diagnostics.map(({ code, hint }) => [code, hint])).toEqual([
      ['E3002', 'did you mean "cpu_mili"?'],
      ['E3002', undefined],
      ['E1205', undefined],
    ]);
  });

  test('does not take properties of objects for columns', async () => {
    const attempt = Promise.resolve().then(() => findColumns('f', ['a'], ['__proto__', 'constructor']));
    expect(await findingsOf(attempt)).toEqual(['E3002 1:1', 'E3002 1:1']);
  });
});
