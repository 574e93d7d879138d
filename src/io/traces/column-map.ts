import { FieldRow } from '../field-row.ts';
import { didYouMean } from '../scenario/did-you-mean.ts';
import { MAX_CPU_MILLI, MAX_MEMORY_BYTES, MAX_TIME_MS, type Quantity } from './row-values.ts';

/** Where a quantity of a row comes from: a column of the file, or the same amount for every row. */
export type TraceColumn = Quantity & { readonly column: string | null; readonly constant: number | null };

/** What each column of a csv trace means. Times are milliseconds, CPU and GPU thousandths, memory bytes. */
export interface ColumnMap {
  readonly submit: TraceColumn;
  readonly runtime: TraceColumn | null;
  readonly end: TraceColumn | null;
  readonly cpu: TraceColumn;
  readonly memory: TraceColumn;
  readonly gpu: TraceColumn | null;
  /** Do times count from 1970, so that the trace's own clock starts at the first submission? */
  readonly isEpoch: boolean;
}

export interface ColumnProblem {
  readonly key: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

type Units = Readonly<Record<string, readonly [multiply: number, divide: number]>>;

interface KeyRules {
  readonly units: Units;
  readonly maximum: number;
  readonly isRequired: boolean;
}

const TIMES: Units = { us: [1, 1000], ms: [1, 1], s: [1000, 1], min: [60_000, 1], h: [3_600_000, 1] };
const EPOCHS: Units = { 'epoch-us': [1, 1000], 'epoch-ms': [1, 1], 'epoch-s': [1000, 1] };
const CPUS: Units = {
  vcpu: [1000, 1],
  milli: [1, 1],
  /** 100 per vCPU. */
  percent: [10, 1],
  /** ECS: 1024 per vCPU. */
  units: [1000, 1024],
};
const BYTES: Units = {
  B: [1, 1],
  KB: [1e3, 1],
  MB: [1e6, 1],
  GB: [1e9, 1],
  TB: [1e12, 1],
  KiB: [2 ** 10, 1],
  MiB: [2 ** 20, 1],
  GiB: [2 ** 30, 1],
  TiB: [2 ** 40, 1],
};
const GPUS: Units = { devices: [1000, 1], milli: [1, 1] };

/** Devices of the largest machines, in thousandths. */
export const MAX_GPU_MILLI = 16_000;

/** Every key of a column map, its units, the largest amount, and whether it must be given. */
const KEYS = {
  submit: { units: { ...TIMES, ...EPOCHS }, maximum: MAX_TIME_MS, isRequired: true },
  runtime: { units: TIMES, maximum: MAX_TIME_MS, isRequired: false },
  end: { units: { ...TIMES, ...EPOCHS }, maximum: MAX_TIME_MS, isRequired: false },
  cpu: { units: CPUS, maximum: MAX_CPU_MILLI, isRequired: true },
  memory: { units: BYTES, maximum: MAX_MEMORY_BYTES, isRequired: true },
  gpu: { units: GPUS, maximum: MAX_GPU_MILLI, isRequired: false },
} as const satisfies Record<string, KeyRules>;
type Key = keyof typeof KEYS;
export const TRACE_COLUMN_KEYS = Object.keys(KEYS) as readonly Key[];

/**
 * Reads the column map of a csv trace. Each value is `column:unit`, the column's name as in the header (it may hold
 * blanks and colons), or `=amount:unit` for the same amount in every row:
 * `{ submit: "creation_time:s", end: "deletion_time:s", cpu: "cores:vcpu", memory: "=512:MiB" }`.
 *
 * | key | units | |
 * |---|---|---|
 * | submit | us ms s min h, epoch-us epoch-ms epoch-s | required |
 * | runtime, or end | as submit; runtime without epoch | neither: tasks never end by themselves |
 * | cpu | vcpu, milli, percent (100 per vCPU), units (1024 per vCPU) | required |
 * | memory | B KB MB GB TB KiB MiB GiB TiB | required |
 * | gpu | devices, milli (thousandths; below 1000 a share of one) | optional |
 *
 * Never throws: what is wrong comes back as problems, one per key.
 */
export function parseColumnMap(
  columns: ReadonlyMap<string, string>,
): { readonly map: ColumnMap } | { readonly problems: readonly ColumnProblem[] } {
  const problems: ColumnProblem[] = [];
  const found = new Map<string, TraceColumn>();
  for (const [key, value] of columns) {
    if (!Object.hasOwn(KEYS, key)) {
      problems.push({ key, message: 'Unknown column key', hint: didYouMean(key, TRACE_COLUMN_KEYS) });
      continue;
    }
    const column = parseColumn(value, KEYS[key as Key]);
    if ('message' in column) problems.push({ key, ...column });
    else found.set(key, column);
  }
  for (const key of TRACE_COLUMN_KEYS) {
    if (KEYS[key].isRequired && !columns.has(key))
      problems.push({ key, message: `The column key '${key}' is missing` });
  }
  if (columns.has('runtime') && columns.has('end')) {
    problems.push({ key: 'end', message: "Give 'runtime' or 'end', not both" });
  }
  const { submit, cpu, memory } = Object.fromEntries(found);
  const end = found.get('end') ?? null;
  if (submit && end && isEpoch(submit) !== isEpoch(end)) {
    problems.push({
      key: 'end',
      message: "'submit' and 'end' must both count from 1970 (epoch-...) or neither",
    });
  }
  if (problems.length > 0 || !submit || !cpu || !memory) return { problems };
  const runtime = found.get('runtime') ?? null;
  return {
    map: { submit, runtime, end, cpu, memory, gpu: found.get('gpu') ?? null, isEpoch: isEpoch(submit) },
  };
}

function isEpoch(column: TraceColumn): boolean {
  return Object.hasOwn(EPOCHS, column.unit);
}

function parseColumn(
  value: string,
  { units, maximum }: KeyRules,
): TraceColumn | { readonly message: string; readonly hint?: string | undefined } {
  const colon = value.lastIndexOf(':');
  const name = value.slice(0, Math.max(0, colon)).trim();
  const unit = value.slice(colon + 1).trim();
  const names = Object.keys(units);
  if (colon < 0 || name === '') {
    return {
      message: `Cannot read '${value.slice(0, 80)}'`,
      hint: `write column:unit, with a unit of ${names.join(', ')}`,
    };
  }
  if (!Object.hasOwn(units, unit)) {
    return { message: `Unknown unit '${unit.slice(0, 40)}'`, hint: didYouMean(unit, names) };
  }
  const [multiply, divide] = units[unit]!;
  const quantity = { name, unit, multiply, divide };
  if (!name.startsWith('=')) return { ...quantity, column: name, constant: null };
  const row = new FieldRow();
  row.fill([name.slice(1)], 1);
  const constant = row.number(0, quantity);
  if (constant >= 0 && constant <= maximum) return { ...quantity, column: null, constant };
  return {
    message: `Cannot use the amount '${name.slice(1, 40)}'`,
    hint: 'write a plain decimal: =0.5:vcpu',
  };
}
