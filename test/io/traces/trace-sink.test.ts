import { describe, expect, test } from 'vitest';
import { type TraceChoice, TraceSink } from '../../../src/io/traces/trace-sink.ts';
import { createDraws } from '../../support/draws.ts';
import { diagnosticsOf, expectSound, half, lossesOf, WHOLE_TRACE } from '../../support/trace-files.ts';
import { traceColumns } from '../../support/trace-columns.ts';

const SECOND = 1000;

/** Rows submitted every second from `firstMs` on, each running 10 s. */
function filled(choice: Partial<TraceChoice>, draw: () => number = half, rows = 100, firstMs = 0) {
  const sink = new TraceSink({ ...WHOLE_TRACE, format: 'csv', ...choice }, draw);
  for (let row = 0; row < rows; row++) {
    sink.begin();
    const submitMs = firstMs + row * SECOND;
    if (sink.isWanted(submitMs)) sink.keep(submitMs, 10 * SECOND, sink.shapeOf(row, 1, null));
  }
  return sink.finish('file');
}

describe('TraceSink', () => {
  test('keeps rows from the start of the window to before its end, times counted from its start', () => {
    const table = filled({ window: { fromMs: 20 * SECOND, toMs: 25 * SECOND } });
    expect([...traceColumns(table).submitMs]).toEqual([0, 1000, 2000, 3000, 4000]);
    expect(lossesOf(table)).toEqual(['95 outside the window']);
    expectSound(table);
  });

  test('scales submit times and run times, rounded to the nearest', () => {
    const table = filled({ timeScale: 0.0006, runtimeScale: 1.5 }, half, 4);
    // 0, 0.6, 1.2, 1.8
    expect([...traceColumns(table).submitMs]).toEqual([0, 1, 1, 2]);
    expect([...traceColumns(table).runtimeMs]).toEqual(Array(4).fill(15 * SECOND));
  });

  test('takes departures away when asked, without calling that a loss', () => {
    const table = filled({ departures: 'none' }, half, 3);
    expect([...traceColumns(table).runtimeMs]).toEqual([Infinity, Infinity, Infinity]);
    expect(table.losses).toEqual([]);
  });

  test('keeps about the share of the sample, all of it at 1', () => {
    const table = filled({ sample: 0.25 }, createDraws(1).double, 4000);
    // Binomial(4000, 1/4): mean 1000, standard deviation 27.
    expect(Math.abs(table.length - 1000)).toBeLessThan(4 * 27);
    expect(lossesOf(table)).toEqual([`${4000 - table.length} not in the sample`]);
    expect(filled({ sample: 1 }, () => 1 - 2 ** -53).length).toBe(100);
  });

  test('chooses the same rows whatever the window', () => {
    const chosen = (window: TraceChoice['window']) =>
      filled({ sample: 0.3, window }, createDraws(7).double).shapes.map(({ cpuMilli }) => cpuMilli);
    const all = chosen(null);
    const later = chosen({ fromMs: 50 * SECOND, toMs: 90 * SECOND });
    expect(later).toEqual(all.filter((row) => row >= 50 && row < 90));
  });

  test('moves rows from before the start of the trace to its start and counts them', () => {
    const table = filled({}, half, 4, -2 * SECOND);
    expect([...traceColumns(table).submitMs]).toEqual([0, 0, 0, 1000]);
    expect(lossesOf(table)).toEqual([
      '(2 submitted before the start of the trace: taken as submitted at its start)',
    ]);
  });

  test('drops times that grow beyond what can be counted', () => {
    const table = filled({ timeScale: 1e12 }, half, 100);
    // 9.007e15 / 1e15 per row: rows 0 to 9
    expect(table.length).toBe(10);
    expect(lossesOf(table)).toEqual(['90 later than times can be counted']);
  });

  test('counts notes of kept rows only', () => {
    const sink = new TraceSink({ ...WHOLE_TRACE, format: 'csv', window: { fromMs: 0, toMs: 1 } }, half);
    for (const submitMs of [0, 1]) {
      sink.begin();
      sink.note('odd');
      if (sink.isWanted(submitMs)) sink.keep(submitMs, 0, sink.shapeOf(1, 1, null));
    }
    expect(lossesOf(sink.finish('file'))).toEqual(['(1 odd)', '1 outside the window']);
  });

  test('says why nothing is left with E3003', async () => {
    const attempt = Promise.resolve().then(() => filled({ window: { fromMs: 1e6, toMs: 2e6 } }));
    const [problem] = await diagnosticsOf(attempt);
    expect([problem!.code, problem!.message]).toEqual([
      'E3003',
      'None of the 100 rows is left: 100 outside the window',
    ]);
  });
});
