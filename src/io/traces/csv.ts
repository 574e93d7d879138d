import { InputError } from '../../errors.ts';
import type { GpuRequest } from '../../model/task-class.ts';
import type { TraceTable } from '../../model/trace-table.ts';
import { findColumns, readCsv } from '../csv-columns.ts';
import type { FieldRow } from '../field-row.ts';
import { NumberColumns } from '../number-columns.ts';
import { type ColumnMap, MAX_GPU_MILLI, parseColumnMap, type TraceColumn } from './column-map.ts';
import { RowProblems } from './row-problems.ts';
import {
  hasFields,
  MAX_CPU_MILLI,
  MAX_MEMORY_BYTES,
  MAX_TIME_MS,
  readCpuMilli,
  readMemoryBytes,
  readTimeMs,
} from './row-values.ts';
import { type TraceChoice, TraceSink } from './trace-sink.ts';

const WHOLE_GPU = 1000;

/**
 * Any comma-separated file with a header line, by a column map (`parseColumnMap`). Times in epoch units count from
 * the earliest submission of the file, so that windows and horizons start there; with a window or a time scale that
 * takes a first pass.
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
  // A window, and a scale, have to know the origin of times before the first row; everything else can wait for it.
  const isOriginLate = map.isEpoch && choice.window === null && choice.timeScale === 1;
  const originMs = map.isEpoch && !isOriginLate ? await earliestSubmitMs(file, map.submit) : 0;
  const sink = new TraceSink(choice, draw, isOriginLate ? 'late' : 'known');
  const problems = new RowProblems(file);
  let columnCount = 0;
  let reader: RowReader | undefined;
  await readCsv(file, {
    header(names) {
      columnCount = names.length;
      reader = new RowReader(file, map, names, problems);
    },
    row(row) {
      sink.begin();
      if (hasFields(row, columnCount, problems)) reader!.read(row, originMs, sink);
    },
  });
  problems.throwAny();
  if (isOriginLate) sink.countFrom(reader!.earliestMs);
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

/** Indexes of the numbers of a row; its length is the run time or the end. */
const VALUE = { submit: 0, length: 1, cpu: 2, memory: 3, gpu: 4 } as const;
/** A column that the map does not have. */
const NOTHING = { at: -1, constant: 0, multiply: 1, divide: 1 };

/** Reads the rows of one file by a column map. */
class RowReader {
  /** Of all rows with a submit time, wanted or not. */
  earliestMs = Number.POSITIVE_INFINITY;
  readonly #problems: RowProblems;
  readonly #submit: Placed;
  readonly #runtime: Placed | null;
  readonly #end: Placed | null;
  readonly #cpu: Placed;
  readonly #memory: Placed;
  readonly #gpu: Placed | null;
  /** In order of `VALUE`. */
  readonly #numbers: NumberColumns;
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
    const length = this.#runtime ?? this.#end ?? NOTHING;
    this.#numbers = new NumberColumns([this.#submit, length, this.#cpu, this.#memory, this.#gpu ?? NOTHING]);
  }

  /** Takes a row as good until a number of it turns out to be none: hardly any row has a word to say about. */
  read(row: FieldRow, originMs: number, sink: TraceSink): void {
    const { values } = this.#numbers;
    this.#numbers.read(row);
    const submitMs = values[VALUE.submit]!;
    if (!(submitMs >= -MAX_TIME_MS && submitMs <= MAX_TIME_MS)) {
      if (isUnknown(row, this.#submit)) sink.drop('no submit time');
      else readTimeMs(row, this.#submit.at, this.#submit, this.#problems);
      return;
    }
    if (submitMs < this.earliestMs) this.earliestMs = submitMs;
    if (!sink.isWanted(submitMs - originMs)) return;
    const cpuMilli = values[VALUE.cpu]!;
    const memoryBytes = values[VALUE.memory]!;
    const areAmounts =
      cpuMilli >= 0 && cpuMilli <= MAX_CPU_MILLI && memoryBytes >= 0 && memoryBytes <= MAX_MEMORY_BYTES;
    if (!areAmounts && this.#lacksAmount(row, sink)) return;
    const gpu = this.#gpu === null ? null : this.#readGpu(row, this.#gpu);
    const runtimeMs = this.#readRuntimeMs(row, submitMs, sink);
    if (!areAmounts || gpu === undefined || Number.isNaN(runtimeMs)) return;
    sink.keep(submitMs - originMs, runtimeMs, sink.shapeOf(Math.ceil(cpuMilli), Math.ceil(memoryBytes), gpu));
  }

  /** Drops a row without CPU or memory; otherwise notes what is wrong with them. */
  #lacksAmount(row: FieldRow, sink: TraceSink): boolean {
    const [cpu, memory] = [this.#cpu, this.#memory];
    const missing = isUnknown(row, cpu) ? 'no CPU' : isUnknown(row, memory) ? 'no memory' : null;
    if (missing !== null) sink.drop(missing);
    else {
      if (cpu.constant === null) readCpuMilli(row, cpu.at, cpu, this.#problems);
      if (memory.constant === null) readMemoryBytes(row, memory.at, memory, this.#problems);
    }
    return missing !== null;
  }

  /** Infinity: no end known. NaN: the field cannot be read, which is noted. */
  #readRuntimeMs(row: FieldRow, submitMs: number, sink: TraceSink): number {
    const column = this.#runtime ?? this.#end;
    if (column === null || sink.choice.departures === 'none') return Number.POSITIVE_INFINITY;
    const minimumMs = this.#runtime === null ? -MAX_TIME_MS : 0;
    const valueMs = this.#numbers.values[VALUE.length]!;
    if (!(valueMs >= minimumMs && valueMs <= MAX_TIME_MS)) {
      if (isUnknown(row, column)) return Number.POSITIVE_INFINITY;
      readTimeMs(row, column.at, column, this.#problems, minimumMs);
      return Number.NaN;
    }
    const runtimeMs = this.#runtime === null ? valueMs - submitMs : valueMs;
    if (runtimeMs >= 0) return runtimeMs;
    sink.note('ends before it starts: run time 0');
    return 0;
  }

  /** Shares of one device, or several whole ones. */
  #readGpu(row: FieldRow, column: Placed): GpuRequest | null | undefined {
    if (isUnknown(row, column)) return null;
    const milli = this.#numbers.values[VALUE.gpu]!;
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
