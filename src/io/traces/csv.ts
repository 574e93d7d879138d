import { InputError } from '../../errors.ts';
import type { GpuRequest } from '../../model/task-class.ts';
import type { TraceTable } from '../../model/trace-table.ts';
import { findColumns, readCsv } from '../csv-columns.ts';
import type { FieldRow } from '../field-row.ts';
import { type ColumnMap, MAX_GPU_MILLI, parseColumnMap, type TraceColumn } from './column-map.ts';
import { RowProblems } from './row-problems.ts';
import { hasFields, readCpuMilli, readMemoryBytes, readTimeMs } from './row-values.ts';
import { type TraceChoice, TraceSink } from './trace-sink.ts';

const WHOLE_GPU = 1000;

/**
 * Any comma-separated file with a header line, by a column map (`parseColumnMap`). Times in epoch units count from
 * the earliest submission of the file, so that windows and horizons start there; that takes a first pass.
 * An empty field means unknown: rows without submit time, CPU or memory are dropped, rows without end never end, both
 * counted. A field that is not empty and no number is an error. One draw per row.
 * Errors: those of `readCsv`, `findColumns` and the sink; E1102 for a column map that cannot be used; E3001 for every
 * broken row.
 */
export async function readCsvTrace(
  file: string,
  choice: TraceChoice,
  draw: () => number,
): Promise<TraceTable> {
  const map = columnMap(choice.columns);
  const originMs = map.isEpoch ? await earliestSubmitMs(file, map.submit) : 0;
  const sink = new TraceSink(choice, draw);
  const problems = new RowProblems(file);
  let columnCount = 0;
  let reader: RowReader;
  await readCsv(file, {
    header(names) {
      columnCount = names.length;
      reader = new RowReader(file, map, names, problems);
    },
    row(row) {
      sink.begin();
      if (hasFields(row, columnCount, problems)) reader.read(row, originMs, sink);
    },
  });
  problems.throwAny();
  return sink.finish(file);
}

function columnMap(columns: ReadonlyMap<string, string>): ColumnMap {
  const parsed = parseColumnMap(columns);
  if ('map' in parsed) return parsed.map;
  throw new InputError(
    parsed.problems.map(({ key, message, hint }) => ({
      severity: 'error',
      code: 'E1102',
      message,
      path: `columns.${key}`,
      hint,
    })),
  );
}

/** Rows that cannot be read are passed over here: the second pass complains. */
async function earliestSubmitMs(file: string, submit: TraceColumn): Promise<number> {
  if (submit.constant !== null) return submit.constant;
  const name = submit.name;
  let at = -1;
  let earliest = Number.POSITIVE_INFINITY;
  await readCsv(file, {
    header(names) {
      at = findColumns(file, names, [name])[name]!;
    },
    row(row) {
      if (at >= row.count) return;
      const value = row.number(at, submit);
      if (value < earliest) earliest = value;
    },
  });
  return Number.isFinite(earliest) ? earliest : 0;
}

/** A column with its place in the file; `at` is −1 for constants. */
type Placed = TraceColumn & { readonly at: number };

/** Reads the rows of one file by a column map. */
class RowReader {
  readonly #problems: RowProblems;
  readonly #submit: Placed;
  readonly #runtime: Placed | null;
  readonly #end: Placed | null;
  readonly #cpu: Placed;
  readonly #memory: Placed;
  readonly #gpu: Placed | null;
  /** By thousandths: equal requests are one object. */
  readonly #gpuRequests = new Map<number, GpuRequest>();

  constructor(file: string, map: ColumnMap, header: readonly string[], problems: RowProblems) {
    this.#problems = problems;
    const { submit, runtime, end, cpu, memory, gpu } = map;
    const names = [submit, runtime, end, cpu, memory, gpu].flatMap((one) => one?.column ?? []);
    const at = findColumns(file, header, [...new Set(names)]);
    const place = (column: TraceColumn): Placed => ({
      ...column,
      at: column.column === null ? -1 : at[column.column]!,
    });
    this.#submit = place(submit);
    this.#runtime = runtime && place(runtime);
    this.#end = end && place(end);
    this.#cpu = place(cpu);
    this.#memory = place(memory);
    this.#gpu = gpu && place(gpu);
  }

  read(row: FieldRow, originMs: number, sink: TraceSink): void {
    const problems = this.#problems;
    const submit = this.#submit;
    const cpu = this.#cpu;
    const memory = this.#memory;
    const gpu = this.#gpu;
    if (isUnknown(row, submit)) {
      sink.drop('no submit time');
      return;
    }
    const submitMs = submit.constant ?? readTimeMs(row, submit.at, submit, problems);
    if (submitMs === undefined || !sink.isWanted(submitMs - originMs)) return;
    if (isUnknown(row, cpu)) {
      sink.drop('no CPU');
      return;
    }
    if (isUnknown(row, memory)) {
      sink.drop('no memory');
      return;
    }
    const cpuMilli =
      cpu.constant === null ? readCpuMilli(row, cpu.at, cpu, problems) : Math.ceil(cpu.constant);
    const memoryBytes =
      memory.constant === null
        ? readMemoryBytes(row, memory.at, memory, problems)
        : Math.ceil(memory.constant);
    const request = gpu === null || isUnknown(row, gpu) ? null : this.#readGpu(row, gpu);
    const runtimeMs = this.#readRuntimeMs(row, submitMs, sink);
    if (
      cpuMilli === undefined ||
      memoryBytes === undefined ||
      request === undefined ||
      runtimeMs === undefined
    )
      return;
    sink.keep(submitMs - originMs, runtimeMs, sink.shapeOf(cpuMilli, memoryBytes, request));
  }

  /** Infinity: no end known. */
  #readRuntimeMs(row: FieldRow, submitMs: number, sink: TraceSink): number | undefined {
    const column = this.#runtime ?? this.#end;
    if (column === null || sink.choice.departures === 'none' || isUnknown(row, column)) {
      return Number.POSITIVE_INFINITY;
    }
    if (column === this.#runtime)
      return column.constant ?? readTimeMs(row, column.at, column, this.#problems, 0);
    const endMs = column.constant ?? readTimeMs(row, column.at, column, this.#problems);
    if (endMs === undefined || endMs >= submitMs) return endMs === undefined ? undefined : endMs - submitMs;
    sink.note('ends before it starts: run time 0');
    return 0;
  }

  /** Shares of one device, or several whole ones. */
  #readGpu(row: FieldRow, column: Placed): GpuRequest | null | undefined {
    const milli = column.constant ?? row.number(column.at, column);
    const isWhole = milli % WHOLE_GPU === 0;
    if (milli === 0) return null;
    if (Number.isInteger(milli) && milli > 0 && milli <= MAX_GPU_MILLI && (milli < WHOLE_GPU || isWhole)) {
      let request = this.#gpuRequests.get(milli);
      if (request === undefined) {
        request = isWhole
          ? { count: milli / WHOLE_GPU, milli: WHOLE_GPU, models: [] }
          : { count: 1, milli, models: [] };
        this.#gpuRequests.set(milli, request);
      }
      return request;
    }
    const expected = `a share of one GPU or up to 16 whole ones, in ${column.unit}`;
    if (column.constant === null) this.#problems.field(row, column.at, column.name, expected);
    else this.#problems.row(row, `Cannot use the GPUs '${column.name}': expected ${expected}`);
    return undefined;
  }
}

function isUnknown(row: FieldRow, column: Placed): boolean {
  return column.constant === null && row.isEmpty(column.at);
}
