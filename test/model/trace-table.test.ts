import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TraceRows } from '../../src/model/trace-table.ts';
import { expectSound } from '../support/trace-files.ts';
import { bytesInMemory } from '../support/overflow.ts';
import { traceColumns } from '../support/trace-columns.ts';

describe('TraceRows', () => {
  test('sorts by submit time, ties in the order of the rows', () => {
    // Few distinct times, so that ties are frequent; the run time tells the rows apart.
    const times = fc.array(fc.nat(20), { maxLength: 60 });
    fc.assert(
      fc.property(times, fc.constantFrom(undefined, 8, 32), (submitMs, memoryRows) => {
        const rows = new TraceRows(memoryRows === undefined ? {} : { overflow: bytesInMemory(memoryRows) });
        for (const [row, time] of submitMs.entries()) rows.add(time, row, rows.shapeOf(row % 3, 0, null));
        const table = rows.finish(submitMs.length, []);
        const expected = submitMs.map((time, row) => [time, row, row % 3]).sort(([a], [b]) => a! - b!);
        const { submitMs: times, runtimeMs, shape, shapes } = traceColumns(table);
        const found = Array.from(times, (time, row) => [
          time,
          runtimeMs[row]!,
          shapes[shape[row]!]!.cpuMilli,
        ]);
        expect(found).toEqual(expected);
        expectSound(table);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('rows of a late origin are rounded first and sorted then: ties stay in the order of the rows', () => {
    // Tenths of milliseconds: 0.6 and 1.4 are one time once they are rounded.
    const times = fc.array(fc.nat(40), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(times, fc.constantFrom(undefined, 8, 32), (tenths, memoryRows) => {
        const overflow = memoryRows === undefined ? undefined : bytesInMemory(memoryRows);
        const rows = new TraceRows({ overflow, isOriginLate: true });
        const shape = rows.shapeOf(1, 1, null);
        const submitMs = tenths.map((tenth) => 1e6 + tenth / 10);
        for (const [row, ms] of submitMs.entries()) rows.add(ms, row, shape);
        const originMs = Math.min(...submitMs);
        rows.countFrom(originMs);
        const table = traceColumns(rows.finish(tenths.length, []));
        const expected = submitMs
          .map((ms, row) => [Math.round(ms - originMs), row])
          .sort(([a], [b]) => a! - b!);
        expect(Array.from(table.submitMs, (ms, row) => [ms, table.runtimeMs[row]])).toEqual(expected);
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  test('keeps its rows when it grows', () => {
    const rows = new TraceRows();
    for (let row = 0; row < 5000; row++) rows.add(row, 2 * row, rows.shapeOf(1, 1, null));
    const { submitMs, runtimeMs } = traceColumns(rows.finish(5000, []));
    expect([submitMs[4999], runtimeMs[4999], runtimeMs[1023], runtimeMs[1024]]).toEqual([
      4999, 9998, 2046, 2048,
    ]);
  });

  test('gives equal shapes one index, in order of first appearance', () => {
    const rows = new TraceRows();
    const gpu = { count: 1, milli: 500, models: [] };
    const found = [
      rows.shapeOf(2, 1, null),
      rows.shapeOf(1, 2, null),
      rows.shapeOf(1, 2, gpu),
      rows.shapeOf(2, 1, null),
      rows.shapeOf(1, 2, gpu),
    ];
    expect(found).toEqual([0, 1, 2, 0, 2]);
  });

  test('sums up requests exactly, beyond what doubles hold in bytes', () => {
    const rows = new TraceRows();
    const PIB = 2 ** 50;
    const shape = rows.shapeOf(1500, PIB, { count: 2, milli: 1000, models: [] });
    for (let row = 0; row < 100; row++) rows.add(0, row % 2 === 0 ? 1 : Infinity, shape);
    rows.add(0, 1, rows.shapeOf(1, 2 ** 20 + 1, null));
    // 100 × 2^30 MiB + 1 MiB and a byte, rounded down
    expect(rows.finish(105, []).totals).toEqual({
      rowsRead: 105,
      rowsKept: 101,
      rowsEndless: 50,
      cpuMilli: 150_001,
      memoryMiB: 100 * 2 ** 30 + 1,
      gpuMilli: 200_000,
    });
  });
});
