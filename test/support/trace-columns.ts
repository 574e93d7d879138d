import type { TraceTable } from '../../src/model/trace-table.ts';

/** Everything in a table, its rows all at once. */
export function traceColumns(table: TraceTable) {
  const { length, shapes, losses, totals } = table;
  const submitMs = new Float64Array(length);
  const runtimeMs = new Float64Array(length);
  const shape = new Int32Array(length);
  let at = 0;
  for (const rows = table.rows(); rows.next(); at++) {
    submitMs[at] = rows.columns.submitMs[rows.row]!;
    runtimeMs[at] = rows.columns.runtimeMs[rows.row]!;
    shape[at] = rows.columns.shape[rows.row]!;
  }
  return { length: at, submitMs, runtimeMs, shape, shapes, losses, totals };
}
