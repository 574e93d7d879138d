import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { readCsvTrace } from '../../../src/io/traces/csv.ts';
import { plainCsvTrace } from '../../support/oracles/plain-csv-trace.ts';
import { half, traceFolder, WHOLE_TRACE } from '../../support/trace-files.ts';
import { traceColumns } from '../../support/trace-columns.ts';

const { write, writeGzip } = traceFolder();

/** Quarters, so that both readers can be exact about seconds and millicores. */
const quarter = fc
  .tuple(fc.nat(999_999), fc.constantFrom('', '.0', '.25', '.5', '.75', '.125'))
  .map((parts) => parts.join(''));
const number = fc.oneof(
  { weight: 12, arbitrary: quarter },
  { weight: 1, arbitrary: fc.nat(9_000_000_000).map(String) },
  { weight: 1, arbitrary: quarter.map((text) => ` ${text}\t`) },
  { weight: 1, arbitrary: fc.constantFrom('0', '007', '1e3', '25e-2', '0.00000000000025e12', '1000000.00') },
);
const field = fc.oneof({ weight: 20, arbitrary: number }, { weight: 2, arbitrary: fc.constantFrom('', ' ') });
const broken = fc.constantFrom('-', 'x', '1.', '.5', '1.2.3', '-1', '12a', '0x1', '١', 'ä€', '1 2', '+1');
const other = fc.constantFrom('', 'a', 'job-1', '12', '-3.5', 'ä€', '.', ';');

/** Fields of a row; `quotes` says which of them stand in quotes. */
const row = (value: fc.Arbitrary<string>) => fc.tuple(other, value, value, value, value, other);
const quoted = (fields: readonly string[], mask: number) =>
  fields.map((text, index) => ((mask >> index) & 1 ? `"${text}"` : text)).join(',');

const line = (mask: fc.Arbitrary<number>) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.tuple(row(field), mask).map(([fields, bits]) => quoted(fields, bits)) },
    { weight: 1, arbitrary: fc.constantFrom('', '', ' \t') },
    {
      weight: 1,
      arbitrary: fc.tuple(row(fc.oneof(field, broken)), mask).map(([fields, bits]) => quoted(fields, bits)),
    },
    {
      weight: 1,
      arbitrary: fc.array(field, { minLength: 2, maxLength: 8 }).map((fields) => fields.join(',')),
    },
  );

/** Half of the texts have no quote at all: one is enough for the careful reader to take over. */
const text = fc
  .record({
    lines: fc.oneof(
      fc.array(line(fc.constant(0)), { maxLength: 12 }),
      fc.array(line(fc.nat(63)), { maxLength: 12 }),
    ),
    mark: fc.constantFrom('', '\ufeff'),
    lineBreak: fc.constantFrom('\n', '\r\n'),
    isClosed: fc.boolean(),
  })
  .map(({ lines, mark, lineBreak, isClosed }) => {
    const body = ['id,start,end,cores,mem,note', ...lines].join(lineBreak);
    return `${mark}${body}${isClosed ? lineBreak : ''}`;
  });

test.each([{ unit: 's' }, { unit: 'epoch-s' }])(
  'readCsvTrace() finds what a plain reader finds in any text, times in $unit',
  async ({ unit }) => {
    const columns = new Map([
      ['submit', `start:${unit}`],
      ['end', `end:${unit}`],
      ['cpu', 'cores:vcpu'],
      ['memory', 'mem:MiB'],
    ]);
    const seen = { read: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(text, fc.boolean(), async (content, isPacked) => {
        const expected = plainCsvTrace(content, unit !== 's');
        const file = (isPacked ? writeGzip : write)('trace.csv', content);
        const reading = readCsvTrace(file, { ...WHOLE_TRACE, format: 'csv', columns }, half);
        if (expected.badLines.length > 0 || expected.rows.length === 0) {
          seen.refused += 1;
          const error = await reading.catch((reason: unknown) => reason);
          expect(error).toBeInstanceOf(InputError);
          const { diagnostics } = error as InputError;
          if (expected.badLines.length === 0) expect(diagnostics.map(({ code }) => code)).toEqual(['E3003']);
          else expect(diagnostics.map(({ position }) => position?.line)).toEqual(expected.badLines);
          return;
        }
        seen.read += 1;
        const table = await reading;
        const { totals } = table;
        const { length, submitMs, runtimeMs, shape, shapes } = traceColumns(table);
        const found = Array.from({ length }, (_, index) => {
          const { cpuMilli, memoryBytes } = shapes[shape[index]!]!;
          return [submitMs[index], runtimeMs[index], cpuMilli, memoryBytes / 2 ** 20];
        });
        expect(found).toEqual(expected.rows);
        expect(totals.rowsRead - totals.rowsKept).toBe(expected.dropped);
      }),
      { seed: 8, numRuns: 250 },
    );
    // A property that only ever sees one side of itself proves nothing about the other.
    expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(40);
  },
);
